// The phone socket: while it is open this window is registered as a phone. Speaks the protocol, decides nothing.

import { ReconnectingSocket, socketUrl } from "../socket.js";

/** @typedef {{ number: string, name: string }} Party */
/** @typedef {{ box: Party, greeting: string, max_seconds: number }} VoicemailOffer */

/**
 * @typedef {object} TrailStep
 * @property {string} number
 * @property {string} name
 * @property {string} decision
 * @property {string} reason
 * @property {string} destination_value
 * @property {string} destination_name
 */

/**
 * @typedef {object} CallCard
 * @property {string} call
 * @property {number} version
 * @property {"caller" | "callee"} role
 * @property {"dialling" | "ringing" | "talking" | "on_hold" | "ended"} state on_hold: this side holds
 * @property {boolean} here
 * @property {"" | "desk_phone"} [by] what carries it for this person, when no window does: every window has its controls
 * @property {boolean} [picking_up] it waits for the caller to pick up their desk phone
 * @property {Party} other
 * @property {string} [picture] where the other's picture is; empty: there is none
 * @property {"internal" | "external"} origin
 * @property {number | null} answered
 * @property {string | null} end_reason
 * @property {Party | null} about
 * @property {TrailStep[]} steps
 * @property {VoicemailOffer | null} voicemail
 * @property {boolean} [held] the other side holds
 * @property {boolean} [unverified] the other's name is only claimed
 * @property {Party | null} [via] the queue or ring group it rings for
 * @property {Party | null} [sent_by] who transferred or parked it to here
 * @property {Waiting | null} [waiting]
 * @property {Menu | null} [menu]
 * @property {{ slot: number, by: Party } | null} [parked]
 * @property {"browser" | "asterisk"} [backend] where its sound is
 * @property {boolean} [echo] the other side is the server, which sends back what it hears
 */

/** @typedef {{ queue: Party, place: number, since: number }} Waiting the caller's place in a queue */
/** @typedef {{ receptionist: Party, greeting: string, turn: number, open: boolean, was_wrong: boolean, keys: { key: string, words: string }[] }} Menu */
/** @typedef {{ slot: number, name: string, number: string, origin: string, by: Party, since: number }} ParkedCall */
/** @typedef {{ music: string, places: Record<string, string> }} Sounds */

/**
 * @typedef {object} SignalData
 * @property {string} [connection] which of the caller's connections this belongs to
 * @property {RTCSessionDescriptionInit} [description]
 * @property {RTCIceCandidateInit} [candidate]
 * @property {boolean} [restart]
 * @property {boolean} [lost] of a restart: the phone socket was away, and with it maybe an offer
 */

/**
 * @typedef {{ type: "welcome", extension: string, ice_servers: RTCIceServer[], unheard: number, missed: number, calls: CallCard[], sounds: Sounds, parked: ParkedCall[], queues: object[], versions: Record<string, number>, now: number, status: import("../status/line.js").StatusFacts, sip: string }
 *   | { type: "sip" } & import("./sip_line.js").SipOffer
 *   | { type: "call" } & CallCard
 *   | { type: "signal", call: string, data: SignalData }
 *   | { type: "alive?", call: string }
 *   | { type: "refused", what: string, code: string, call?: string }
 *   | { type: "done", what: string, page: string }
 *   | { type: "parked", calls: ParkedCall[] }
 *   | { type: "queues", queues: object[] }
 *   | { type: "stored", call: string, sequence: number }
 *   | { type: "unheard", count: number }
 *   | { type: "settings_changed", statuses: string[], versions: Record<string, number>, by: string, surface: string, told: number }
 *   | { type: "missed", count: number }
 *   | { type: "status_set" } & import("../status/line.js").StatusFacts} PhoneMessage
 */

const PATIENCE_MS = 4000;
const LOOK_AGAIN_MS = 50;
/** In a call the server asks every 3 s whether this window lives. */
const SILENT_MS = 3500;

export class PhoneLine {
  /** @type {ReconnectingSocket} */ #socket;
  /** The server has said welcome: what is true now is known, and what is sent now is heard after it. */
  #isWelcome = false;
  #heardAt = 0;

  /**
   * @param {string} path with the query that says whose it is
   * @param {(message: PhoneMessage) => void} hear
   */
  constructor(path, hear) {
    this.#socket = new ReconnectingSocket({
      url: () => socketUrl(path),
      onMessage: ({ data }) => {
        this.#isWelcome = true;
        this.#heardAt = Date.now();
        hear(JSON.parse(data));
      },
      onClose: () => {
        this.#isWelcome = false;
      },
    });
  }

  get isReady() {
    return this.#isWelcome;
  }

  /** @returns {Promise<boolean>} false when the line does not come up in a few seconds */
  async whenReady() {
    const end = Date.now() + PATIENCE_MS;
    while (!this.#isWelcome && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    return this.#isWelcome;
  }

  hurry() {
    this.#socket.hurry();
  }

  /** A call needs the line now: one that is closed is opened, one that has gone without a word is opened anew. */
  mend() {
    if (this.#isWelcome && Date.now() - this.#heardAt > SILENT_MS) this.renew();
    else this.hurry();
  }

  renew() {
    this.#isWelcome = false;
    this.#socket.renew();
  }

  close() {
    this.#socket.close();
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @returns {boolean} false when the socket is away: nothing was sent
   */
  send(type, fields) {
    return this.#socket.send(JSON.stringify({ type, ...fields }));
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @returns {boolean}
   */
  sendBytes(bytes) {
    return this.#socket.send(bytes);
  }
}
