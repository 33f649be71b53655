// What this window hears and says in the call it carries: one microphone, and a conversation or a message to a voicemail.

import { word } from "../words.js";
import { CallMedia, closeMicrophone, openMicrophone } from "./media.js";
import { VoicemailRecorder } from "./recorder.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").SignalData} SignalData */

const EARLY_SIGNALS_MAX = 60;
// What a reloaded page has to know of the call it comes back to.
const RECORDED_CALL = "lampfield.recordedCall";
const MUTED_CALL = "lampfield.mutedCall";

/**
 * @typedef {object} SoundParts
 * @property {import("./line.js").PhoneLine} line
 * @property {import("./card.js").CallCardView} view
 * @property {import("./tones.js").Tones} tones
 * @property {() => void} hangUp
 */

export class CallSound {
  /** @type {SoundParts} */ #parts;
  /** @type {RTCIceServer[]} */ iceServers = [];
  /** @type {MediaStream | null} */ #microphone = null;
  #isAsking = false;
  /** The call whose sound this window has taken up. */
  #joined = "";
  #isMuted = false;
  /** @type {CallMedia | null} */ #media = null;
  /** @type {VoicemailRecorder | null} */ #recorder = null;
  /** Signals that came before their call. @type {{ call: string, data: SignalData }[]} */ #early = [];

  /** @param {SoundParts} parts */
  constructor(parts) {
    this.#parts = parts;
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
  }

  /** Takes up the sound of a call, once. @param {CallCard} card */
  join(card) {
    if (this.#joined === card.call) return;
    this.#joined = card.call;
    if (card.voicemail) this.#leaveMessage(card.call, card.voicemail);
    else this.#talk(card);
  }

  /** @param {string} call */
  leave(call) {
    if (this.#joined !== call) return;
    this.#joined = "";
    this.#early = [];
    this.#media?.close();
    this.#media = null;
    this.#parts.view.play(null);
    this.#recorder?.finish();
  }

  /**
   * @param {string} call
   * @param {SignalData} data
   */
  signal(call, data) {
    if (this.#media?.call === call) this.#media.receive(data);
    else if (this.#early.length < EARLY_SIGNALS_MAX) this.#early.push({ call, data });
  }

  /** The socket is back: what it lost is said again. */
  lineIsBack() {
    this.#media?.mend();
    this.#recorder?.resend();
    if (!this.#joined) this.#recorder = null;
  }

  /** @param {number} sequence */
  stored(sequence) {
    this.#recorder?.stored(sequence);
  }

  /** The last words go before the good-bye. */
  async finishMessage() {
    await this.#recorder?.finish();
  }

  toggleMute() {
    this.#mute(!this.#isMuted);
  }

  stats() {
    return this.#media?.stats() ?? Promise.resolve(null);
  }

  /** @param {boolean} isMuted */
  #mute(isMuted) {
    this.#isMuted = isMuted;
    this.#media?.mute(isMuted);
    this.#parts.view.setMuted(isMuted);
    sessionStorage.setItem(MUTED_CALL, isMuted ? this.#joined : "");
  }

  /** The call ended while the browser was asking for the microphone. */
  #comeTooLate() {
    if (!this.#joined) this.releaseMicrophone();
  }

  /** @param {CallCard} card */
  async #talk({ call, role }) {
    const { line, view } = this.#parts;
    const isResumed = !this.#microphone;
    const problem = await this.takeMicrophone();
    if (this.#joined !== call) return this.#comeTooLate();
    if (problem) view.notice(word(problem));
    const media = new CallMedia({
      call,
      isCaller: role === "caller",
      iceServers: this.iceServers,
      microphone: this.#microphone,
      play: (sound) => view.play(sound),
      send: (data) => line.send("signal", { call, data }),
      canSend: () => line.isReady,
      onState: (state) => view.setMedia(state),
    });
    this.#media = media;
    for (const signal of this.#early.splice(0)) if (signal.call === call) media.receive(signal.data);
    // Who was muted before a reload must not be heard after it.
    this.#mute(sessionStorage.getItem(MUTED_CALL) === call);
    media.start(isResumed);
  }

  /**
   * @param {string} call
   * @param {import("./line.js").VoicemailOffer} voicemail
   */
  async #leaveMessage(call, { greeting, max_seconds: maxSeconds }) {
    const { line, view, tones, hangUp } = this.#parts;
    // Reloaded while speaking: the recording broke off with the page, and what was said is stored.
    if (sessionStorage.getItem(RECORDED_CALL) === call) return hangUp();
    const problem = await this.takeMicrophone();
    if (this.#joined !== call) return this.#comeTooLate();
    if (!this.#microphone) return view.notice(word(problem));
    this.#recorder = new VoicemailRecorder({
      greeting,
      maxSeconds,
      microphone: this.#microphone,
      beep: () => tones.beep(),
      send: (sequence, data) => line.sendChunk(call, sequence, data),
      onStage: (stage) => {
        if (stage === "recording") sessionStorage.setItem(RECORDED_CALL, call);
        view.setStage(stage, maxSeconds);
      },
      onDone: hangUp,
    });
    this.#recorder.run();
  }
}
