// This window's place on Asterisk: asks for its account, registers with it, and asks again when it is lost. Fetched
// where there is an Asterisk; as several pages do that, it is given what has a state of its own.

import { socketUrl } from "../socket.js";
import { SipPhone } from "./sip_phone.js";

/** @import { MediaOptions } from "./media.js" */
/** @import { SipPhoneParts } from "./sip_phone.js" */
/** @import { PhoneLine } from "./line.js" */
/** @import { ReconnectingSocket } from "../socket.js" */
/** @typedef {{ user: string, password: string, domain: string }} SipAccount */
/** @typedef {SipAccount & { socket: string, library: string }} SipOffer */

const AGAIN_MIN_MS = 2000;
const AGAIN_MAX_MS = 60_000;

export class SipLine {
  /** @type {Pick<PhoneLine, "send">} */ #line;
  /** @type {typeof ReconnectingSocket} */ #Socket;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {(phone: SipPhone) => void} */ #isThere = () => {};
  /** @type {Promise<SipPhone>} */ #coming = new Promise((resolve) => {
    this.#isThere = resolve;
  });
  /** @type {SipPhone | null} */ #phone = null;

  /**
   * @param {Pick<PhoneLine, "send">} line by which the server is asked
   * @param {typeof ReconnectingSocket} Socket the page's own
   */
  constructor(line, Socket) {
    this.#line = line;
    this.#Socket = Socket;
  }

  /** @param {boolean} [isNew] what Asterisk still has with this window is over: the page was loaded anew, or lost it */
  ask(isNew = !this.#phone) {
    clearTimeout(this.#timer);
    this.#line.send("sip", { new: isNew });
  }

  /** @param {SipOffer | null} offer null: Asterisk is not there now */
  async take(offer) {
    if (!offer) return this.#askAgain();
    if (this.#phone) return this.#phone.renew(offer);
    try {
      // A browser may keep in mind that an address failed.
      const again = this.#failures ? `?again=${this.#failures}` : "";
      const { default: library } = await import(offer.library + again);
      this.#phone ??= this.#open(library, offer);
      this.#isThere(this.#phone);
    } catch {
      this.#askAgain();
    }
  }

  #askAgain() {
    clearTimeout(this.#timer);
    const longest = Math.min(AGAIN_MAX_MS, AGAIN_MIN_MS * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.ask(), longest * (0.5 + Math.random() / 2));
  }

  /**
   * @param {SipPhoneParts["library"]} library
   * @param {SipOffer} offer
   */
  #open(library, offer) {
    return new SipPhone({
      library,
      account: offer,
      openSocket: (options) => new this.#Socket({ ...options, url: () => socketUrl(offer.socket), protocol: "sip" }),
      onRegistered: () => {
        this.#failures = 0;
      },
      onLost: () => this.ask(true),
      onFailed: () => this.#askAgain(),
    });
  }

  /** The sound of a call; waits until the phone is there. @param {MediaOptions} options */
  async media(options) {
    return (await this.#coming).media(options);
  }
}
