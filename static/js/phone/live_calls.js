// The calls of this window that live, and which of them stands in front.

import { isCommanded } from "./buttons.js";

/** @typedef {import("./line.js").CallCard} CallCard */

/** What somebody is doing comes before what asks for them, and that before what waits. */
const ORDER = ["talking", "dialling", "ringing", "on_hold"];

export class LiveCalls {
  /** By id, in the order they came. @type {Map<string, CallCard>} */ #cards = new Map();
  /** Calls that are over for this window: what still comes for them is late. @type {Set<string>} */ #over = new Set();
  /** @type {CallCard | null} */ #front = null;

  get all() {
    return [...this.#cards.values()];
  }

  get front() {
    return this.#front;
  }

  /** All but the one in front. */
  get others() {
    return this.all.filter(({ call }) => call !== this.#front?.call);
  }

  /** @param {string} [call] the one in front if none is named */
  get(call) {
    return call ? this.#cards.get(call) : (this.#front ?? undefined);
  }

  /** @param {string} call */
  has(call) {
    return this.#cards.has(call);
  }

  /** @param {string} call */
  isOver(call) {
    return this.#over.has(call);
  }

  /** Whether this card is news of a call that concerns this window. @param {CallCard} card */
  isNews(card) {
    const known = this.#cards.get(card.call);
    if (this.#over.has(card.call) || (known && known.version >= card.version)) return false;
    return Boolean(known) || isOwn(card);
  }

  /** @param {CallCard} card */
  keep(card) {
    this.#cards.set(card.call, card);
    this.#choose();
  }

  /** @param {string} call */
  end(call) {
    this.#cards.delete(call);
    this.#over.add(call);
    this.#choose();
  }

  /** Among equals the one that is shown already, else the newest. */
  #choose() {
    /** @param {CallCard} card */
    const rank = (card) =>
      (isOwn(card) ? ORDER.indexOf(card.state) : ORDER.length) - (card.call === this.#front?.call ? 0.5 : 0);
    this.#front = this.all.reverse().sort((a, b) => rank(a) - rank(b))[0] ?? null;
  }
}

/** Something for this window to show and to do. @param {CallCard} card */
function isOwn(card) {
  return isCommanded(card) || card.state === "ringing";
}
