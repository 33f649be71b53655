// The field of the frame: finds people on the server while somebody types; Enter calls a number, or the first one found.

import { asNumber } from "../people.js";

/** Enter came before the answer: whom it was pressed for. @type {string | null} */
let awaited = null;

export function startSearch() {
  document.addEventListener("lampfield:swapped", arrive);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", ({ target }) => {
    if (target === field()) awaited = null;
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onEscape);
  document.addEventListener("htmx:before:history:update", keepOneEntry);
}

function field() {
  return /** @type {HTMLInputElement | null} */ (document.getElementById("dial-field"));
}

function typed() {
  return field()?.value.trim() ?? "";
}

/** What the page that is shown was asked for; null on another page. */
function lookedFor() {
  return document.getElementById("people-found")?.dataset.lookedFor ?? null;
}

function arrive() {
  const place = field();
  if (document.activeElement === place) tellResult();
  else if (place) place.value = lookedFor() ?? "";
  if (awaited !== null && lookedFor() === awaited) callFirst();
}

/** Whoever types hears how many were found; the page itself is no live region. */
function tellResult() {
  const words = document.querySelector('#people-found [data-role="found"]')?.textContent ?? "";
  const place = document.querySelector('[data-role="search-result"]');
  if (place) place.textContent = words;
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = /** @type {HTMLElement} */ (event.target);
  const place = field();
  if (!form.dataset.looksFor || !place) return;
  event.preventDefault();
  const number = asNumber(place.value);
  if (number) {
    place.value = "";
    document.dispatchEvent(new CustomEvent("lampfield:dial", { detail: { number } }));
  } else if (typed()) {
    awaited = typed();
    if (lookedFor() === awaited) callFirst();
  }
}

function callFirst() {
  awaited = null;
  const button = document.querySelector('#people-found [data-call-action="call"]');
  /** @type {HTMLElement | null} */ (button)?.click();
}

/** Each letter is a page; Back leaves the search, not a letter. @param {Event} event */
function keepOneEntry(event) {
  const { history, sourceElement } = /** @type {CustomEvent} */ (event).detail;
  if (sourceElement === field() && lookedFor() !== null) history.type = "replace";
}

/** Esc empties the field, as on every page; here that finds everyone. @param {KeyboardEvent} event */
function onEscape({ key, target }) {
  if (key === "Escape" && target === field() && lookedFor())
    target?.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Down from the field to the first one found, and on from one to the next. @param {KeyboardEvent} event */
function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const focused = document.activeElement;
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = focused?.closest("main .person");
  if (!row && focused !== field()) return;
  const rows = [...document.querySelectorAll("main .person:has([data-call-action='call'])")];
  const next = rows[row ? rows.indexOf(row) + step : step - 1];
  const goal = next ? next.querySelector(sameButton(focused)) : step < 0 ? field() : null;
  if (!(goal instanceof HTMLElement)) return;
  event.preventDefault();
  goal.focus();
}

/** @param {Element | null} focused */
function sameButton(focused) {
  return focused?.matches(".person-star") ? ".person-star" : '[data-call-action="call"]';
}
