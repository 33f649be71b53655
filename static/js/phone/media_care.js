// Cares for a call's connection: notices when it breaks or falls silent, and has it mended, fast at first.

import { figuresOf } from "./media_figures.js";
import { SoundPulse } from "./sound_pulse.js";

/** @typedef {"connecting" | "connected" | "reconnecting"} MediaState */

const LOOK_EVERY_MS = 300;
/** A first connection may take its time; one that has been there is mended fast, then with more patience. */
const FIRST_PAUSE_MS = 5000;
const MEND_PAUSES_MS = [0, 1500, 2500, 5000];
/** The connection stands and yet nothing comes: maybe the other side has nothing to send. */
const SILENT_TRIES_MAX = 3;

/**
 * @typedef {object} CareParts
 * @property {() => boolean} canTry the other side can be reached to agree on another way
 * @property {() => void} hurry what it is agreed by is needed now
 * @property {(isUrgent: boolean) => void} mend `isUrgent`: what was agreed before may have been lost
 * @property {(state: MediaState) => void} onState
 */

export class MediaCare {
  /** @type {CareParts} */ #parts;
  /** @type {RTCPeerConnection | null} */ #connection = null;
  /** The connection may get another way; else it takes another connection. */
  canRestart = false;
  #hasConnected = false;
  #triedAt = 0;
  /** Since sound last came. */
  #tries = 0;
  #timer;
  #pulse = new SoundPulse();
  /** The way is not to be trusted, whatever the connection says of itself. */
  #isSuspect = false;
  /** Silence means something: sound came since it was last given up. */
  #isDoubted = true;
  #isExpected = true;

  /** @param {CareParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  begin() {
    this.#parts.onState("connecting");
    this.noteTry();
  }

  /** @param {RTCPeerConnection} connection the one to care for from now on */
  follow(connection) {
    this.#connection = connection;
    this.canRestart = false;
    this.#pulse = new SoundPulse();
    connection.addEventListener("connectionstatechange", () => this.#heed(connection));
  }

  /** Somebody has just tried to mend it: give it time. */
  noteTry() {
    this.#triedAt = Date.now();
  }

  /** @param {boolean} [wasLost] what was tried may not have arrived */
  hasJustTried(wasLost = false) {
    return Date.now() - this.#triedAt < (wasLost ? LOOK_EVERY_MS : this.#pause);
  }

  /** What it is agreed by is back. */
  mend() {
    this.#retry(true);
  }

  /** The network is another one, or time has passed unseen. */
  suspect() {
    if (!this.#hasConnected) return;
    this.#tries = 0;
    this.#isSuspect = true;
    this.#parts.onState("reconnecting");
    this.#retry(!this.hasJustTried(true));
  }

  listenClosely() {
    this.#pulse.listenClosely(Date.now());
  }

  /** @param {boolean} isExpected the other side is to be heard: nobody holds the call */
  expectSound(isExpected) {
    this.#isExpected = isExpected;
  }

  stop() {
    clearInterval(this.#timer);
    this.#connection = null;
  }

  /** @param {RTCPeerConnection} connection */
  #heed(connection) {
    if (connection !== this.#connection) return;
    const { connectionState: state } = connection;
    if (state === "connected") {
      this.canRestart = true;
      this.#hasConnected = true;
      if (!this.#isSuspect) this.#parts.onState("connected");
    } else if (state === "disconnected" || state === "failed") {
      this.#parts.onState("reconnecting");
      this.#retry();
    }
  }

  /** The silence of a way that has gone is seen long before the browser gives it up. */
  async #look() {
    this.#retry();
    const connection = this.#connection;
    if (!connection) return;
    const { packetsReceived } = await figuresOf(connection);
    if (connection !== this.#connection) return;
    const beat = this.#pulse.beat(packetsReceived, this.#isExpected, Date.now());
    if (beat === "heard") this.#hearAgain(connection);
    else if (beat === "silent" && this.#isDoubted && !this.#isSuspect) this.suspect();
  }

  /** @param {RTCPeerConnection} connection */
  #hearAgain({ connectionState }) {
    this.#isDoubted = true;
    if (connectionState !== "connected") return;
    this.#tries = 0;
    this.canRestart = true;
    if (!this.#isSuspect) return;
    this.#isSuspect = false;
    this.#parts.onState("connected");
  }

  /** Mends what is not connected or not heard; `isUrgent`: what was said was lost, so do not wait for its effect. */
  #retry(isUrgent = false) {
    const isConnected = this.#connection?.connectionState === "connected";
    if (isConnected && !this.#isSuspect) return;
    if (this.#hasConnected) this.#parts.hurry();
    if (!this.#parts.canTry() || (!isUrgent && this.hasJustTried())) return;
    if (isConnected && this.#tries >= SILENT_TRIES_MAX) return this.#acceptSilence();
    this.noteTry();
    this.#tries++;
    this.#parts.mend(isUrgent);
  }

  get #pause() {
    if (!this.#hasConnected) return FIRST_PAUSE_MS;
    return MEND_PAUSES_MS[Math.min(this.#tries, MEND_PAUSES_MS.length - 1)] ?? FIRST_PAUSE_MS;
  }

  #acceptSilence() {
    this.#isSuspect = false;
    this.#isDoubted = false;
    this.#parts.onState("connected");
  }
}
