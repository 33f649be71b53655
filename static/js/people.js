// People: filter as one types, list or field, order; and the field in the bar that finds and dials.
// Of a large company the page has a part only, and people_search.js has the server find the others.

import { isForPage } from "./key_press.js";
import { language, word } from "./words.js";

const REMEMBERED_SECONDS = 365 * 24 * 3600;
const A_NUMBER = /^(\+|[*#]{0,2})\d[\d\s()*#-]*$/; // codes, too: **102 picks up, *71 fetches

const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
/** @type {WeakMap<HTMLElement, string>} */
const searchKeys = new WeakMap();

export function startPeople() {
  showChosen();
  document.addEventListener("lampfield:swapped", showChosen);
  document.addEventListener("input", (event) => event.target === dialField() && onType());
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKeyDown);
}

/** @returns {HTMLInputElement | null} */
function dialField() {
  return document.querySelector("#dial-field");
}

/** @returns {HTMLElement | null} */
function departments() {
  return document.querySelector(".departments");
}

/** @returns {HTMLElement[]} */
function peopleRows() {
  return [...(departments()?.querySelectorAll(".person") ?? [])].map((row) => /** @type {HTMLElement} */ (row));
}

/** The server drew the remembered view and order; only names sort better here, in the page's language. */
function showChosen() {
  if (!departments()) return;
  if (departments()?.dataset.order === "name") sortBy("name");
  if (!location.search) filter();
}

/** @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ł", "l").trim();
}

/** @param {HTMLElement} row */
function searchKey(row) {
  let key = searchKeys.get(row);
  if (key === undefined) {
    key = plain(row.querySelector(".person-name")?.textContent ?? "");
    searchKeys.set(row, key);
  }
  return key;
}

function isPart() {
  return departments()?.dataset.part === "true";
}

function filter() {
  if (isPart()) {
    document.dispatchEvent(new CustomEvent("lampfield:name-typed"));
    return;
  }
  const wanted = plain(dialField()?.value ?? "");
  let found = 0;
  for (const row of peopleRows()) {
    row.hidden = !(searchKey(row).includes(wanted) || row.dataset.extension?.startsWith(wanted));
    if (!row.hidden) found++;
  }
  for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".department"))) {
    section.hidden = !section.querySelector(".person:not([hidden])");
  }
  const nobody = /** @type {HTMLElement | null} */ (document.querySelector('[data-role="nobody"]'));
  if (nobody) nobody.hidden = found > 0;
  const result = document.querySelector('[data-role="filter-result"]');
  if (result) result.textContent = wanted ? word("filter_result", { count: found }) : "";
}

function onType() {
  if (!departments()) return;
  // A page that came filtered by the server lacks the others: load them all.
  if (location.search && !isPart()) openPeople();
  else filter();
}

function openPeople() {
  /** @type {HTMLAnchorElement | null} */ (document.querySelector(".rail a"))?.click();
}

/** What was typed as it is dialled; empty if it is no number. @param {string} typed */
export function asNumber(typed) {
  return A_NUMBER.test(typed.trim()) ? typed.replace(/[\s()-]/g, "") : "";
}

/** A number is dialled; so is a name that only one has, and of several the first gets the focus. @param {Event} event */
function onSubmit(event) {
  const form = /** @type {HTMLElement} */ (event.target);
  const field = dialField();
  if (form.id !== "dial-form" || !field || form.dataset.looksFor) return; // the desktop app's looks for itself
  event.preventDefault();
  event.stopPropagation();
  const number = asNumber(field.value);
  if (number) {
    field.value = "";
    if (departments()) filter();
    document.dispatchEvent(new CustomEvent("lampfield:dial", { detail: { number } }));
  } else if (isPart()) {
    document.dispatchEvent(new CustomEvent("lampfield:name-entered"));
  } else if (departments() && !location.search) {
    pickFound();
  } else {
    openPeople();
  }
}

/** The only one is called; among several Enter says which one it would call next. */
export function pickFound() {
  const found = document.querySelectorAll(".person:not([hidden]) [data-call-action='call']");
  const first = /** @type {HTMLElement | undefined} */ (found[0]);
  first?.focus();
  if (found.length === 1) first?.click();
}

/** @param {MouseEvent} event */
function onClick(event) {
  const target = event.target instanceof Element ? event.target : null;
  const viewButton = /** @type {HTMLElement | null} */ (target?.closest("[data-people-view]") ?? null);
  const orderButton = /** @type {HTMLElement | null} */ (target?.closest("[data-order][type='button']") ?? null);
  const field = dialField();
  if (viewButton) choose(viewButton, "peopleView", "view");
  if (orderButton) {
    choose(orderButton, "order", "order");
    sortBy(orderButton.dataset.order ?? "number");
  }
  if (target?.closest('[data-role="clear-filter"]') && field) {
    field.value = "";
    if (location.search && !isPart()) return;
    event.preventDefault();
    filter();
    field.focus();
  }
}

/**
 * @param {HTMLElement} button
 * @param {string} buttonKey
 * @param {string} key
 */
function choose(button, buttonKey, key) {
  const value = button.dataset[buttonKey] ?? "";
  for (const other of button.parentElement?.children ?? [])
    other.setAttribute("aria-pressed", String(other === button));
  const place = departments();
  if (place) place.dataset[key] = value;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser; the server reads this to draw the page as it was left
  document.cookie = `people_${key}=${value}; path=/; max-age=${REMEMBERED_SECONDS}; samesite=lax`;
}

/** @param {string} order */
function sortBy(order) {
  /** @param {HTMLElement} row */
  const name = (row) => {
    const [first, last] = [".person-first-names", ".person-last-name"].map(
      (part) => row.querySelector(part)?.textContent,
    );
    return `${last} ${first}`;
  };
  /** @param {HTMLElement} row */
  const number = (row) => row.dataset.extension ?? "";
  const key = order === "name" ? name : number;
  for (const list of document.querySelectorAll(".people")) {
    const rows = /** @type {HTMLElement[]} */ ([...list.children]);
    rows.sort((a, b) => collator.compare(key(a), key(b)) || collator.compare(number(a), number(b)));
    list.append(...rows);
  }
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const field = dialField();
  if (!field) return;
  // In the empty field it has done already what it is for.
  if (event.key === "/" && (isForPage(event) || (event.target === field && !field.value))) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "Escape" && event.target === field) {
    field.value = "";
    onType();
    field.blur();
  }
}
