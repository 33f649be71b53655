// Notices what may have cut the calls of this window: another network, or a computer that slept.

const LOOK_EVERY_MS = 1000;
/** A hidden window's timers are slow, but those of one that plays sound are not. */
const SLEPT_MS = 5000;

/**
 * @typedef {object} NetworkNews
 * @property {() => void} onChanged the ways of before are gone
 * @property {() => void} onDoubt something about the network is different
 * @property {() => void} onWoken
 */

export class NetworkWatch {
  #seenAt = Date.now();

  /** @param {NetworkNews} news */
  constructor({ onChanged, onDoubt, onWoken }) {
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
    setInterval(() => {
      const slept = Date.now() - this.#seenAt > SLEPT_MS;
      this.#seenAt = Date.now();
      if (slept) onWoken();
    }, LOOK_EVERY_MS);
  }
}
