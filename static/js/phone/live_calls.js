// The calls of this window that live, and which of them stands in front. One that does not ring is carried by this
// window, or by the desk phone, whose calls every window commands; what another window carries has ended here.

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
    return Boolean(known || card.here) || card.state !== "ended";
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
    const rank = ({ call, state }) => ORDER.indexOf(state) - (call === this.#front?.call ? 0.5 : 0);
    this.#front = this.all.reverse().sort((a, b) => rank(a) - rank(b))[0] ?? null;
  }
}
