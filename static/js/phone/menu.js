// A digital receptionist's keys as buttons with their words; and its answer to a key that leads nowhere.

import { word } from "../words.js";

/** @typedef {import("./line.js").CallCard} CallCard */

export class MenuKeys {
  /** @type {HTMLElement | null} */ #place;
  #drawn = "";

  /** @param {HTMLElement} card */
  constructor(card) {
    this.#place = card.querySelector('[data-role="menu"]');
  }

  /** @param {CallCard} card */
  paint({ menu, state, call }) {
    if (!this.#place) return;
    const keys = (state === "dialling" && menu?.keys) || [];
    this.#place.hidden = !keys.length;
    const wrong = this.#place.querySelector('[data-role="wrong-key"]');
    const text = menu?.was_wrong ? word("menu_wrong_key") : "";
    if (wrong && wrong.textContent !== text) wrong.textContent = text;
    const wanted = call + JSON.stringify(keys);
    if (wanted === this.#drawn) return;
    this.#drawn = wanted;
    this.#place.querySelector('[data-role="menu-keys"]')?.replaceChildren(...keys.map(keyButton));
  }
}

/** @param {{ key: string, words: string }} option */
function keyButton({ key, words }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.dataset.callAction = "key";
  button.dataset.key = key;
  const mark = document.createElement("kbd");
  mark.textContent = key;
  button.append(mark, ` ${words}`);
  return button;
}
