// Notices what may have cut the calls of this window: another network, or a computer that slept.

const LOOK_EVERY_MS = 1000;
const SLEPT_MS = 5000;

/**
 * @typedef {object} NetworkNews
 * @property {() => void} onChanged the ways of before are gone
 * @property {() => void} onDoubt something about the network is different
 * @property {() => void} onWoken
 */

export class NetworkWatch {
  /** @type {() => void} */ #onWoken;
  #seenAt = 0;
  /** @type {ReturnType<typeof setInterval> | null} */ #timer = null;

  /** @param {NetworkNews} news */
  constructor({ onChanged, onDoubt, onWoken }) {
    this.#onWoken = onWoken;
    window.addEventListener("online", onChanged);
    // Chromium tells of a new estimate of the speed by the same event as of a new network; only phones say which.
    const network = /** @type {(EventTarget & { type?: string }) | undefined} */ (Reflect.get(navigator, "connection"));
    let type = network?.type;
    network?.addEventListener("change", () => {
      const isOther = network.type !== type;
      type = network.type;
      if (isOther) onChanged();
      else onDoubt();
    });
  }

  /** A hidden window's timers are slow, but not while it plays a call: only then does a gap mean sleep. @param {boolean} isInCall */
  follow(isInCall) {
    if (isInCall === Boolean(this.#timer)) return;
    if (this.#timer) clearInterval(this.#timer);
    this.#seenAt = Date.now();
    this.#timer = isInCall ? setInterval(() => this.#look(), LOOK_EVERY_MS) : null;
  }

  #look() {
    const hasSlept = Date.now() - this.#seenAt > SLEPT_MS;
    this.#seenAt = Date.now();
    if (hasSlept) this.#onWoken();
  }
}
