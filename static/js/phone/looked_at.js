// Whether somebody looks at a window of this person's, at whichever: while they do, none needs a notification.

import { hold } from "../locks.js";

const LOOKED_AT = "lampfield-looked-at";
/** A window that is looked at hears of a call as soon as this one, and has to say first that it is. */
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
 * At once, or when the person looks away.
 * @param {AbortSignal} signal
 * @param {() => void} act
 */
export function whenNobodyLooks(signal, act) {
  setTimeout(() => {
    if (signal.aborted) return;
    if (!navigator.locks) {
      if (!isLookedAt()) act();
      return;
    }
    const once = new AbortController();
    signal.addEventListener("abort", () => once.abort());
    hold(LOOKED_AT, once.signal, () => {
      act();
      // Nothing is kept: who comes back to look must be able to say so.
      queueMicrotask(() => once.abort());
    });
  }, OTHERS_SAY_SO_MS);
}
