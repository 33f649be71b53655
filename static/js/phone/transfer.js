// The transfer panel: finds a colleague as one types, with their lamp, and hands the chosen number to the desk.

import { pageConfig, word } from "../words.js";

const LOOK_AFTER_MS = 150;
const CHOICES_MAX = 8;
const A_NUMBER = /^\+?[\d\s()-]{2,}$/;

/** @typedef {{ number: string, name: string }} Choice */

export class TransferPanel {
  /** @type {HTMLFormElement | null} */ #form;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #looking;
  /** The other side of the call, who can't be sent to themselves. */
  #otherSide = "";

  /**
   * @param {HTMLElement} card
   * @param {(number: string, isAskedFirst: boolean) => void} onChosen
   */
  constructor(card, onChosen) {
    this.#form = card.querySelector("#call-transfer");
    this.#form?.addEventListener("input", ({ target }) => {
      if (target === this.#field) this.#lookSoon();
    });
    this.#form?.addEventListener("keydown", (event) => this.#moveOn(event));
    this.#form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const number = this.#chosen();
      const isAskedFirst = event.submitter?.getAttribute("value") === "ask";
      if (number) onChosen(number, isAskedFirst);
      else this.#complain(word("transfer_nobody"));
    });
  }

  /** @param {string} otherSide */
  open(otherSide) {
    if (!this.#field) return;
    this.#otherSide = otherSide;
    this.#field.value = "";
    this.#complain("");
    this.#look();
    this.#field.focus();
  }

  /** @returns {HTMLInputElement | null} */
  get #field() {
    return this.#form?.querySelector('input[type="search"]') ?? null;
  }

  #chosen() {
    /** @type {HTMLInputElement | null | undefined} */
    const ticked = this.#form?.querySelector('input[type="radio"]:checked');
    return ticked?.value ?? (A_NUMBER.test(this.#typed) ? this.#typed.replace(/[\s()-]/g, "") : "");
  }

  get #typed() {
    return this.#field?.value.trim() ?? "";
  }

  /** From the field down to the colleagues; Enter takes the first one, and the next Enter hands the call over. @param {KeyboardEvent} event */
  #moveOn(event) {
    if (event.target !== this.#field || (event.key !== "ArrowDown" && event.key !== "Enter")) return;
    event.preventDefault();
    /** @type {HTMLInputElement | null | undefined} */
    const first = this.#form?.querySelector('input[type="radio"]');
    if (!first) return this.#complain(this.#chosen() ? "" : word("transfer_nobody"));
    first.checked = true;
    if (event.key === "ArrowDown") first.focus();
    else this.#form?.querySelector("button")?.focus();
  }

  #lookSoon() {
    this.#complain("");
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => this.#look(), LOOK_AFTER_MS);
  }

  async #look() {
    const typed = this.#typed;
    /** @type {Choice[]} */
    let found = [];
    try {
      const url = `${pageConfig().urls.extension_choices}?${new URLSearchParams({ q: typed })}`;
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (response.ok) found = (await response.json()).extensions;
      found = found.filter(({ number }) => number !== this.#otherSide);
    } catch {
      // A number can be typed without suggestions.
    }
    if (typed === this.#typed) this.#offer(found.slice(0, CHOICES_MAX), typed);
  }

  /**
   * @param {Choice[]} found
   * @param {string} typed
   */
  #offer(found, typed) {
    // A queue's number, or one outside, is nobody's extension: it is offered as it was typed.
    const isOther = A_NUMBER.test(typed) && !found.some(({ number }) => number === typed);
    const choices = isOther ? [...found, { number: typed, name: "" }] : found;
    const list = this.#form?.querySelector('[data-role="choices"]');
    list?.replaceChildren(...choices.map(choiceRow));
    const only = /** @type {HTMLInputElement | null | undefined} */ (list?.querySelector("input"));
    if (only && choices.length === 1) only.checked = true;
    if (list) document.dispatchEvent(new CustomEvent("lampfield:rows", { detail: list }));
    const count = this.#form?.querySelector('[data-role="choices-found"]');
    if (count) count.textContent = word("filter_result", { count: choices.length });
  }

  /** @param {string} text */
  #complain(text) {
    const place = /** @type {HTMLElement | null | undefined} */ (
      this.#form?.querySelector('[data-role="transfer-error"]')
    );
    if (place) place.textContent = text;
    if (place) place.hidden = !text;
    if (text) this.#field?.focus();
  }
}

/** @param {Choice} choice */
function choiceRow({ number, name }) {
  const row = document.createElement("label");
  row.className = "choice";
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "transfer-to", value: number });
  const parts = [input, part("lamp", ""), part("number", number), part("choice-name", name)];
  if (name) {
    // Painted like every other row of this colleague.
    Object.assign(row.dataset, { extension: number, version: "-1", lamp: "unknown" });
    const words = part("muted", "");
    words.dataset.role = "words";
    parts.push(words);
  }
  row.append(...parts);
  return row;
}

/**
 * @param {string} className
 * @param {string} text
 */
function part(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}
