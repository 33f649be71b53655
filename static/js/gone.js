// A page of an old release asked for a script that the server does not have any more: only a new page helps.

import { toast } from "./toast.js";
import { word } from "./words.js";

const RENEWED_AT = "lampfield.renewedAt";
const ONCE_IN_MS = 60_000;
const READ_MS = 2_000;

/**
 * Says that there is a new version and loads it, as soon as no call is on. Once: a server whose newest page lacks a
 * script is broken, and loading it again would not help.
 * @param {string} script
 * @returns {Promise<boolean>} whether that was why it could not be loaded
 */
export async function isGone(script) {
  const answer = await fetch(script, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.status !== 404 || Date.now() - Number(sessionStorage.getItem(RENEWED_AT)) < ONCE_IN_MS) return false;
  toast(word("new_release"));
  setTimeout(renew, READ_MS);
  return true;
}

function renew() {
  const isInCall = document.querySelector('#call-card:not([hidden], [data-call-state="ended"])');
  if (isInCall) {
    document.addEventListener("lampfield:call-ended", () => setTimeout(renew, READ_MS), { once: true });
    return;
  }
  sessionStorage.setItem(RENEWED_AT, String(Date.now()));
  location.reload();
}
