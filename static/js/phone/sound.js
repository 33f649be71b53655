// What this window hears and says: one microphone, a connection for each call it carries, or a message to a voicemail.

import { ReconnectingSocket } from "../socket.js";
import { word } from "../words.js";
import { CallDevices } from "./call_devices.js";
import { CallMedia } from "./media.js";
import { closeMicrophone, openMicrophone } from "./microphone.js";
import { NetworkWatch } from "./network_watch.js";
import { pieceFrame, VoicemailRecorder } from "./recorder.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").SignalData} SignalData */
/** @typedef {CallMedia | import("./sip_media.js").SipMedia} Media where the sound goes does not matter to what is done with it */

const EARLY_SIGNALS_MAX = 60;
const FETCH_AGAIN_MS = 5000;
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
  /** @type {Map<string, Media>} */ #media = new Map();
  /** The call that is shown, the only one that is heard. */
  #front = "";
  #muted = new Set((sessionStorage.getItem(MUTED_CALLS) ?? "").split(" ").filter(Boolean));
  /** @type {VoicemailRecorder | null} */ #recorder = null;
  #recorded = "";
  /** Signals that came before their call. @type {{ call: string, data: SignalData }[]} */ #early = [];
  /** @type {CallDevices} */ #devices;
  /** @type {NetworkWatch} */ #network;
  /** This window's place on Asterisk, where there is one. @type {Promise<import("./sip_line.js").SipLine> | null} */ #sip =
    null;

  /** @param {SoundParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#devices = new CallDevices({
      onMicrophone: (microphone) => this.#changeMicrophone(microphone),
      notice: (text) => parts.view.notice(text),
    });
    this.#network = new NetworkWatch({
      onChanged: () => this.#suspectWays(),
      onDoubt: () => this.#eachMedia((media) => media.care.listenClosely()),
      onWoken: () => {
        parts.line.renew();
        this.#suspectWays();
      },
    });
  }

  /**
   * The server knows an Asterisk: this window wants a place there, again and again if need be.
   * @param {string} script
   */
  register(script) {
    this.#sip ??= import(script).then(({ SipLine }) => new SipLine(this.#parts.line, ReconnectingSocket));
    this.#sip.then(
      (sip) => sip.ask(),
      () => {
        this.#sip = null;
        // A browser may keep in mind that an address failed.
        setTimeout(() => this.register(`${script}?`), FETCH_AGAIN_MS);
      },
    );
  }

  /** @param {import("./sip_line.js").SipOffer | null} offer null: Asterisk is not there now */
  takePlace(offer) {
    this.#sip?.then((sip) => sip.take(offer));
  }

  #suspectWays() {
    this.#eachMedia((media) => media.suspect());
  }

  /** @param {(media: Media) => void} act */
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
    this.#eachMedia((media) => media.voice.change(microphone));
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
      if (!hasSound(card)) continue;
      const isNew = !this.#joined.has(card.call);
      this.#joined.set(card.call, card);
      if (!isNew) this.#media.get(card.call)?.settle(card);
      else if (card.voicemail && !isOnAsterisk(card)) this.#leaveMessage(card.call, card.voicemail);
      else this.#talk(card, isResumed);
    }
    this.#playFront();
    this.#parts.view.setMuted(this.#muted.has(this.#front));
  }

  #playFront() {
    this.#parts.view.play((isHeard(this.#joined.get(this.#front)) && this.#media.get(this.#front)?.sound) || null);
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
    this.#eachMedia((media) => media.care.mend());
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
    this.#media.get(call)?.voice.mute(this.#muted.has(call));
    this.#parts.view.setMuted(this.#muted.has(call), true);
    this.#keepMuted();
  }

  #keepMuted() {
    sessionStorage.setItem(MUTED_CALLS, [...this.#muted].join(" "));
  }

  /** @param {string} key */
  press(key) {
    this.#media.get(this.#front)?.voice.press(key);
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
  async #talk(card, isResumed) {
    const { call } = card;
    const problem = await this.takeMicrophone();
    if (!this.#joined.has(call)) return this.#comeTooLate();
    if (problem) this.#parts.view.notice(word(problem));
    const options = this.#mediaOptions(card);
    const media = await (isOnAsterisk(card) ? (await this.#sip)?.media(options) : new CallMedia(options));
    if (!media || !this.#joined.has(call)) return media?.close();
    this.#media.set(call, media);
    this.#network.follow(true);
    // Who was muted before a reload must not be heard after it.
    media.voice.mute(this.#muted.has(call));
    media.settle(/** @type {CallCard} */ (this.#joined.get(call)));
    for (const signal of this.#early) if (signal.call === call) media.receive(signal.data);
    this.#early = this.#early.filter((signal) => signal.call !== call);
    media.start(isResumed);
  }

  /** @param {CallCard} card */
  #mediaOptions({ call, role }) {
    const { line, view } = this.#parts;
    return {
      call,
      isCaller: role === "caller",
      iceServers: this.iceServers,
      microphone: this.#microphone,
      play: () => this.#playFront(),
      send: (/** @type {SignalData} */ data) => line.send("signal", { call, data }),
      canSend: () => line.isReady,
      hurry: () => line.mend(),
      onState: (/** @type {import("./media_care.js").MediaState} */ state) => view.setMedia(call, state),
      onStage: (/** @type {import("./recorder.js").RecorderStage} */ stage, /** @type {number} */ seconds) =>
        view.setStage(stage, seconds),
    };
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

/** A caller on Asterisk hears it from the start: queue music and greetings come from there. @param {CallCard} card */
function hasSound(card) {
  if (!card.here) return false;
  return card.state === "talking" || card.state === "on_hold" || (card.state === "dialling" && isOnAsterisk(card));
}

/** @param {CallCard} card */
function isOnAsterisk({ backend }) {
  return backend === "asterisk";
}

/** While somebody is rung, the tone of this window says so. @param {CallCard | undefined} card */
function isHeard(card) {
  return card?.state === "talking" || Boolean(card?.state === "dialling" && (card.waiting || card.menu || card.parked));
}
