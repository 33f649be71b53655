// The sound of a call between browsers: the connection, and what is agreed about it by the phone socket.

import { MediaCare } from "./media_care.js";
import { figuresOf } from "./media_figures.js";
import { OwnVoice } from "./own_voice.js";
import { randomId } from "./window_id.js";

/** @typedef {import("./line.js").SignalData} SignalData */

/**
 * @typedef {object} MediaOptions
 * @property {string} call
 * @property {boolean} isCaller the caller's window makes the offers, the callee's asks for them
 * @property {RTCIceServer[]} iceServers
 * @property {MediaStream | null} microphone null: only listen
 * @property {(sound: MediaStream) => void} play
 * @property {(data: SignalData) => boolean} send
 * @property {() => boolean} canSend
 * @property {() => void} hurry the phone socket is needed now
 * @property {(state: import("./media_care.js").MediaState) => void} onState
 * @property {(stage: import("./recorder.js").RecorderStage, maxSeconds: number) => void} onStage of a message that is left
 */

/** Both sides' sound in one call. A lost phone socket does not touch it. */
export class CallMedia {
  /** @type {MediaOptions} */ #options;
  /** @type {RTCPeerConnection | null} */ #connection = null;
  /** Names the connection: what still comes for an older one is dropped. */
  #name = "";
  #nameBefore = "";
  /** @type {RTCIceCandidateInit[]} */ #candidates = [];
  /** @type {Promise<void>} */ #queue = Promise.resolve();
  /** @type {MediaCare} */ care;
  /** @type {OwnVoice} */ voice;
  /** What the other side says. @type {MediaStream | null} */ sound = null;

  /** @param {MediaOptions} options */
  constructor(options) {
    this.#options = options;
    this.voice = new OwnVoice(options.microphone);
    this.care = new MediaCare({
      canTry: options.canSend,
      hurry: options.hurry,
      mend: (isUrgent) => this.#mend(isUrgent),
      onState: options.onState,
    });
  }

  /** @param {boolean} isResumed this page was reloaded in the call and has nothing left of the old connection */
  start(isResumed) {
    this.care.begin();
    if (this.#options.isCaller) this.#do(() => this.#renew());
    else if (isResumed) this.#options.send({ restart: true });
  }

  /** One after the other: a candidate must not overtake its description. @param {SignalData} data */
  receive(data) {
    this.#do(() => this.#take(data));
  }

  /** The call as it stands now. @param {import("./line.js").CallCard} card */
  settle({ state, held }) {
    this.voice.hold(state === "on_hold");
    this.care.expectSound(state === "talking" && !held);
  }

  /** The network is another one, or time has passed unseen. */
  suspect() {
    this.care.suspect();
  }

  close() {
    this.care.stop();
    this.voice.stop();
    this.#connection?.close();
    this.#connection = null;
  }

  async stats() {
    if (!this.#connection) return null;
    return { state: this.#connection.connectionState, ...(await figuresOf(this.#connection)) };
  }

  /** @param {() => Promise<void>} step */
  #do(step) {
    // A description of a connection that was replaced meanwhile fails; the next try does not.
    this.#queue = this.#queue.then(step).catch(() => {});
  }

  /** @param {string} name */
  #open(name) {
    this.#connection?.close();
    const { iceServers, play, send } = this.#options;
    const connection = new RTCPeerConnection({ iceServers });
    this.#connection = connection;
    [this.#name, this.#nameBefore] = [name, this.#name];
    this.#candidates = [];
    this.care.follow(connection);
    const { track, stream } = this.voice;
    const sender = track && stream ? connection.addTrack(track, stream) : null;
    this.voice.sendBy(sender ?? connection.addTransceiver("audio", { direction: "recvonly" }).sender);
    connection.addEventListener("track", ({ track, streams }) => {
      this.sound = streams[0] ?? new MediaStream([track]);
      play(this.sound);
    });
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) send({ connection: name, candidate: candidate.toJSON() });
    });
    return connection;
  }

  /** @param {boolean} isUrgent */
  #mend(isUrgent) {
    if (this.#options.isCaller) this.#do(() => this.#renew());
    else this.#options.send({ restart: true, connection: this.#name, lost: isUrgent });
  }

  /** The caller offers: first a new way for the same connection, then a new connection. */
  async #renew() {
    const isRestart = this.care.canRestart && this.#connection?.signalingState === "stable";
    const connection = isRestart && this.#connection ? this.#connection : this.#open(randomId());
    this.care.canRestart = false;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: isRestart }));
    this.#sendDescription(connection);
  }

  /** @param {SignalData} data */
  async #take({ connection: name, description, candidate, restart, lost }) {
    if (restart) return this.#restart(name, lost);
    if (description?.type === "offer") return this.#answer(name ?? "", description);
    const connection = this.#connection;
    if (!connection || name !== this.#name) return;
    if (description && connection.signalingState === "have-local-offer") await this.#accept(connection, description);
    else if (candidate && connection.remoteDescription) await connection.addIceCandidate(candidate);
    else if (candidate) this.#candidates.push(candidate);
  }

  /**
   * @param {string | undefined} name
   * @param {boolean} [wasLost] what was offered before may not have arrived
   */
  async #restart(name, wasLost = false) {
    if (!this.#options.isCaller) return;
    const isKnown = name === this.#name || (name !== undefined && name === this.#nameBefore);
    // Both sides notice at about the same moment: one offer is enough.
    if (isKnown && this.care.hasJustTried(wasLost)) return;
    if (!isKnown) this.care.canRestart = false;
    this.care.noteTry();
    await this.#renew();
  }

  /**
   * @param {string} name
   * @param {RTCSessionDescriptionInit} offer
   */
  async #answer(name, offer) {
    if (this.#options.isCaller) return;
    this.care.noteTry();
    const connection = this.#connection && name === this.#name ? this.#connection : this.#open(name);
    await this.#accept(connection, offer);
    await connection.setLocalDescription();
    this.#sendDescription(connection);
  }

  /**
   * @param {RTCPeerConnection} connection
   * @param {RTCSessionDescriptionInit} description
   */
  async #accept(connection, description) {
    await connection.setRemoteDescription(description);
    for (const candidate of this.#candidates.splice(0)) await connection.addIceCandidate(candidate);
  }

  /** @param {RTCPeerConnection} connection */
  #sendDescription({ localDescription }) {
    if (localDescription) this.#options.send({ connection: this.#name, description: localDescription.toJSON() });
  }
}
