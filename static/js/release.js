// The service worker of this release, and what an open page does when the next one comes.

import { toast } from "./toast.js";
import { language, pageConfig, word } from "./words.js";

const LOOK_AGAIN_MS = 60 * 60 * 1000;

export async function startWorker() {
  const url = pageConfig().urls?.service_worker;
  if (!url || !navigator.serviceWorker) return;
  localStorage.setItem("lampfield.language", language); // for the page that stands in when there is no server
  navigator.serviceWorker.addEventListener("message", hear);
  navigator.serviceWorker.addEventListener("controllerchange", askForRelease);
  try {
    const registration = await navigator.serviceWorker.register(url);
    // Pages stay open for weeks, and nothing else asks for a newer one.
    setInterval(() => registration.update().catch(() => {}), LOOK_AGAIN_MS);
  } catch {
    return; // switched off in this browser, or no connection just now: everything else works without
  }
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ type: "lampfield:sweep" });
  askForRelease();
}

function askForRelease() {
  navigator.serviceWorker.controller?.postMessage({ type: "lampfield:release?" });
}

/** @param {MessageEvent} event */
function hear({ data }) {
  if (data?.type !== "lampfield:release" || data.version === pageConfig().release) return;
  navigator.serviceWorker.removeEventListener("controllerchange", askForRelease);
  navigator.serviceWorker.removeEventListener("message", hear);
  toast(word("new_release"), { action: { label: word("new_release_load"), run: () => location.reload() } });
}
