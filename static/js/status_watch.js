// Fetches what the own status needs only now and then: its line anew, a note and an end, the reminder, the question.

import { serverNow } from "./server_clock.js";
import { toast } from "./toast.js";
import { pageConfig, word } from "./words.js";

const REMIND_SECONDS = 120;
const CHECK_MS = 5000;

/** The own row as it was heard last. @type {{ status: string, until: number }} */
let own = { status: "", until: 0 };
/** The end that was reminded of. */
let reminded = 0;
let failures = 0;

export function startStatusWatch() {
  document.addEventListener("lampfield:own-presence", (event) => {
    own = /** @type {CustomEvent} */ (event).detail;
    for (const line of lines()) line.hidden = line.dataset.ofStatus !== own.status; // until the news explains it
    remind();
  });
  document.addEventListener("lampfield:status-set", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    // The answer to a switch draws the menu anew, but not the bar.
    const told = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-change]"));
    if ([...told].some(({ dataset }) => Number(dataset.change) < detail.change))
      useDesk((desk) => desk.showStatus(detail));
  });
  document.addEventListener("lampfield:dial", (event) => askAfter(/** @type {CustomEvent} */ (event).detail.number));
  document.addEventListener("click", onClick);
  setInterval(remind, CHECK_MS);
}

/** @returns {NodeListOf<HTMLElement>} */
function lines() {
  return document.querySelectorAll('[data-role="status-line"]');
}

/** @param {(desk: typeof import("./status/desk.js")) => void} use */
function useDesk(use) {
  const url = pageConfig().urls.status_desk;
  // A browser may keep in mind that an address failed.
  import(failures ? `${url}?again=${failures}` : url).then(use, () => {
    failures++;
    toast(word("network_failed"), { kind: "error" });
  });
}

/** @param {MouseEvent} event */
function onClick(event) {
  const target = event.target instanceof Element ? event.target : null;
  const link = target?.closest('[data-role="status-end"]');
  const call = /** @type {HTMLElement | null} */ (target?.closest('[data-call-action="call"]') ?? null);
  if (link) {
    event.preventDefault();
    useDesk((desk) => desk.toggleEnd(/** @type {HTMLAnchorElement} */ (link)));
  }
  if (call) askAfter(call.dataset.number ?? "");
}

/** The call goes its way meanwhile. A code is no call to anybody, and who chose Do Not Disturb meant it. @param {string} number */
function askAfter(number) {
  if (number.startsWith("*") || ["", "available", "dnd"].includes(own.status)) return;
  useDesk((desk) => desk.ask(own.status));
}

function remind() {
  const left = own.until - serverNow();
  if (!own.until || left > REMIND_SECONDS || left <= 0 || reminded === own.until) return;
  reminded = own.until;
  useDesk((desk) => desk.remind());
}
