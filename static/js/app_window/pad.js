// The keypad's page: keys clicked or typed put a number together, and the button calls it.

import { asNumber } from "../people.js";

function field() {
  return /** @type {HTMLInputElement | null} */ (document.getElementById("pad-number"));
}

/** @param {MouseEvent} event */
function onClick({ target }) {
  const button = target instanceof Element ? target.closest("[data-pad-key], [data-pad-action]") : null;
  const place = field();
  if (!button || !place) return;
  put(place, place.value, button.getAttribute("data-pad-key"));
}

/**
 * One key more, or one less.
 * @param {HTMLInputElement} place
 * @param {string} text
 * @param {string | null} key
 */
function put(place, text, key) {
  place.value = key ? (text + key).slice(0, place.maxLength) : text.slice(0, -1);
  complain(false);
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const place = field();
  if (!(event.target instanceof HTMLFormElement) || event.target.id !== "pad" || !place) return;
  event.preventDefault();
  const number = asNumber(place.value);
  complain(!number);
  if (!number) {
    place.focus();
    return;
  }
  place.value = "";
  document.dispatchEvent(new CustomEvent("lampfield:dial", { detail: { number } }));
}

/** Typed anywhere in the page, as on a telephone; not where somebody writes, nor to a call. @param {KeyboardEvent} event */
function onKey(event) {
  const place = field();
  const at = event.target instanceof Element ? event.target : null;
  if (!place || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (at?.closest("input, select, textarea, #call-card, #status-menu")) return;
  if (/^[0-9*#+]$/.test(event.key)) put(place, place.value, event.key);
  else if (event.key === "Backspace") put(place, place.value, null);
  else if (event.key === "Enter" && !at?.closest("a, button")) place.form?.requestSubmit();
  else return;
  event.preventDefault();
}

/** @param {boolean} isWrong */
function complain(isWrong) {
  const words = document.getElementById("pad-error");
  if (words) words.textContent = isWrong ? (words.dataset.words ?? "") : "";
  field()?.toggleAttribute("aria-invalid", isWrong);
  if (isWrong) field()?.setAttribute("aria-invalid", "true");
}

// Pages come and go, the listeners stay.
document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
document.addEventListener("keydown", onKey);
