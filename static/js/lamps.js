// What every extension shows: the newest row of each, painted on every element that carries its number.

import { serverNow } from "./server_clock.js";
import { formatDuration, formatTime, formatUntil } from "./times.js";
import { pageConfig, word } from "./words.js";

/** @typedef {[number: string, version: number, lamp: string, registered: 0 | 1, since: number, status: string, rung?: 0 | 1, until?: number, note?: string]} WireRow */
/** @typedef {{ number: string, version: number, lamp: string, registered: boolean, since: number, status: string, rung: boolean, until: number, note: string }} PresenceRow until: unix seconds, 0 for no end */
/** @typedef {{ element: HTMLElement, words: Element | null, since: Element | null, statusWords: Element | null, rest: HTMLElement | null }} Mark rest: what is said of one status only */

const TICK_MS = 5000;
const UNKNOWN = "unknown";
const NOT_SHOWN = "not_shown";

/** @type {Map<string, PresenceRow>} */
const newest = new Map();
/** The own status as it was switched in this window, until the server has answered; then empty. */
let switchedTo = "";
/** @type {Map<string, Mark[]>} */
let marks = new Map();
/** @type {Set<string>} */
const unpainted = new Set();
let frameIsAsked = false;
/** Since when nobody knows what the lamps show, in unix seconds; null while they are live. @type {number | null} */
let asOf = null;

export function startLamps() {
  adoptPage();
  document.addEventListener("lampfield:swapped", adoptPage);
  document.addEventListener("lampfield:rows", (event) => adopt(/** @type {CustomEvent<Element>} */ (event).detail));
  document.addEventListener("visibilitychange", flush);
  setInterval(tick, TICK_MS);
}

/** Takes the page's rows in: what the server drew newer than we know is kept, the rest is painted over. */
function adoptPage() {
  marks = new Map();
  adopt(document);
}

/** Rows that a script put into a page are painted like those that came with it. @param {Document | Element} place */
function adopt(place) {
  /** @type {Set<string>} */
  const numbers = new Set();
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-extension]"))) {
    const drawn = drawnRow(element);
    const known = newest.get(drawn.number);
    // What the server has taken back in between stays hidden, however new the page was.
    const isNewer = known?.lamp !== NOT_SHOWN && drawn.version > (known?.version ?? -1);
    if (drawn.lamp !== UNKNOWN && isNewer) newest.set(drawn.number, drawn);
    const mark = {
      element,
      words: element.querySelector('[data-role="words"]'),
      since: element.querySelector('[data-role="since"]'),
      statusWords: element.querySelector('[data-role="status-words"]'),
      rest: /** @type {HTMLElement | null} */ (element.querySelector("[data-of-status]")),
    };
    const others = marks.get(drawn.number)?.filter((other) => other.element.isConnected) ?? [];
    marks.set(drawn.number, [...others, mark]);
    numbers.add(drawn.number);
  }
  for (const number of numbers) paintNumber(number);
}

/**
 * @param {HTMLElement} element
 * @returns {PresenceRow}
 */
function drawnRow({ dataset }) {
  return {
    number: dataset.extension ?? "",
    version: Number(dataset.version),
    lamp: dataset.lamp ?? UNKNOWN,
    registered: dataset.registered === "true",
    since: Number(dataset.since),
    status: dataset.status ?? "",
    rung: dataset.rung === "true",
    until: Number(dataset.until ?? 0),
    note: dataset.note ?? "",
  };
}

/**
 * A whole directory: it replaces what was known, and who is not in it is gone.
 * @param {WireRow[]} rows
 */
export function replaceRows(rows) {
  const before = [...newest.keys()];
  newest.clear();
  for (const row of rows) keep(row);
  for (const number of before) if (!newest.has(number)) unpainted.add(number);
  paintSoon();
}

/**
 * News: a row that is not newer than the known one is late or repeated, and changes nothing.
 * @param {WireRow[]} rows
 * @param {string[]} gone
 */
export function applyRows(rows, gone = []) {
  for (const number of gone) {
    newest.delete(number);
    unpainted.add(number);
  }
  for (const row of rows) if (row[1] > (newest.get(row[0])?.version ?? -1)) keep(row);
  paintSoon();
}

/** @param {WireRow} row */
function keep([number, version, lamp, registered, since, status, rung, until = 0, note = ""]) {
  const row = { number, version, lamp, registered: registered === 1, since, status, rung: rung === 1, until, note };
  newest.set(number, row);
  unpainted.add(number);
}

/** The connection is lost: every lamp admits that it knows nothing newer than this. @param {number} unixSeconds */
export function doubtLamps(unixSeconds) {
  asOf = unixSeconds;
  repaintAll();
}

/** The connection is back, and what it says has been taken in. */
export function trustLamps() {
  if (asOf === null) return;
  asOf = null;
  repaintAll();
}

function repaintAll() {
  for (const number of marks.keys()) paintNumber(number);
}

/** Once per frame while somebody looks; a hidden page has no frames and must not fall behind. */
function paintSoon() {
  if (document.hidden) {
    flush();
  } else if (!frameIsAsked) {
    frameIsAsked = true;
    requestAnimationFrame(flush);
  }
}

function flush() {
  frameIsAsked = false;
  for (const number of unpainted) paintNumber(number);
  unpainted.clear();
}

/** @param {string} number */
function paintNumber(number) {
  const row = shownRow(number);
  for (const mark of marks.get(number) ?? []) paint(mark, row);
  if (row && number === pageConfig().extension) {
    document.dispatchEvent(new CustomEvent("lampfield:own-presence", { detail: row }));
  }
}

/** The newest row; news of another reason does not undo a switch of mine before its answer. @param {string} number */
function shownRow(number) {
  const row = newest.get(number);
  if (!row || !switchedTo || number !== pageConfig().extension) return row;
  return { ...row, status: switchedTo, lamp: isInCall(row.lamp) ? row.lamp : switchedTo, until: 0, note: "" };
}

/**
 * @param {Mark} mark
 * @param {PresenceRow | undefined} row
 */
function paint({ element, words, since, statusWords, rest }, row) {
  const { dataset } = element;
  if (row) {
    dataset.version = String(row.version);
    dataset.registered = String(row.registered);
    dataset.since = String(row.since);
    dataset.status = row.status;
    setText(statusWords, statusWordsOf(row));
    if (rest) rest.hidden = rest.dataset.ofStatus !== row.status;
  } else {
    dataset.version = "-1";
  }
  const isKnown = row !== undefined && asOf === null;
  if (isKnown && row.rung) dataset.rung = "true";
  else delete dataset.rung;
  dataset.lamp = isKnown ? row.lamp : UNKNOWN;
  setText(words, isKnown ? rowWords(row) : word("lamp_unknown"));
  if (words) showNote(element, words, isKnown ? row.note : "");
  setText(since, isKnown ? sinceWords(row) : asOf === null ? "" : word("as_of", { time: formatTime(asOf) }));
}

/** @param {PresenceRow} row */
function rowWords(row) {
  if (isInCall(row.lamp) || row.lamp === NOT_SHOWN) return word(`lamp_${row.lamp}`);
  return row.registered ? statusWordsOf(row) : `${statusWordsOf(row)}, ${word("no_phone")}`;
}

/** The status, with its end if it has one. @param {{ status: string, until: number }} row */
export function statusWordsOf({ status, until }) {
  const label = word(`lamp_${status}`);
  return until ? word("until", { status: label, time: formatUntil(until) }) : label;
}

/**
 * Few rows have a note, so a place for it is made with the first. It may be cut off there: the whole is its title.
 * @param {HTMLElement} element
 * @param {Element} words
 * @param {string} note
 */
function showNote(element, words, note) {
  let place = /** @type {HTMLElement | null} */ (element.querySelector('[data-role="note"]'));
  if (!place && !note) return;
  if (!place) {
    place = document.createElement("span");
    place.className = "row-note";
    place.dataset.role = "note";
    words.after(" ", place);
  }
  setText(place, note && word("note", { note }));
  place.title = note;
}

/** How long a talk lasts, since when a status holds; how long a phone rings says nothing. @param {PresenceRow} row */
function sinceWords({ lamp, since }) {
  if (lamp === "ringing" || lamp === NOT_SHOWN) return "";
  const seconds = serverNow() - since;
  if (lamp === "talking" && seconds >= 60) return formatDuration(seconds);
  return word("since", { time: formatTime(since) });
}

/** @param {string} lamp */
function isInCall(lamp) {
  return lamp === "ringing" || lamp === "talking";
}

/**
 * @param {Element | null} element
 * @param {string} text
 */
function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function tick() {
  if (document.hidden || asOf !== null) return;
  for (const row of newest.values()) {
    if (row.lamp !== "talking") continue;
    for (const mark of marks.get(row.number) ?? []) setText(mark.since, sinceWords(row));
  }
}

/**
 * Shows a status before the server has confirmed it.
 * @param {string} status empty: the server has answered, and its word counts
 */
export function previewOwnStatus(status) {
  switchedTo = status;
  paintNumber(pageConfig().extension);
}

/** The status this page last heard for its own extension. */
export function ownStatus() {
  return newest.get(pageConfig().extension)?.status ?? "";
}
