/**
 * Rules that were changed elsewhere show on the page that has them open, in Settings and in the operator panel: at once
 * where nothing was typed; else a notice says so, and what was typed stays. A page's own save is no news to it.
 *
 * `#settings-news` says what the page shows and how new it is; what has `data-fresh` and an id is replaced.
 */

import { newest } from "./settings_news.js";
import { ReconnectingSocket, socketUrl } from "./socket.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const FORMS = "#status-rules, #extension-edit";

/** Tells of somebody else's settings; one's own are the phone's news. @type {ReconnectingSocket | null} */
let watch = null;
let watched = "";
let isSaving = false;

function arrive() {
  isSaving = false;
  const path = place()?.dataset.socket ?? "";
  if (path !== watched) {
    watch?.close();
    watch = path
      ? new ReconnectingSocket({ url: () => socketUrl(path), onMessage: (event) => hear(path, event) })
      : null;
    watched = path;
  }
  look();
}

/** @returns {HTMLElement | null} */
function place() {
  return document.querySelector("#settings-news");
}

/** @returns {HTMLFormElement | null} */
function form() {
  return document.querySelector(FORMS);
}

/**
 * @param {string} path
 * @param {MessageEvent} event
 */
function hear(path, { data }) {
  newest.set(path, JSON.parse(data).change);
  look();
}

function look() {
  const { of = "", version } = place()?.dataset ?? {};
  if (!isSaving && (newest.get(of) ?? 0) > Number(version)) bring(of);
}

/** @param {string} of */
async function bring(of) {
  const address = /** @type {HTMLAnchorElement | null} */ (place()?.querySelector("a"))?.href ?? "";
  /** @type {Document} */
  let fresh;
  try {
    const response = await fetch(address, { headers: { "X-Background": "1" } });
    if (response.redirected || response.status === 404) return; // logged out, or gone: the next click says so
    if (!response.ok) throw new Error(String(response.status));
    fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    toast(word("network_failed"), { kind: "error" });
    return;
  }
  const theirs = /** @type {HTMLElement | null} */ (fresh.querySelector("#settings-news"));
  const ours = place();
  // Somebody may have moved on, or saved, meanwhile.
  if (!theirs || !ours || isSaving || ours.dataset.of !== of) return;
  if (Number(theirs.dataset.version) <= Number(ours.dataset.version)) return;
  const isKept = isTouched();
  if (!isKept) replaceParts(fresh);
  tell(fresh, isKept);
}

/** Whether something stands in the form that would be lost. */
function isTouched() {
  return form()?.dataset.unsaved !== undefined || [...(form()?.elements ?? [])].some(isChanged);
}

/** @param {Element} control */
function isChanged(control) {
  if (control instanceof HTMLSelectElement) {
    const drawn = [...control.options].findLast(({ defaultSelected }) => defaultSelected) ?? control.options[0];
    return control.selectedOptions[0] !== drawn;
  }
  if (!(control instanceof HTMLInputElement) || control.type === "hidden") return false;
  // A box that has no value of its own says "on", and a text is never checked.
  if (control.type === "checkbox") return control.checked !== control.defaultChecked;
  return control.value !== control.defaultValue;
}

/** Where one was, one stays: the control that has the focus is there again, and the page does not move. @param {Document} fresh */
function replaceParts(fresh) {
  const focused = document.activeElement?.id;
  const { scrollX, scrollY } = window;
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#main [data-fresh]"))) {
    const theirs = fresh.getElementById(part.id);
    if (!theirs) continue;
    Object.assign(part.dataset, theirs.dataset);
    part.replaceChildren(...theirs.childNodes);
  }
  window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  if (focused && document.activeElement?.id !== focused)
    document.getElementById(focused)?.focus({ preventScroll: true });
}

/**
 * @param {Document} fresh
 * @param {boolean} isKept what was typed: the newer rules are a click away
 */
function tell(fresh, isKept) {
  const notice = /** @type {HTMLElement | null} */ (document.querySelector('[data-role="changed-elsewhere"]'));
  const words = notice?.querySelector('[data-role="changed-words"]');
  const link = /** @type {HTMLElement | null | undefined} */ (notice?.querySelector('[data-role="show-them"]'));
  if (!notice || !words || !link) return;
  words.textContent = fresh.getElementById("last-change")?.dataset.news ?? "";
  link.hidden = !isKept;
  notice.classList.toggle("notice-warning", isKept);
  notice.hidden = false;
  if (!isInSight(notice)) toast(words.textContent);
}

/** Whoever has moved down the page would not know why something changed there. @param {Element} notice */
function isInSight(notice) {
  const { top, bottom } = notice.getBoundingClientRect();
  return top >= (document.querySelector(".bar")?.getBoundingClientRect().bottom ?? 0) && bottom <= innerHeight;
}

/** @param {Event} event */
function isSave(event) {
  return /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement === form();
}

document.addEventListener("lampfield:settings-changed", look);
document.addEventListener("lampfield:swapped", arrive);
document.addEventListener("htmx:before:request", (event) => {
  if (form() && isSave(event)) isSaving = true;
});
document.addEventListener("htmx:error", (event) => {
  if (isSave(event)) arrive();
});
arrive();
