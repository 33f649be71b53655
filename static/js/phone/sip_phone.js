// This window as a phone of Asterisk: registered, and answering by itself what the server calls it for, nothing else.

import { SipMedia } from "./sip_media.js";
import { SipSocket } from "./sip_socket.js";

/** @import { MediaOptions } from "./media.js" */
/** @import { OpenSocket } from "./sip_socket.js" */
/** @import * as JsSip from "jssip" */
/** @import { RTCSession } from "jssip/lib/RTCSession.js" */
/** @import { RTCSessionEvent } from "jssip/lib/UA.js" */
/** @import { SipAccount } from "./sip_line.js" */

const CALL_HEADER = "X-Lampfield-Call";
/** The card of a call comes by another socket than the call. */
const CARD_LATE_MS = 5000;
/** Half of it is far more than the once a minute at which a hidden window's timers may run. */
const REGISTERED_SECONDS = 600;
const FORBIDDEN = 403;
const UNAVAILABLE = 480;

/**
 * @typedef {object} SipPhoneParts
 * @property {typeof JsSip} library
 * @property {OpenSocket} openSocket
 * @property {SipAccount} account
 * @property {() => void} onRegistered
 * @property {() => void} onLost a call was lost here; Asterisk may believe that it goes on
 * @property {() => void} onFailed the account is not, or no longer, what Asterisk knows
 */

export class SipPhone {
  #ua;
  /** @type {SipSocket} */ #socket;
  /** Asks the server to be called again for the calls of this window. */
  askToBeCalled;
  /** The calls whose sound this window takes up. @type {Map<string, SipMedia>} */ #media = new Map();
  /** Calls that came before their card. @type {Map<string, RTCSession>} */ #early = new Map();

  /** @param {SipPhoneParts} parts */
  constructor({ library, openSocket, account, onRegistered, onLost, onFailed }) {
    this.#socket = new SipSocket(openSocket);
    this.askToBeCalled = onLost;
    this.#ua = new library.UA({
      sockets: this.#socket,
      uri: `sip:${account.user}@${account.domain}`,
      password: account.password,
      // Asterisk calls this address, which is therefore the sender of all that is said in a call.
      contact_uri: `sip:${account.user}@${account.user}.invalid;transport=ws`,
      register_expires: REGISTERED_SECONDS,
      session_timers: false,
      user_agent: "Lampfield",
    });
    this.#ua.on("registered", onRegistered);
    this.#ua.on("registrationFailed", onFailed);
    this.#ua.on("connected", () => this.#eachMedia((media) => media.care.mend()));
    this.#ua.on("newRTCSession", (/** @type {RTCSessionEvent} */ event) => this.#take(event));
    this.#ua.start();
  }

  get isConnected() {
    return this.#ua.isConnected();
  }

  /** The server has made another account for this window. @param {SipAccount} account */
  renew({ password }) {
    this.#ua.set("password", password);
    if (this.#ua.isConnected()) this.#ua.register();
    else this.hurry();
  }

  hurry() {
    this.#socket.hurry();
  }

  renewSocket() {
    this.#socket.renew();
  }

  /**
   * The sound of a call that this window carries, once Asterisk calls for it.
   * @param {MediaOptions} options
   */
  media(options) {
    return new SipMedia(options, this);
  }

  /** @param {SipMedia} media */
  expect(media) {
    this.#media.set(media.call, media);
    const session = this.#early.get(media.call);
    this.#early.delete(media.call);
    if (session && !session.isEnded()) media.take(session);
  }

  /** @param {SipMedia} media */
  forget(media) {
    if (this.#media.get(media.call) === media) this.#media.delete(media.call);
  }

  /** @param {RTCSessionEvent} event */
  #take({ originator, session, request }) {
    if (originator !== "remote") return;
    const call = request.getHeader(CALL_HEADER);
    if (!call) return session.terminate({ status_code: FORBIDDEN });
    const media = this.#media.get(call);
    if (media) media.take(session);
    else this.#keep(call, session);
  }

  /**
   * @param {string} call
   * @param {RTCSession} session
   */
  #keep(call, session) {
    this.#early.set(call, session);
    setTimeout(() => {
      if (this.#early.get(call) !== session) return;
      this.#early.delete(call);
      if (!session.isEnded()) session.terminate({ status_code: UNAVAILABLE });
    }, CARD_LATE_MS);
  }

  /** @param {(media: SipMedia) => void} act */
  #eachMedia(act) {
    for (const media of this.#media.values()) act(media);
  }
}
