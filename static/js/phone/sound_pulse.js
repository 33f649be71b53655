// Whether the other side's sound keeps arriving: a network that has gone says so by silence first.

const SILENT_MS = 1500;
/** When the browser has noticed something about the network. */
const SUSPICIOUS_MS = 700;
const CLOSELY_MS = 5000;

export class SoundPulse {
  #packets = 0;
  #heardAt = 0;
  #closelyUntil = 0;

  /**
   * @param {number} packets received in all
   * @param {boolean} isExpected neither side holds the call
   * @param {number} now in ms
   * @returns {"heard" | "waiting" | "silent"}
   */
  beat(packets, isExpected, now) {
    const isMore = packets > this.#packets;
    this.#packets = packets;
    if (isMore || !isExpected) this.#heardAt = now;
    if (isMore) return "heard";
    const patience = now < this.#closelyUntil ? SUSPICIOUS_MS : SILENT_MS;
    return packets && now - this.#heardAt > patience ? "silent" : "waiting";
  }

  /** @param {number} now */
  listenClosely(now) {
    this.#closelyUntil = now + CLOSELY_MS;
  }
}
