// The sound of a call: the connection between the two browsers, mended when it breaks or falls silent.

import { figuresOf } from "./media_figures.js";
import { SoundPulse } from "./sound_pulse.js";
import { randomId } from "./window_id.js";

/** @typedef {import("./line.js").SignalData} SignalData */
/** @typedef {"connecting" | "connected" | "reconnecting"} MediaState */

const LOOK_EVERY_MS = 300;
/** A first connection may take its time; one that has been there is mended fast, then with more patience. */
const FIRST_PAUSE_MS = 5000;
const MEND_PAUSES_MS = [0, 1500, 2500, 5000];
/** The connection stands and yet nothing comes: maybe the other side has nothing to send. */
const SILENT_TRIES_MAX = 3;
const KEY_MS = 160;

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
 * @property {(state: MediaState) => void} onState
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
  #canRestart = false;
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
  /** @type {MediaStream | null} */ #microphone;
  /** This call's own branch of the microphone, so that another call's stays as it is. @type {MediaStreamTrack | null} */ #voice;
  /** @type {RTCRtpSender | null} */ #sender = null;
  #isHeld = false;
  #isMuted = false;
  /** What the other side says. @type {MediaStream | null} */ sound = null;

  /** @param {MediaOptions} options */
  constructor(options) {
    this.#options = options;
    this.#microphone = options.microphone;
    this.#voice = branchOf(options.microphone);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
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

  /** The network is another one, or time has passed unseen. */
  suspect() {
    if (!this.#hasConnected) return;
    this.#tries = 0;
    this.#isSuspect = true;
    this.#options.onState("reconnecting");
    this.#retry(Date.now() - this.#triedAt > LOOK_EVERY_MS);
  }

  listenClosely() {
    this.#pulse.listenClosely(Date.now());
  }

  /** @param {boolean} isExpected the other side is to be heard: nobody holds the call */
  expectSound(isExpected) {
    this.#isExpected = isExpected;
  }

  /** @param {boolean} isMuted */
  mute(isMuted) {
    this.#isMuted = isMuted;
    if (this.#voice) this.#voice.enabled = !isMuted;
  }

  /** While this side holds the call, nothing of it is sent. @param {boolean} isHeld */
  hold(isHeld) {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#sendVoice();
  }

  /** Another microphone, without the other side noticing more than a moment. @param {MediaStream} microphone */
  changeMicrophone(microphone) {
    this.#voice?.stop();
    this.#microphone = microphone;
    this.#voice = branchOf(microphone);
    this.mute(this.#isMuted);
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
    this.#canRestart = false;
    this.#pulse = new SoundPulse();
    this.#sender = this.#voice && this.#microphone ? connection.addTrack(this.#voice, this.#microphone) : null;
    if (!this.#sender) this.#sender = connection.addTransceiver("audio", { direction: "recvonly" }).sender;
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
      this.#hasConnected = true;
      if (!this.#isSuspect) this.#options.onState("connected");
    } else if (state === "disconnected" || state === "failed") {
      this.#options.onState("reconnecting");
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
    this.#canRestart = true;
    if (!this.#isSuspect) return;
    this.#isSuspect = false;
    this.#options.onState("connected");
  }

  /** Mends what is not connected or not heard; `isUrgent`: signals were lost with the socket, so do not wait for their effect. */
  #retry(isUrgent = false) {
    const isConnected = this.#connection?.connectionState === "connected";
    if (isConnected && !this.#isSuspect) return;
    // Without the socket nothing can be agreed.
    if (this.#hasConnected) this.#options.hurry();
    if (!this.#options.canSend() || (!isUrgent && Date.now() - this.#triedAt < this.#pause)) return;
    if (isConnected && this.#tries >= SILENT_TRIES_MAX) return this.#acceptSilence();
    this.#triedAt = Date.now();
    this.#tries++;
    if (this.#options.isCaller) this.#do(() => this.#renew());
    else this.#options.send({ restart: true, connection: this.#name, lost: isUrgent });
  }

  get #pause() {
    if (!this.#hasConnected) return FIRST_PAUSE_MS;
    return MEND_PAUSES_MS[Math.min(this.#tries, MEND_PAUSES_MS.length - 1)] ?? FIRST_PAUSE_MS;
  }

  #acceptSilence() {
    this.#isSuspect = false;
    this.#isDoubted = false;
    this.#options.onState("connected");
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
    if (isKnown && Date.now() - this.#triedAt < (wasLost ? LOOK_EVERY_MS : this.#pause)) return;
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

/** @param {MediaStream | null} microphone */
function branchOf(microphone) {
  return microphone?.getAudioTracks()[0]?.clone() ?? null;
}
