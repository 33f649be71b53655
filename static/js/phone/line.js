// The phone socket: while it is open this window is registered as a phone. Speaks the protocol, decides nothing.

import { ReconnectingSocket, socketUrl } from "../connection.js";

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
 * @property {"dialling" | "ringing" | "talking" | "on_hold" | "ended"} state
 * @property {boolean} here
 * @property {Party} other
 * @property {"internal" | "external"} origin
 * @property {number | null} answered
 * @property {string | null} end_reason
 * @property {Party | null} about
 * @property {TrailStep[]} steps
 * @property {VoicemailOffer | null} voicemail
 */

/**
 * @typedef {object} SignalData
 * @property {string} [connection] which of the caller's connections this belongs to
 * @property {RTCSessionDescriptionInit} [description]
 * @property {RTCIceCandidateInit} [candidate]
 * @property {boolean} [restart]
 */

/**
 * @typedef {{ type: "welcome", ice_servers: RTCIceServer[], unheard: number, call: CallCard | null }
 *   | { type: "call" } & CallCard
 *   | { type: "signal", call: string, data: SignalData }
 *   | { type: "alive?", call: string }
 *   | { type: "refused", what: string, code: string }
 *   | { type: "stored", call: string, sequence: number }
 *   | { type: "unheard", count: number }
 *   | { type: "settings_changed", statuses: string[], versions: Record<string, number>, by: string, surface: string }
 *   | { type: "status_set", status: string, by: string, at: number, note: string }} PhoneMessage
 */

const CALL_ID_BYTES = 36;
const FRAME_HEAD_BYTES = CALL_ID_BYTES + 4;
const PATIENCE_MS = 4000;
const LOOK_AGAIN_MS = 50;

export class PhoneLine {
  /** @type {ReconnectingSocket} */ #socket;
  /** The server has said welcome: what is true now is known, and what is sent now is heard after it. */
  #isWelcome = false;

  /**
   * @param {string} path
   * @param {string} windowName
   * @param {(message: PhoneMessage) => void} hear
   */
  constructor(path, windowName, hear) {
    this.#socket = new ReconnectingSocket({
      url: () => `${socketUrl(path)}?window=${windowName}`,
      onMessage: ({ data }) => {
        this.#isWelcome = true;
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

  /**
   * @param {"dial" | "answer" | "decline" | "hang_up" | "signal" | "alive"} type
   * @param {{ number: string } | { call: string, data?: SignalData }} fields
   * @returns {boolean} false when the socket is away: nothing was sent
   */
  send(type, fields) {
    return this.#socket.send(JSON.stringify({ type, ...fields }));
  }

  /**
   * @param {string} call
   * @param {number} sequence
   * @param {Uint8Array} data
   * @returns {boolean}
   */
  sendChunk(call, sequence, data) {
    const frame = new Uint8Array(FRAME_HEAD_BYTES + data.length);
    frame.set(new TextEncoder().encode(call));
    new DataView(frame.buffer).setUint32(CALL_ID_BYTES, sequence);
    frame.set(data, FRAME_HEAD_BYTES);
    return this.#socket.send(frame);
  }
}
