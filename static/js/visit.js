// The public call page: the form asks for a name, the server gives a token for one call, and the card follows the call.

import { VisitCard } from "./visit_card.js";
import { VisitDesk } from "./visit_desk.js";
import { pageConfig, word } from "./words.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("visit-form"));
const card = /** @type {HTMLElement} */ (document.getElementById("call-card"));
const view = new VisitCard(card);
const desk = new VisitDesk(card, view);
const config = pageConfig();
let isBusy = false;

/** @param {SubmitEvent} event */
async function call(event) {
  event.preventDefault();
  if (isBusy || desk.isInCall) return;
  setBusy(true);
  say("visit-notice", "");
  say("name-error", "");
  // Before the server is asked: who gives no microphone has called nobody.
  const problem = await desk.takeMicrophone();
  if (problem) say("visit-notice", word(problem));
  else if (!(await begin())) desk.releaseMicrophone();
  setBusy(false);
}

/** @returns {Promise<boolean>} whether there is a call now */
async function begin() {
  const answer = await ask();
  if (!answer.token) {
    const error = answer.errors?.name?.[0] ?? "";
    say("visit-notice", error ? "" : (answer.message ?? word("visit_failed")));
    say("name-error", error);
    if (error) nameField().focus();
    return false;
  }
  const isCalling = await desk.call(`${config.socket}?token=${encodeURIComponent(answer.token)}`, config.number);
  if (isCalling) form.hidden = true;
  else say("visit-notice", word("refused_no_connection"));
  return isCalling;
}

/** @returns {Promise<{ token?: string, message?: string, errors?: { name?: string[] } }>} */
async function ask() {
  try {
    const body = new FormData(form);
    const response = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.headers.get("Content-Type")?.startsWith("application/json")) return await response.json();
    return { message: word(response.status < 500 ? "visit_stale" : "visit_failed") };
  } catch {
    return { message: word("visit_failed") };
  }
}

function again() {
  view.hide();
  form.hidden = false;
  form.querySelector("button")?.focus();
}

function nameField() {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem("name"));
}

/**
 * @param {"visit-notice" | "name-error"} role
 * @param {string} text
 */
function say(role, text) {
  const place = /** @type {HTMLElement | null} */ (form.querySelector(`[data-role="${role}"]`));
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  if (role !== "name-error") return;
  if (text) nameField().setAttribute("aria-invalid", "true");
  else nameField().removeAttribute("aria-invalid");
}

/** @param {boolean} busy */
function setBusy(busy) {
  isBusy = busy;
  form.querySelector("button")?.setAttribute("aria-disabled", String(busy));
}

/** @param {Element} button */
function act(button) {
  switch (button.getAttribute("data-call-action")) {
    case "hang-up":
      return desk.hangUp();
    case "mute":
      return desk.toggleMute();
    case "keypad":
      return view.toggleKeypad();
    case "key":
      return desk.press(button.getAttribute("data-key") ?? "");
    case "dismiss":
      return again();
  }
}

document.querySelector('[data-role="no-script"]')?.remove();
form.addEventListener("submit", call);
document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-call-action]") : null;
  if (button) act(button);
});
// Keys of a keyboard are keys of the phone, too.
document.addEventListener("keydown", ({ key, ctrlKey, altKey, metaKey, target }) => {
  const isTyping = target instanceof HTMLInputElement;
  if (/^[0-9*#]$/.test(key) && desk.isInCall && !isTyping && !ctrlKey && !altKey && !metaKey) desk.press(key);
});
// How well the sound gets through, for whoever looks from outside: figures only.
Object.defineProperty(window, "lampfieldPhone", { value: Object.freeze({ stats: () => desk.stats() }) });
