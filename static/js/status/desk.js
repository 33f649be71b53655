// What the own status needs only now and then; fetched with the first need (see status_watch.js).

import { statusWordsOf } from "../lamps.js";
import { backWords, noteWords, restOf } from "./line.js";

/** @typedef {import("./line.js").StatusFacts} StatusFacts */

const REMINDER = "status-reminder";
const QUESTION = "status-question";
const FIELDS = '[data-role="status-end-fields"]';

/** The status whose holder said that it stays while they call. */
let kept = "";

document.addEventListener("lampfield:own-presence", (event) => follow(/** @type {CustomEvent} */ (event).detail));
document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element) || !target.closest('[data-role="status-keep"]')) return;
  kept = document.getElementById(QUESTION)?.dataset.status ?? "";
  close(QUESTION);
});
document.addEventListener("input", ({ target }) => {
  // Who gives a time means it.
  if (!(target instanceof HTMLInputElement) || !["end_time", "end_date"].includes(target.name) || !target.value) return;
  const own = target.closest(FIELDS)?.querySelector('[name="end"][value="time"]');
  if (own instanceof HTMLInputElement) own.checked = true;
});

/** News of the own status: on every line, and on the way back. @param {StatusFacts} facts */
export function showStatus(facts) {
  const newer = all("[data-change]").some((place) => Number(place.dataset.change) < facts.change);
  if (!newer) return;
  for (const place of all('[data-role="own-status-head"]')) place.textContent = statusWordsOf(facts);
  for (const place of all('[data-role="own-status-rest"]')) place.textContent = restOf(facts);
  for (const place of all('[data-role="own-status-note"]')) place.textContent = noteWords(facts.note);
  for (const place of all("[data-change]")) place.dataset.change = String(facts.change);
  for (const place of all('[data-role="status-line"], #status-menu-button [data-of-status]')) {
    place.dataset.ofStatus = facts.status;
    place.hidden = false;
  }
  showWayBack(facts);
}

/** @param {StatusFacts} facts */
function showWayBack({ change, back }) {
  for (const button of all('[data-role="status-back"]')) {
    button.hidden = !back;
    button.setAttribute("value", String(change));
    if (!back) continue;
    setText(button, '[data-role="status-back-words"]', backWords(back));
    setText(button, '[data-role="status-back-note"]', noteWords(back.note));
  }
}

/** The fields for a note and an end, drawn by the server now: what can be chosen depends on the time of day. @param {HTMLAnchorElement} link */
export async function toggleEnd(link) {
  const place = document.getElementById("status-end");
  if (!place) return;
  const isOpen = place.querySelector(FIELDS) !== null;
  link.setAttribute("aria-expanded", String(!isOpen));
  if (isOpen) return place.replaceChildren();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  await fetchInto(`${link.href}?time_zone=${encodeURIComponent(timeZone)}`, "#status-end", "innerHTML");
  const first = place.querySelector('[name="end"]:checked') ?? place.querySelector("input");
  if (first instanceof HTMLElement) first.focus();
}

/** Shortly before the end; the server says whether there is still something to say. */
export async function remind() {
  close(REMINDER);
  await fetchInto(address("reminder"), "#status-asks", "beforeend");
}

/** A call is being made though the status says that nobody is there. @param {string} status */
export async function ask(status) {
  if (kept === status || document.getElementById(QUESTION)) return;
  await fetchInto(address("question"), "#status-asks", "beforeend");
}

/** Reminder and question are over as soon as they are no longer true. @param {{ status: string, until: number }} row */
function follow({ status, until }) {
  if (status !== kept) kept = "";
  const [reminder, question] = [document.getElementById(REMINDER), document.getElementById(QUESTION)];
  if (reminder && Number(reminder.dataset.until) !== until) close(REMINDER);
  if (question && question.dataset.status !== status) close(QUESTION);
}

/** @param {string} what */
function address(what) {
  const surface = document.querySelector('#status-form [name="surface"]');
  return `/status/${what}/?surface=${surface instanceof HTMLInputElement ? surface.value : ""}`;
}

/**
 * @param {string} url
 * @param {string} target
 * @param {string} swap
 */
function fetchInto(url, target, swap) {
  // A source of its own: another request of the page must neither wait for this one nor end it.
  const source = document.querySelector(target);
  return /** @type {any} */ (window).htmx.ajax("GET", url, { target, swap, source });
}

/** @param {string} id */
function close(id) {
  document.getElementById(id)?.remove();
}

/** @param {string} selector */
function all(selector) {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);
}

/**
 * @param {Element} place
 * @param {string} selector
 * @param {string} text
 */
function setText(place, selector, text) {
  const part = place.querySelector(selector);
  if (part) part.textContent = text;
}
