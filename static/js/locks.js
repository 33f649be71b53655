// What only one window of a person may do at a time, or several together: the browser's locks, by person.

import { pageConfig } from "./words.js";

/**
 * Waits for the right, has it until it is aborted, and lets the next window have it then, or when this one goes.
 * Without locks (a page that is not secure has none) every window has it.
 * @param {string} what another person's windows in the same browser share nothing with these
 * @param {AbortSignal} signal
 * @param {() => void} whenHeld
 * @param {LockMode} [mode]
 */
export function hold(what, signal, whenHeld, mode = "exclusive") {
  if (!navigator.locks) return whenHeld();
  const held = () => {
    if (signal.aborted) return undefined;
    whenHeld();
    return new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  navigator.locks.request(nameOf(what), { signal, mode }, held).catch(() => {});
}

/** Whether a window of this person has it, or waits for it. @param {string} what */
export async function isWanted(what) {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending].some(({ name }) => name === nameOf(what));
}

/**
 * What the browser calls it.
 * @param {string} what
 */
export function nameOf(what) {
  return `${what}-${pageConfig().extension}`;
}
