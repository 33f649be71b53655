// Whether somebody looks at a window of this person's, at whichever: while they do, none needs a notification.

import { hold, isWanted } from "../locks.js";

const LOOKED_AT = "lampfield-looked-at";
/** A window that is looked at has to say so first, at the call's beginning as when somebody changes windows. */
const OTHERS_SAY_SO_MS = 250;

/** @type {AbortController | null} */
let looking = null;

function isLookedAt() {
  return !document.hidden && document.hasFocus();
}

/** From here on this window says whether it is looked at. @param {() => void} whenLookedAt */
export function startLooking(whenLookedAt) {
  const follow = () => {
    if (isLookedAt() === Boolean(looking)) return;
    looking?.abort();
    looking = isLookedAt() ? new AbortController() : null;
    if (looking) hold(LOOKED_AT, looking.signal, () => {}, "shared");
    if (looking) whenLookedAt();
  };
  for (const type of ["focus", "blur"]) window.addEventListener(type, follow);
  document.addEventListener("visibilitychange", follow);
  follow();
}

/**
 * Soon, or when the person looks away.
 * @param {AbortSignal} signal
 * @param {() => void} act
 */
export function whenNobodyLooks(signal, act) {
  if (!navigator.locks) {
    if (!isLookedAt()) act();
    return;
  }
  const once = new AbortController();
  signal.addEventListener("abort", () => once.abort());
  hold(LOOKED_AT, once.signal, () => {
    // Nothing is kept: who comes to look must be able to say so, as somebody does who goes from window to window.
    queueMicrotask(() => once.abort());
    setTimeout(async () => {
      if (signal.aborted) return;
      if (await isWanted(LOOKED_AT)) whenNobodyLooks(signal, act);
      else act();
    }, OTHERS_SAY_SO_MS);
  });
}
