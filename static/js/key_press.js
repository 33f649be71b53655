// Whether a key was meant for the page: not for a field, a dialog or a menu, and not by whoever switched single keys off.

const SINGLE_KEYS = "lampfield.singleKeys";
const NOT_THE_PAGE = "input, select, textarea, [contenteditable], dialog, [popover]";

export function singleKeysWork() {
  return localStorage.getItem(SINGLE_KEYS) !== "off";
}

/** Kept for this browser: WCAG 2.1.4. @param {boolean} doWork */
export function letSingleKeysWork(doWork) {
  localStorage.setItem(SINGLE_KEYS, doWork ? "on" : "off");
}

/** @param {KeyboardEvent} event */
export function isForPage({ target, defaultPrevented, isComposing, ctrlKey, metaKey, altKey }) {
  if (defaultPrevented || isComposing || ctrlKey || metaKey || altKey || !singleKeysWork()) return false;
  return !(target instanceof Element && target.closest(NOT_THE_PAGE)) && !document.querySelector("dialog[open]");
}
