// Keys of the call in front, clicked or typed: to a digital receptionist, or as tones to the other side.

import { takesKeys } from "./buttons.js";

/** @typedef {import("./line.js").CallCard} CallCard */

const SHOWN_MAX = 24;

export class Keypad {
  /** @type {HTMLElement} */ #card;
  #call = "";

  /**
   * @param {HTMLElement} card
   * @param {() => CallCard | null} front
   * @param {(key: string) => void} press
   */
  constructor(card, front, press) {
    this.#card = card;
    card.addEventListener("keydown", (event) => {
      const isTyping = event.target instanceof Element && event.target.matches("input, select, textarea");
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key)) return;
      if (!takesKeys(front())) return;
      event.preventDefault();
      press(event.key);
    });
  }

  /** The keys pressed so far, to be seen and heard. @param {string} key */
  note(key) {
    const place = this.#card.querySelector('[data-role="keyed"]');
    if (place) place.textContent = ((place.textContent ?? "") + key).slice(-SHOWN_MAX);
  }

  /** @param {CallCard | null} front */
  follow(front) {
    if (front?.call === this.#call) return;
    this.#call = front?.call ?? "";
    const place = this.#card.querySelector('[data-role="keyed"]');
    if (place) place.textContent = "";
  }
}
