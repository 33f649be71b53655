/**
 * The keys that work everywhere (docs/architecture.md lists them). Single keys never fire in a field, a dialog or a
 * menu; Space only where no control has the focus; nothing but Ctrl+Shift+H ends a call.
 */

import { isForPage, letSingleKeysWork, singleKeysWork } from "./key_press.js";
import { moveAmongPeople } from "./row_keys.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const CALL_KEYS = new Map([
  ["m", "mute"],
  ["h", "hold"],
]);
/** A key that had to wait longer for this script was meant for a moment that is gone. */
const TOO_LATE_MS = 1500;

/** @param {KeyboardEvent} event */
export function press(event) {
  if (event.isComposing || event.defaultPrevented || event.repeat || isLate(event)) return;
  const button = chosen(event);
  if (button) {
    event.preventDefault();
    button.click();
  } else if (isForPage(event) && event.key === "?") {
    event.preventDefault();
    openSheet();
  } else moveAmongPeople(event);
}

/** @param {KeyboardEvent} event */
function isLate({ timeStamp }) {
  return performance.now() - timeStamp > TOO_LATE_MS;
}

/**
 * What the key stands for: each key is a button that can be clicked, too.
 * @param {KeyboardEvent} event
 * @returns {HTMLElement | null | undefined}
 */
function chosen(event) {
  const { key, target, ctrlKey, shiftKey, altKey, metaKey } = event;
  if (altKey || metaKey || !(target instanceof HTMLElement)) return null;
  if (ctrlKey) return shiftKey && key.toLowerCase() === "h" ? callButton("hang-up") : null;
  if (/^[1-9]$/.test(key) && isMenuOpen() && !target.matches("input, select, textarea"))
    return statusButtons()[Number(key) - 1];
  if (!isForPage(event)) return null;
  if (key === " ") return isControl(target) ? null : callButton("answer");
  return callButton(CALL_KEYS.get(key.toLowerCase()) ?? "");
}

/** The focus follows into the menu a moment later: a quick finger is there first. */
function isMenuOpen() {
  return document.querySelector("#status-menu:popover-open") !== null;
}

/** @returns {HTMLElement[]} */
function statusButtons() {
  return [...document.querySelectorAll("#status-menu [role=menuitemradio][data-status]")].map(
    (choice) => /** @type {HTMLElement} */ (choice),
  );
}

/** Of the call in front, if it can be pressed now. @param {string} action @returns {HTMLElement | null} */
function callButton(action) {
  const shown = "#call-card:not([hidden]) [data-role='buttons']";
  return action ? document.querySelector(`${shown} > [data-call-action="${action}"]:not([hidden])`) : null;
}

/** Space is the control's own key. @param {HTMLElement} target */
function isControl(target) {
  return target.tabIndex >= 0 || target.closest("a, button, summary, label, [role]:not(main)") !== null;
}

/** The list of keys over the page, in the page's language. */
export async function openSheet() {
  const address = document.body.dataset.keysPage ?? "";
  try {
    const dialog = sheet() ?? (await fetchSheet(address));
    if (dialog && !dialog.open) dialog.showModal();
  } catch {
    toast(word("network_failed"), { kind: "error" });
  }
}

/** @returns {HTMLDialogElement | null} */
function sheet() {
  return document.querySelector("#keys-sheet");
}

/** @param {string} address */
async function fetchSheet(address) {
  const response = await fetch(address, { headers: { "X-Sheet": "1" } });
  if (!response.ok) throw new Error(String(response.status));
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const dialog = fresh.querySelector("dialog");
  if (!dialog) throw new Error("no sheet");
  document.body.append(dialog);
  const style = dialog.querySelector("link");
  if (style && !style.sheet) await new Promise((done) => style.addEventListener("load", done, { once: true }));
  return dialog;
}

function showChoice() {
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector('[data-role="single-keys"]'));
  if (box) box.checked = singleKeysWork();
}

/** @param {Event} event */
function choose({ target }) {
  if (target instanceof HTMLInputElement && target.dataset.role === "single-keys") letSingleKeysWork(target.checked);
}

document.addEventListener("lampfield:swapped", showChoice);
document.addEventListener("change", choose);
showChoice();
