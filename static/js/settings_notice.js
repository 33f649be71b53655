/**
 * Somebody changed this person's settings: the page of Settings > Status that is no longer true says so at once, and
 * the status menu fetches its outcome lines anew. A page's own save is no news to it.
 */

import { pageConfig, word } from "./words.js";

/** Many windows may hear of one change of a template. */
const MENU_REFRESH_WITHIN_MS = 2000;
const FORM_ID = "status-rules";

/** @typedef {{ statuses: string[], versions: Record<string, number>, by: string, surface: string }} SettingsChange */

/** The newest change heard of, by status. @type {Map<string, { version: number, by: string, surface: string }>} */
const newest = new Map();
let isSaving = false;
/** @type {number | undefined} */
let refreshing;

export function startSettingsNotice() {
  document.addEventListener("lampfield:settings-changed", hear);
  document.addEventListener("lampfield:swapped", arrive);
  document.addEventListener("htmx:before:request", (event) => {
    if (isSave(event)) isSaving = true;
  });
  document.addEventListener("htmx:error", (event) => {
    if (isSave(event)) arrive();
  });
}

/** @param {Event} event */
function isSave(event) {
  return /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement?.id === FORM_ID;
}

/** @param {Event} event */
function hear(event) {
  /** @type {SettingsChange} */
  const { versions, by, surface } = /** @type {CustomEvent} */ (event).detail;
  for (const [status, version] of Object.entries(versions)) newest.set(status, { version, by, surface });
  if (isSaving) return; // the answer to the save brings the page and the menu as they are now
  show();
  clearTimeout(refreshing);
  refreshing = setTimeout(refreshMenu, Math.random() * MENU_REFRESH_WITHIN_MS);
}

function arrive() {
  isSaving = false;
  show();
}

/** The page says which version of the rules it was drawn from. */
function show() {
  const form = document.getElementById(FORM_ID);
  const notice = /** @type {HTMLElement | null} */ (document.querySelector('[data-role="changed-elsewhere"]'));
  if (!(form instanceof HTMLFormElement) || !notice) return;
  const change = newest.get(form.dataset.status ?? "");
  const version = form.elements.namedItem("version");
  if (!change || !(version instanceof HTMLInputElement) || Number(version.value) >= change.version) return;
  const text = notice.querySelector('[data-role="changed-words"]');
  if (text) text.textContent = words(change);
  notice.hidden = false;
}

/** @param {{ by: string, surface: string }} change */
function words({ by, surface }) {
  const place = word(`surface_${surface}`);
  const isSelf = by === pageConfig().name && surface === "web_client";
  return isSelf ? word("rules_changed_by_you") : word("rules_changed", { by, place });
}

/** An open menu is left alone: what somebody is about to click must not move. */
function refreshMenu() {
  const menu = document.getElementById("status-menu");
  if (!menu) return;
  if (menu.matches(":popover-open")) menu.addEventListener("toggle", refreshMenu, { once: true });
  else menu.dispatchEvent(new CustomEvent("lampfield:menu-is-old"));
}
