// The calls that are parked, in a strip below the bar that everybody sees: slot, who, since when, and a button to fetch.

import { serverNow } from "../server_clock.js";
import { pageConfig, word } from "../words.js";
import { clockTime, partyName } from "./card_words.js";

/** @typedef {import("./line.js").ParkedCall} ParkedCall */

export class ParkedStrip {
  #strip = document.getElementById("parked");
  /** @type {HTMLTemplateElement | null} */ #pattern;
  /** @type {ParkedCall[]} */ #calls = [];

  constructor() {
    this.#pattern = /** @type {HTMLTemplateElement | null} */ (document.getElementById("parked-call"));
    setInterval(() => this.#tick(), 1000);
  }

  /**
   * @param {ParkedCall[]} calls
   * @returns {ParkedCall[]} those that were not there before
   */
  paint(calls) {
    const before = new Set(this.#calls.map(key));
    const fresh = calls.filter((call) => !before.has(key(call)));
    if (fresh.length || calls.length !== this.#calls.length) {
      const hadFocus = this.#strip?.contains(document.activeElement);
      this.#strip?.querySelector("ul")?.replaceChildren(...calls.flatMap((call) => this.#item(call)));
      if (hadFocus) this.#focusNext();
    }
    this.#calls = calls;
    if (this.#strip) this.#strip.hidden = !calls.length;
    this.#tick();
    return fresh;
  }

  #focusNext() {
    const next = this.#strip?.querySelector("button") ?? document.getElementById("main");
    if (next instanceof HTMLElement) next.focus();
  }

  /** @param {ParkedCall} call */
  #item(call) {
    const copy = /** @type {DocumentFragment | undefined} */ (this.#pattern?.content.cloneNode(true));
    const item = /** @type {HTMLElement | null | undefined} */ (copy?.firstElementChild);
    if (!item) return [];
    const name = partyName(call);
    const say = (/** @type {string} */ role, /** @type {string} */ text) => {
      const place = item.querySelector(`[data-role="${role}"]`);
      if (place) place.textContent = text;
    };
    say("parked-slot", String(call.slot));
    say("parked-name", name);
    say("parked-by", word("parked_by", { name: partyName(call.by) }));
    const button = item.querySelector("button");
    button?.setAttribute("data-slot", String(call.slot));
    button?.setAttribute("aria-label", word("parked_fetch", { name, slot: call.slot }));
    if (call.number === pageConfig().extension) button?.remove(); // nobody fetches themselves
    return [item];
  }

  #tick() {
    const times = this.#strip?.querySelectorAll('[data-role="parked-since"]') ?? [];
    this.#calls.forEach(({ since }, index) => {
      const place = times[index];
      if (place) place.textContent = clockTime(serverNow() - since);
    });
  }
}

/** @param {ParkedCall} call */
function key({ slot, since }) {
  return `${slot} ${since}`;
}
