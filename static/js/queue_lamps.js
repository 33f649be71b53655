/**
 * The lines of my queues and ring groups, and whether I am logged in to them: on the People page, in the status menu
 * and in the bar. Loaded for members only; the newest news of the socket is painted over whatever a page brings.
 */

import { serverNow } from "./server_clock.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

/** @typedef {{ number: string, name: string, kind: string, waiting: number, oldest: number | null, is_logged_in: boolean, absence: string, status: string }} Line */

const TICK_MS = 1000;
const FORM = 'form[data-role="queue-login"]';

/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById("queue-words")?.textContent ?? "{}");
/** @type {Line[] | null} */
let known = null;
/** When the server read what is known, in its milliseconds. */
let readAt = 0;

/**
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 */
function say(key, params = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/** @param {Event} event */
function hear(event) {
  const { queues, read_at } = /** @type {CustomEvent} */ (event).detail;
  if (read_at && read_at < readAt) return;
  readAt = read_at ?? readAt;
  known = queues;
  paintAll();
}

/** A page that was read later than the last news stays as it is. */
function adoptPage() {
  const drawn = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#my-queues, #status-queues"));
  if (![...drawn].some(({ dataset }) => Number(dataset.readAt) < readAt)) tick();
  else paintAll();
}

function paintAll() {
  if (!known) return;
  if (!isDrawn("#my-queues", known)) document.getElementById("my-queues")?.dispatchEvent(old("queues-are-old"));
  const own = known.filter((line) => line.kind === "queue");
  if (!isDrawn("#status-queues", own)) document.getElementById("status-menu")?.dispatchEvent(old("menu-is-old"));
  for (const line of known) paint(line);
  paintBar(known);
  tick();
}

/** @param {string} name */
function old(name) {
  return new CustomEvent(`lampfield:${name}`);
}

/**
 * Whether a list shows exactly these; one that is not on the page is no worse for it.
 * @param {string} list
 * @param {Line[]} lines
 */
function isDrawn(list, lines) {
  const place = document.querySelector(list);
  if (!place) return list !== "#status-queues" || lines.length === 0;
  const drawn = /** @type {HTMLElement[]} */ ([...place.querySelectorAll("[data-queue]")]);
  return drawn.map(({ dataset }) => dataset.queue).join() === lines.map(({ number }) => number).join();
}

/** @param {Line} line */
function paint(line) {
  const rows = /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll(`[data-queue="${CSS.escape(line.number)}"]`)
  );
  for (const row of rows) {
    row.dataset.waiting = String(line.waiting);
    row.dataset.oldest = String(line.oldest ?? "");
    row.dataset.absence = line.absence;
    write(row, "queue-waiting", line.waiting ? say("waiting", { count: line.waiting }) : say("nobody"));
    write(row, "queue-login-words", loginWords(line));
    markSwitch(row, line.is_logged_in);
  }
}

/** @param {Line} line */
function loginWords({ kind, absence, status }) {
  if (kind !== "queue") return say("rings");
  return absence ? say(`absence_${absence}`, { status: word(`lamp_${status}`) }) : say("logged_in");
}

/**
 * @param {HTMLElement} row
 * @param {boolean} isLoggedIn
 */
function markSwitch(row, isLoggedIn) {
  const button = /** @type {HTMLButtonElement | null} */ (row.querySelector("[role=menuitemcheckbox]"));
  if (!button) return;
  button.ariaChecked = String(isLoggedIn);
  button.value = isLoggedIn ? "0" : "1";
}

/**
 * @param {Element} place
 * @param {string} role
 * @param {string} text
 */
function write(place, role, text) {
  const spot = place.querySelector(`[data-role="${role}"]`);
  if (spot && spot.textContent !== text) spot.textContent = text;
}

/** @param {Line[]} lines */
function paintBar(lines) {
  const bar = document.getElementById("queue-state");
  if (!bar) return;
  const waiting = lines.reduce((sum, line) => sum + line.waiting, 0);
  bar.hidden = lines.length === 0;
  bar.dataset.waiting = String(waiting);
  write(bar, "queue-state-words", say("waiting", { count: waiting }));
  write(bar, "queue-state-count", String(waiting));
}

/** How long the longest has waited, counting up. */
function tick() {
  const now = serverNow();
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#my-queues [data-queue]"))) {
    const { oldest } = row.dataset;
    write(row, "queue-oldest", oldest ? say("longest", { length: clock(now - Number(oldest)) }) : "");
  }
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * The row of a switch's request; null for any other request.
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
function rowOf(event) {
  const form = /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement;
  return form instanceof HTMLElement && form.matches(FORM) ? form : null;
}

/** What was clicked counts at once; the server's word follows. @param {Event} event */
function showChoice(event) {
  const row = rowOf(event);
  if (!row) return;
  const isLoggedIn = row.querySelector("[role=menuitemcheckbox]")?.ariaChecked !== "true";
  row.dataset.before = String(!isLoggedIn);
  row.dataset.wordsBefore = row.querySelector('[data-role="queue-login-words"]')?.textContent ?? "";
  write(row, "queue-login-words", say(isLoggedIn ? "logged_in" : "absence_logged_out"));
  markSwitch(row, isLoggedIn);
}

/** @param {Event} event */
function rollBack(event) {
  const row = rowOf(event);
  if (!row) return;
  markSwitch(row, row.dataset.before === "true");
  write(row, "queue-login-words", row.dataset.wordsBefore ?? "");
  const status = /** @type {CustomEvent} */ (event).detail.ctx?.response?.status;
  if (status && status < 500) toast(say("login_refused"), { kind: "error" }); // the frame tells the rest
}

document.addEventListener("lampfield:queues", hear);
document.addEventListener("lampfield:swapped", adoptPage);
document.addEventListener("htmx:before:request", showChoice);
document.addEventListener("htmx:response:error", rollBack);
document.addEventListener("htmx:error", rollBack);
setInterval(tick, TICK_MS);
tick();
document.dispatchEvent(new CustomEvent("lampfield:queues-wanted"));
