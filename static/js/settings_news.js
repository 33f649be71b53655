// Somebody changed this person's settings: lines that say what rules do are fetched anew, and open rules hear of it.

/** Many windows may hear of one change of a template: their questions are spread, so many milliseconds each. */
const SPREAD_MS = 2;
const SPREAD_MAX_MS = 2000;
const OLD = "lampfield:menu-is-old";

/** The newest version heard of, by what it is of: a status, or what else a page names. @type {Map<string, number>} */
export const newest = new Map();
/** @type {number | undefined} */
let refreshing;

export function startSettingsNews() {
  document.addEventListener("lampfield:settings-changed", hear);
}

/** `told`: how many people were; without it the phone says what is true now. @param {Event} event */
function hear(event) {
  /** @type {{ versions: Record<string, number>, told?: number }} */
  const { versions, told } = /** @type {CustomEvent} */ (event).detail;
  let isNews = told !== undefined;
  for (const [status, version] of Object.entries(versions)) {
    isNews ||= version > (newest.get(status) ?? version);
    newest.set(status, version);
  }
  if (!isNews) return;
  clearTimeout(refreshing);
  refreshing = setTimeout(refreshLines, Math.random() * Math.min(SPREAD_MAX_MS, SPREAD_MS * (told ?? 1)));
}

function refreshLines() {
  for (const place of document.querySelectorAll(`[hx-trigger="${OLD}"]`)) refresh(place);
}

/** An open menu is left alone: what somebody is about to click must not move. @param {Element} place */
function refresh(place) {
  if (place.matches(":popover-open")) place.addEventListener("toggle", () => refresh(place), { once: true });
  else place.dispatchEvent(new CustomEvent(OLD));
}
