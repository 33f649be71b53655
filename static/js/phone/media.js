// The sound of a call: the microphone, and the connection between the two browsers, mended when it breaks.

import { randomId } from "./window_id.js";

/** @typedef {import("./line.js").SignalData} SignalData */
/** @typedef {"connecting" | "connected" | "reconnecting"} MediaState */

const RETRY_EVERY_MS = 5000;
const RETRY_PAUSE_MS = 2500;
const KEY_MS = 160;

/** @type {Record<string, string>} */
const MICROPHONE_PROBLEMS = {
  NotAllowedError: "mic_refused",
  SecurityError: "mic_refused",
  NotFoundError: "mic_missing",
  OverconstrainedError: "mic_missing",
};

/** Its message is the key of the words that say what to do. */
export class MicrophoneError extends Error {}

/** @returns {Promise<MediaStream>} */
export async function openMicrophone() {
  if (!navigator.mediaDevices) throw new MicrophoneError("mic_insecure");
  try {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    throw new MicrophoneError(MICROPHONE_PROBLEMS[/** @type {Error} */ (error).name] ?? "mic_busy");
  }
}

/** @param {MediaStream | null} microphone */
export function closeMicrophone(microphone) {
  for (const track of microphone?.getTracks() ?? []) track.stop();
}

/**
 * @typedef {object} MediaOptions
 * @property {string} call
 * @property {boolean} isCaller the caller's window makes the offers, the callee's asks for them
 * @property {RTCIceServer[]} iceServers
 * @property {MediaStream | null} microphone null: only listen
 * @property {(sound: MediaStream) => void} play
 * @property {(data: SignalData) => boolean} send
 * @property {() => boolean} canSend
 * @property {(state: MediaState) => void} onState
 */

/** Both sides' sound in one call. A lost phone socket does not touch it. */
export class CallMedia {
  /** @type {MediaOptions} */ #options;
  /** @type {RTCPeerConnection | null} */ #connection = null;
  /** Names the connection: what still comes for an older one is dropped. */
  #name = "";
  /** @type {RTCIceCandidateInit[]} */ #candidates = [];
  /** @type {Promise<void>} */ #queue = Promise.resolve();
  #canRestart = false;
  #triedAt = 0;
  #timer;
  /** This call's own branch of the microphone, so that another call's stays as it is. @type {MediaStreamTrack | null} */ #voice;
  /** @type {RTCRtpSender | null} */ #sender = null;
  #isHeld = false;
  /** What the other side says. @type {MediaStream | null} */ sound = null;

  /** @param {MediaOptions} options */
  constructor(options) {
    this.#options = options;
    this.#voice = options.microphone?.getAudioTracks()[0]?.clone() ?? null;
    this.#timer = setInterval(() => this.#retry(), RETRY_EVERY_MS);
  }

  get call() {
    return this.#options.call;
  }

  /** @param {boolean} isResumed this page was reloaded in the call and has nothing left of the old connection */
  start(isResumed) {
    this.#options.onState("connecting");
    this.#triedAt = Date.now();
    if (this.#options.isCaller) this.#do(() => this.#renew());
    else if (isResumed) this.#options.send({ restart: true });
  }

  /** One after the other: a candidate must not overtake its description. @param {SignalData} data */
  receive(data) {
    this.#do(() => this.#take(data));
  }

  /** The phone socket is back. */
  mend() {
    this.#retry(true);
  }

  /** @param {boolean} isMuted */
  mute(isMuted) {
    if (this.#voice) this.#voice.enabled = !isMuted;
  }

  /** While this side holds the call, nothing of it is sent. @param {boolean} isHeld */
  hold(isHeld) {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#sendVoice();
  }

  /** Sends a key's tone to the other side, such as a machine that asks for one. @param {string} key */
  press(key) {
    if (this.#sender?.dtmf?.canInsertDTMF) this.#sender.dtmf.insertDTMF(key, KEY_MS);
  }

  #sendVoice() {
    // A connection that was closed meanwhile has nobody to send to.
    this.#sender?.replaceTrack(this.#isHeld ? null : this.#voice).catch(() => {});
  }

  close() {
    clearInterval(this.#timer);
    this.#voice?.stop();
    this.#connection?.close();
    this.#connection = null;
  }

  async stats() {
    if (!this.#connection) return null;
    const figures = {
      state: this.#connection.connectionState,
      bytesReceived: 0,
      bytesSent: 0,
      packetsLost: 0,
      jitter: 0,
    };
    for (const row of (await this.#connection.getStats()).values()) {
      if (row.type === "outbound-rtp") figures.bytesSent += row.bytesSent;
      if (row.type !== "inbound-rtp") continue;
      figures.bytesReceived += row.bytesReceived;
      figures.packetsLost += row.packetsLost;
      figures.jitter = Math.max(figures.jitter, row.jitter ?? 0);
    }
    return figures;
  }

  /** @param {() => Promise<void>} step */
  #do(step) {
    // A description of a connection that was replaced meanwhile fails; the next try does not.
    this.#queue = this.#queue.then(step).catch(() => {});
  }

  /** @param {string} name */
  #open(name) {
    this.#connection?.close();
    const { iceServers, microphone, play, send } = this.#options;
    const connection = new RTCPeerConnection({ iceServers });
    this.#connection = connection;
    this.#name = name;
    this.#candidates = [];
    this.#canRestart = false;
    this.#sender = this.#voice && microphone ? connection.addTrack(this.#voice, microphone) : null;
    if (!this.#sender) connection.addTransceiver("audio", { direction: "recvonly" });
    if (this.#isHeld) this.#sendVoice();
    connection.addEventListener("track", ({ track, streams }) => {
      this.sound = streams[0] ?? new MediaStream([track]);
      play(this.sound);
    });
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) send({ connection: name, candidate: candidate.toJSON() });
    });
    connection.addEventListener("connectionstatechange", () => this.#tellState(connection.connectionState));
    return connection;
  }

  /** @param {RTCPeerConnectionState} state */
  #tellState(state) {
    if (state === "connected") {
      this.#canRestart = true;
      this.#options.onState("connected");
    } else if (state === "disconnected" || state === "failed") {
      this.#options.onState("reconnecting");
      if (state === "failed") this.#retry();
    }
  }

  /** Mends what is not connected; `isUrgent`: signals were lost with the socket, so do not wait for their effect. */
  #retry(isUrgent = false) {
    // Without the socket nothing can be agreed, and what is only disconnected may still come back by itself.
    if (this.#connection?.connectionState === "connected" || !this.#options.canSend()) return;
    if (!isUrgent && Date.now() - this.#triedAt < RETRY_PAUSE_MS) return;
    this.#triedAt = Date.now();
    if (this.#options.isCaller) this.#do(() => this.#renew());
    else this.#options.send({ restart: true, connection: this.#name });
  }

  /** The caller offers: first a new way for the same connection, then a new connection. */
  async #renew() {
    const isRestart = this.#canRestart && this.#connection?.signalingState === "stable";
    const connection = isRestart && this.#connection ? this.#connection : this.#open(randomId());
    this.#canRestart = false;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: isRestart }));
    this.#sendDescription(connection);
  }

  /** @param {SignalData} data */
  async #take({ connection: name, description, candidate, restart }) {
    if (restart) return this.#restart(name);
    if (description?.type === "offer") return this.#answer(name ?? "", description);
    const connection = this.#connection;
    if (!connection || name !== this.#name) return;
    if (description && connection.signalingState === "have-local-offer") await this.#accept(connection, description);
    else if (candidate && connection.remoteDescription) await connection.addIceCandidate(candidate);
    else if (candidate) this.#candidates.push(candidate);
  }

  /** @param {string | undefined} name */
  async #restart(name) {
    if (!this.#options.isCaller) return;
    const isKnown = name === this.#name;
    if (isKnown && Date.now() - this.#triedAt < RETRY_PAUSE_MS) return;
    if (!isKnown) this.#canRestart = false;
    this.#triedAt = Date.now();
    await this.#renew();
  }

  /**
   * @param {string} name
   * @param {RTCSessionDescriptionInit} offer
   */
  async #answer(name, offer) {
    if (this.#options.isCaller) return;
    this.#triedAt = Date.now();
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
