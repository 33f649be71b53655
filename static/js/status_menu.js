// The menu under the avatar: keys, the optimistic switch, and the way back when the server says no.

import { ownStatus, previewOwnStatus } from "./lamps.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const MENU = "#status-menu";
const BUTTON = "#status-menu-button";
const FORM_ID = "status-form";

/** What the server last confirmed; the socket may be down while the menu still works. */
let confirmed = "";
/** What was typed with a status may be refused: then the menu stays open until the answer. */
let waits = false;

export function startStatusMenu() {
  confirmed = markedStatus();
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusout", onFocusOut);
  document.addEventListener("htmx:before:request", (event) => ifSwitch(event, showChoice));
  document.addEventListener("htmx:response:error", (event) => ifSwitch(event, refused));
  document.addEventListener("htmx:error", (event) => ifSwitch(event, () => rollBack("status_failed")));
  document.addEventListener("htmx:after:swap", (event) => ifSwitch(event, confirm));
  document.addEventListener("lampfield:own-presence", followElsewhere);
}

/** @returns {HTMLElement | null} */
function menu() {
  return document.querySelector(MENU);
}

/** @returns {HTMLElement | null} */
function button() {
  return document.querySelector(BUTTON);
}

/** @returns {HTMLElement[]} */
function choices() {
  return [...(menu()?.querySelectorAll("[role=menuitemradio]") ?? [])].map(
    (element) => /** @type {HTMLElement} */ (element),
  );
}

function markedStatus() {
  return choices().find((choice) => choice.ariaChecked === "true")?.dataset.status ?? "";
}

/** @param {string} status */
function mark(status) {
  for (const choice of choices()) choice.ariaChecked = String(choice.dataset.status === status);
}

/** @param {Event} event */
function onToggle(event) {
  if (event.target !== menu()) return;
  const isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
  button()?.setAttribute("aria-expanded", String(isOpen));
  if (isOpen && !menu()?.contains(document.activeElement)) enter();
}

function enter() {
  (choices().find((choice) => choice.ariaChecked === "true") ?? choices()[0])?.focus();
}

/**
 * Calls `react` for events of the switch form's requests only.
 * @param {Event} event
 * @param {(context: any) => void} react
 */
function ifSwitch(event, react) {
  const context = /** @type {CustomEvent} */ (event).detail?.ctx;
  // After the swap the form that asked is gone, and its place stands for it.
  if (context?.request?.form?.id === FORM_ID) react(context);
}

/** @param {any} context */
function showChoice(context) {
  const { name, value } = context.sourceEvent?.submitter ?? {};
  if (name === "status") {
    mark(value);
    previewOwnStatus(value);
  }
  waits = Boolean(typed());
  if (!waits) leave();
}

/** The fields of a note and an end, while they are open. */
function typed() {
  return menu()?.querySelector('[data-role="status-end-fields"]');
}

function leave() {
  menu()?.hidePopover();
  button()?.focus();
}

/** @param {any} context */
function confirm(context) {
  const wrong = /** @type {HTMLElement | null | undefined} */ (typed()?.querySelector('[aria-invalid="true"]'));
  if (wrong) wrong.focus();
  if (context.response?.status >= 400) return;
  confirmed = markedStatus();
  previewOwnStatus("");
  if (waits) leave();
}

/** The server's reason stands beside the field, and is better than a message. @param {any} context */
function refused(context) {
  if (context.response?.status === 422 && typed()) takeBack();
  else rollBack("status_refused");
}

function takeBack() {
  confirmed = ownStatus() || confirmed;
  mark(confirmed);
  previewOwnStatus("");
}

/** @param {string} message */
function rollBack(message) {
  takeBack();
  toast(word(message, { status: word(`lamp_${confirmed}`) }), { kind: "error" });
}

/** Another window, or another surface, switched. @param {Event} event */
function followElsewhere(event) {
  confirmed = /** @type {CustomEvent} */ (event).detail.status;
  mark(confirmed);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey && event.key === ".") {
    event.preventDefault();
    menu()?.togglePopover();
    return;
  }
  // Open, but its event is still to come: quick fingers are faster.
  const isOutside =
    !menu()?.contains(document.activeElement) && !document.activeElement?.matches("input, select, textarea");
  const isAhead = isOutside && menu()?.matches(":popover-open");
  if (isAhead && /^(Arrow|Home|End|[^ ]$)/.test(event.key)) enter();
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  if (focused && focused === button() && event.key === "ArrowDown") {
    event.preventDefault();
    menu()?.showPopover();
  } else if (
    focused &&
    menu()?.contains(focused) &&
    !typed()?.contains(focused) &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey
  ) {
    moveInMenu(event, focused);
  }
}

/**
 * Up and down through the statuses and what stands below them; right to a status's rules, left back.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} focused
 */
function moveInMenu(event, focused) {
  const column = /** @type {HTMLElement[]} */ ([
    ...(menu()?.querySelectorAll('[role^="menuitem"]:not(.status-rules, [hidden])') ?? []),
  ]);
  const choice = /** @type {HTMLElement | null} */ (
    focused.closest(".status-row")?.querySelector(".status-choice") ?? focused
  );
  const at = choice ? column.indexOf(choice) : -1;
  const rules = /** @type {HTMLElement | null} */ (
    focused.closest(".status-row")?.querySelector(".status-rules") ?? null
  );
  /** @type {Record<string, HTMLElement | null | undefined>} */
  const goals = {
    ArrowDown: column[(at + 1) % column.length],
    ArrowUp: column[(at - 1 + column.length) % column.length],
    Home: column[0],
    End: column.at(-1),
    ArrowRight: rules,
    ArrowLeft: choice,
  };
  const goal = event.key in goals ? goals[event.key] : startingWith(event.key, column, at);
  if (!goal) return;
  event.preventDefault();
  goal.focus();
}

/**
 * @param {string} letter
 * @param {HTMLElement[]} column
 * @param {number} at
 */
function startingWith(letter, column, at) {
  if (letter.length !== 1 || letter === " ") return undefined;
  const fromHere = [...column.slice(at + 1), ...column.slice(0, at + 1)];
  return fromHere.find((item) => item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()));
}

/** Tab leaves the menu; a menu nobody is in closes. @param {FocusEvent} event */
function onFocusOut({ target, relatedTarget }) {
  const open = menu();
  if (!open?.matches(":popover-open") || !open.contains(/** @type {Node} */ (target))) return;
  if (relatedTarget instanceof Node && relatedTarget !== button() && !open.contains(relatedTarget)) open.hidePopover();
}
