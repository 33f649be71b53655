// What this window hears and says: one microphone, a connection for each call it carries, or a message to a voicemail.

import { word } from "../words.js";
import { CallDevices } from "./call_devices.js";
import { CallMedia } from "./media.js";
import { closeMicrophone, openMicrophone } from "./microphone.js";
import { NetworkWatch } from "./network_watch.js";
import { pieceFrame, VoicemailRecorder } from "./recorder.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").SignalData} SignalData */

const EARLY_SIGNALS_MAX = 60;
// What a reloaded page has to know of the calls it comes back to.
const RECORDED_CALL = "lampfield.recordedCall";
const MUTED_CALLS = "lampfield.mutedCalls";

/**
 * @typedef {object} SoundParts
 * @property {Pick<import("./line.js").PhoneLine, "isReady" | "send" | "sendBytes" | "mend" | "renew">} line
 * @property {Pick<import("./card.js").CallCardView, "play" | "notice" | "setMedia" | "setStage" | "setMuted">} view
 * @property {import("./tones.js").Tones} tones
 * @property {(call: string) => void} hangUp
 */

export class CallSound {
  /** @type {SoundParts} */ #parts;
  /** @type {RTCIceServer[]} */ iceServers = [];
  /** @type {MediaStream | null} */ #microphone = null;
  #isAsking = false;
  /** The calls whose sound this window has taken up, as they stand. @type {Map<string, CallCard>} */ #joined =
    new Map();
  /** @type {Map<string, CallMedia>} */ #media = new Map();
  /** The call that is shown, the only one that is heard. */
  #front = "";
  #muted = new Set((sessionStorage.getItem(MUTED_CALLS) ?? "").split(" ").filter(Boolean));
  /** @type {VoicemailRecorder | null} */ #recorder = null;
  #recorded = "";
  /** Signals that came before their call. @type {{ call: string, data: SignalData }[]} */ #early = [];
  /** @type {CallDevices} */ #devices;
  /** @type {NetworkWatch} */ #network;

  /** @param {SoundParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#devices = new CallDevices({
      onMicrophone: (microphone) => this.#changeMicrophone(microphone),
      notice: (text) => parts.view.notice(text),
    });
    this.#network = new NetworkWatch({
      onChanged: () => this.#suspectWays(),
      onDoubt: () => this.#eachMedia((media) => media.listenClosely()),
      onWoken: () => {
        parts.line.renew();
        this.#suspectWays();
      },
    });
  }

  #suspectWays() {
    this.#eachMedia((media) => media.suspect());
  }

  /** @param {(media: CallMedia) => void} act */
  #eachMedia(act) {
    for (const media of this.#media.values()) act(media);
  }

  /** @param {MediaStream} microphone */
  #changeMicrophone(microphone) {
    const isRecording = this.#joined.has(this.#recorded);
    // A recorder keeps to the microphone it began with.
    if (!this.#microphone || isRecording) return closeMicrophone(microphone);
    closeMicrophone(this.#microphone);
    this.#microphone = microphone;
    this.#devices.follow(microphone);
    this.#eachMedia((media) => media.changeMicrophone(microphone));
  }

  /** The browser is asking the person for the microphone. */
  get isAsking() {
    return this.#isAsking;
  }

  /** @returns {Promise<string>} the words' key of what is wrong; empty when the microphone is open */
  async takeMicrophone() {
    if (this.#microphone) return "";
    this.#isAsking = true;
    try {
      this.#microphone = await openMicrophone();
      this.#devices.follow(this.#microphone);
      return "";
    } catch (error) {
      return /** @type {Error} */ (error).message;
    } finally {
      this.#isAsking = false;
    }
  }

  releaseMicrophone() {
    closeMicrophone(this.#microphone);
    this.#microphone = null;
    this.#devices.follow(null);
  }

  /**
   * Takes up the sound of each call that this window carries, once; the one in front is heard.
   * @param {CallCard[]} cards
   * @param {CallCard | null} front
   * @param {boolean} isResumed this page was reloaded and finds itself in these calls
   */
  follow(cards, front, isResumed = false) {
    this.#front = front?.call ?? "";
    for (const card of cards) {
      if (!card.here || (card.state !== "talking" && card.state !== "on_hold")) continue;
      const isNew = !this.#joined.has(card.call);
      this.#joined.set(card.call, card);
      if (!isNew) this.#settle(card);
      else if (card.voicemail) this.#leaveMessage(card.call, card.voicemail);
      else this.#talk(card, isResumed);
    }
    this.#playFront();
    this.#parts.view.setMuted(this.#muted.has(this.#front));
  }

  /** @param {CallCard} card */
  #settle({ call, state, held }) {
    const media = this.#media.get(call);
    media?.hold(state === "on_hold");
    media?.expectSound(state === "talking" && !held);
  }

  #playFront() {
    const isHeard = this.#joined.get(this.#front)?.state === "talking";
    this.#parts.view.play((isHeard && this.#media.get(this.#front)?.sound) || null);
  }

  /** @param {string} call */
  leave(call) {
    if (!this.#joined.delete(call)) return;
    this.#media.get(call)?.close();
    this.#media.delete(call);
    this.#network.follow(this.#media.size > 0);
    this.#early = this.#early.filter((signal) => signal.call !== call);
    if (this.#muted.delete(call)) this.#keepMuted();
    if (this.#recorded === call) this.#recorder?.finish();
    if (this.#front === call) this.#parts.view.play(null);
  }

  /**
   * @param {string} call
   * @param {SignalData} data
   */
  signal(call, data) {
    const media = this.#media.get(call);
    if (media) media.receive(data);
    else if (this.#early.length < EARLY_SIGNALS_MAX) this.#early.push({ call, data });
  }

  /** The socket is back: what it lost is said again. */
  lineIsBack() {
    this.#eachMedia((media) => media.mend());
    this.#recorder?.resend();
    if (!this.#joined.has(this.#recorded)) this.#recorder = null;
  }

  /** @param {number} sequence */
  stored(sequence) {
    this.#recorder?.stored(sequence);
  }

  /** The last words go before the good-bye. */
  async finishMessage() {
    await this.#recorder?.finish();
  }

  /** Each call keeps its own. */
  toggleMute() {
    const call = this.#front;
    if (!this.#muted.delete(call)) this.#muted.add(call);
    this.#media.get(call)?.mute(this.#muted.has(call));
    this.#parts.view.setMuted(this.#muted.has(call), true);
    this.#keepMuted();
  }

  #keepMuted() {
    sessionStorage.setItem(MUTED_CALLS, [...this.#muted].join(" "));
  }

  /** @param {string} key */
  press(key) {
    this.#media.get(this.#front)?.press(key);
  }

  /** @param {string} [call] the one in front if none is named */
  stats(call = this.#front) {
    return this.#media.get(call)?.stats() ?? Promise.resolve(null);
  }

  /** The call ended while the browser was asking for the microphone. */
  #comeTooLate() {
    if (!this.#joined.size) this.releaseMicrophone();
  }

  /**
   * @param {CallCard} card
   * @param {boolean} isResumed
   */
  async #talk({ call, role }, isResumed) {
    const { line, view } = this.#parts;
    const problem = await this.takeMicrophone();
    if (!this.#joined.has(call)) return this.#comeTooLate();
    if (problem) view.notice(word(problem));
    const media = new CallMedia({
      call,
      isCaller: role === "caller",
      iceServers: this.iceServers,
      microphone: this.#microphone,
      play: () => this.#playFront(),
      send: (data) => line.send("signal", { call, data }),
      canSend: () => line.isReady,
      hurry: () => line.mend(),
      onState: (state) => view.setMedia(call, state),
    });
    this.#media.set(call, media);
    this.#network.follow(true);
    // Who was muted before a reload must not be heard after it.
    media.mute(this.#muted.has(call));
    this.#settle(/** @type {CallCard} */ (this.#joined.get(call)));
    for (const signal of this.#early) if (signal.call === call) media.receive(signal.data);
    this.#early = this.#early.filter((signal) => signal.call !== call);
    media.start(isResumed);
  }

  /**
   * @param {string} call
   * @param {import("./line.js").VoicemailOffer} voicemail
   */
  async #leaveMessage(call, { greeting, max_seconds: maxSeconds }) {
    const { line, view, tones, hangUp } = this.#parts;
    // Reloaded while speaking: the recording broke off with the page, and what was said is stored.
    if (sessionStorage.getItem(RECORDED_CALL) === call) return hangUp(call);
    const problem = await this.takeMicrophone();
    if (!this.#joined.has(call)) return this.#comeTooLate();
    if (!this.#microphone) return view.notice(word(problem));
    this.#recorded = call;
    this.#recorder = new VoicemailRecorder({
      greeting,
      maxSeconds,
      microphone: this.#microphone,
      beep: () => tones.beep(),
      send: (sequence, data) => line.sendBytes(pieceFrame(call, sequence, data)),
      onStage: (stage) => {
        if (stage === "recording") sessionStorage.setItem(RECORDED_CALL, call);
        view.setStage(stage, maxSeconds);
      },
      onDone: () => hangUp(call),
    });
    this.#recorder.run();
  }
}
