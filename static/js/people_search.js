// People of a large company: the page has a part of them, and the server finds while somebody types.

import { pickFound } from "./people.js";
import { word } from "./words.js";

const PAUSE_MS = 150;

let pause = 0;
/** Enter came before the answer: what it was pressed for. @type {string | null} */
let awaited = null;

document.addEventListener("lampfield:name-typed", onType);
document.addEventListener("lampfield:name-entered", onEnter);
document.addEventListener("lampfield:swapped", arrive);
lookSoon();

function typed() {
  return /** @type {HTMLInputElement | null} */ (document.getElementById("dial-field"))?.value.trim() ?? "";
}

function list() {
  return document.getElementById("people-list");
}

/** What the shown rows answer; null where there are none. */
function lookedFor() {
  return list()?.dataset.lookedFor ?? null;
}

function onType() {
  if (awaited !== typed()) awaited = null;
  lookSoon();
}

function lookSoon() {
  clearTimeout(pause);
  if (lookedFor() !== null && typed() !== lookedFor()) pause = setTimeout(look, PAUSE_MS);
}

function onEnter() {
  awaited = typed();
  if (awaited === lookedFor()) pick();
  else look();
}

function look() {
  clearTimeout(pause);
  list()?.dispatchEvent(new CustomEvent("lampfield:look-for-people"));
}

function arrive() {
  const text = lookedFor();
  if (text === null) return;
  const place = document.querySelector('[data-role="filter-result"]');
  if (place) place.textContent = text ? word("filter_result", { count: Number(list()?.dataset.found) }) : "";
  if (awaited === text) pick();
  lookSoon(); // what was typed while rows came has been heard by nobody
}

function pick() {
  awaited = null;
  pickFound();
}
