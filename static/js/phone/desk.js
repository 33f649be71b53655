// This window's phone: follows the call cards of the server, and moves microphone, media, sounds and the card after them.

import { toast } from "../toast.js";
import { word } from "../words.js";
import { CallCardView, isBeingRung, isPlainEnd } from "./card.js";
import { PhoneLine } from "./line.js";
import { CallMedia, closeMicrophone, openMicrophone } from "./media.js";
import { CallNotice } from "./notify.js";
import { VoicemailRecorder } from "./recorder.js";
import { Tones } from "./tones.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").PhoneMessage} PhoneMessage */
/** @typedef {import("./line.js").SignalData} SignalData */

const EARLY_SIGNALS_MAX = 60;
const RECORDED_CALL = "lampfield.recordedCall";
const MUTED_CALL = "lampfield.mutedCall";
/** The server gives a silent window 10 s before it ends the call. */
const HURRY_MS = 1500 + Math.random() * 1000;

export class PhoneDesk {
  /** @type {CallCardView} */ #view;
  /** @type {PhoneLine} */ #line;
  #tones = new Tones();
  #notice = new CallNotice();
  /** @type {RTCIceServer[]} */ #iceServers = [];
  /** The calls that live, by id. @type {Map<string, CallCard>} */ #cards = new Map();
  /** @type {CallCard | null} */ #shown = null;
  /** Calls that are over for this window: what still comes for them is late. @type {Set<string>} */ #over = new Set();
  /** Hung up while the socket was away; said as soon as it is back. @type {Set<string>} */ #owed = new Set();
  /** The number dialled, until the server answers with a card. */
  #dialled = "";
  /** @type {MediaStream | null} */ #microphone = null;
  #isAskingMicrophone = false;
  /** The call whose sound this window has taken up. */
  #joined = "";
  /** @type {CallMedia | null} */ #media = null;
  /** @type {VoicemailRecorder | null} */ #recorder = null;
  /** Signals that came before their call. @type {{ call: string, data: SignalData }[]} */ #early = [];
  #isMuted = false;
  /** How many messages the page was drawn with, then how many there are. @type {number | null} */ #unheard = null;

  /**
   * @param {HTMLElement} card
   * @param {string} path
   * @param {string} windowName
   */
  constructor(card, path, windowName) {
    this.#view = new CallCardView(card);
    this.#line = new PhoneLine(path, windowName, (message) => this.#hear(message));
    setInterval(() => (this.#shown?.here || this.#owed.size) && this.#line.hurry(), HURRY_MS);
  }

  /** @param {string} number */
  async dial(number) {
    if (this.#isAskingMicrophone || this.#dialled) return;
    if (this.#shown) return this.#view.notice(word("refused_in_a_call"));
    if (!this.#line.isOpen) return this.#refuse(number, "refused_no_connection");
    this.#dialled = number;
    const problem = await this.#takeMicrophone();
    if (problem) return this.#refuse(number, problem);
    if (!this.#line.send("dial", { number })) this.#refuse(number, "refused_no_connection");
  }

  async answer() {
    const card = this.#shown;
    if (card?.state !== "ringing" || this.#isAskingMicrophone) return;
    const problem = await this.#takeMicrophone();
    if (this.#cards.get(card.call)?.state !== "ringing") return this.#releaseMicrophone();
    // Without a microphone the phone rings on: another window may answer, or the person allows it.
    if (problem) return this.#view.notice(word(problem));
    if (!this.#line.send("answer", { call: card.call })) this.#view.notice(word("refused_no_connection"));
  }

  decline() {
    const card = this.#shown;
    if (card?.state !== "ringing") return;
    if (!this.#line.send("decline", { call: card.call })) this.#view.notice(word("refused_no_connection"));
  }

  async hangUp() {
    const card = this.#shown;
    if (!card?.here) return;
    await this.#recorder?.finish(); // the last words go before the good-bye
    if (this.#line.send("hang_up", { call: card.call })) return;
    this.#owed.add(card.call);
    this.#end({ ...card, state: "ended", end_reason: card.answered ? "completed" : "cancelled" });
  }

  toggleMute() {
    this.#mute(!this.#isMuted);
  }

  dismiss() {
    if (!this.#shown) this.#view.hide();
  }

  /** @returns {ReturnType<CallMedia["stats"]>} */
  stats() {
    return this.#media?.stats() ?? Promise.resolve(null);
  }

  /** @param {PhoneMessage} message */
  #hear(message) {
    switch (message.type) {
      case "welcome":
        return this.#welcome(message);
      case "call":
        return this.#take(message);
      case "signal":
        return this.#signal(message.call, message.data);
      case "alive?":
        if (this.#cards.has(message.call)) this.#line.send("alive", { call: message.call });
        return undefined;
      case "refused":
        return this.#refused(message.what, message.code);
      case "stored":
        return this.#recorder?.stored(message.sequence);
      case "unheard":
        return this.#countUnheard(message.count);
    }
  }

  /** The socket is (again) open: say what is owed, then take over what is true now. @param {PhoneMessage & { type: "welcome" }} message */
  #welcome({ ice_servers, unheard, call }) {
    this.#iceServers = ice_servers;
    this.#recorder?.resend();
    for (const owed of this.#owed) this.#line.send("hang_up", { call: owed });
    this.#owed.clear();
    for (const card of [...this.#cards.values()]) {
      if (card.call !== call?.call) this.#end({ ...card, state: "ended", end_reason: null });
    }
    this.#media?.mend();
    if (call) this.#take(call);
    else if (this.#dialled && !this.#isAskingMicrophone) this.#refuse(this.#dialled, "refused_no_connection");
    this.#countUnheard(unheard);
  }

  /** @param {CallCard} card */
  #take(card) {
    const known = this.#cards.get(card.call);
    if (this.#over.has(card.call) || (known && known.version >= card.version)) return;
    const isOurs = known || card.here || card.state === "ringing";
    if (!isOurs) return;
    if (card.role === "caller") this.#dialled = "";
    if (card.state === "ended") return this.#end(card);
    this.#cards.set(card.call, card);
    this.#show(this.#foremost());
  }

  /** The call this window carries before one that rings. @returns {CallCard | undefined} */
  #foremost() {
    const live = [...this.#cards.values()];
    return live.find(({ here }) => here) ?? live.find(({ call }) => call === this.#shown?.call) ?? live[0];
  }

  /** @param {CallCard | undefined} card */
  #show(card) {
    if (!card) return;
    this.#shown = card;
    this.#view.show(card);
    this.#tones.follow(toneOf(card));
    this.#notice.follow(card);
    if (card.here && card.state === "talking") this.#join(card);
  }

  /** @param {CallCard} card */
  #end(card) {
    const wasShown = !this.#shown || this.#shown.call === card.call;
    this.#cards.delete(card.call);
    this.#over.add(card.call);
    if (this.#joined === card.call) this.#leave();
    this.#releaseMicrophone();
    if (wasShown) {
      this.#shown = null;
      this.#view.show(card);
      this.#tones.follow(toneOf(card));
      this.#notice.follow(null);
    }
    document.dispatchEvent(new CustomEvent("lampfield:call-ended", { detail: card }));
    this.#show(this.#foremost());
  }

  /** Takes up the sound of a call once. @param {CallCard} card */
  #join(card) {
    if (this.#joined === card.call) return;
    this.#joined = card.call;
    if (card.voicemail) this.#leaveMessage(card, card.voicemail);
    else this.#talk(card);
  }

  /** @param {CallCard} card */
  async #talk({ call, role }) {
    const isResumed = !this.#microphone;
    const problem = isResumed ? await this.#takeMicrophone() : "";
    if (this.#joined !== call) return this.#releaseMicrophone();
    if (problem) this.#view.notice(word(problem));
    const media = new CallMedia({
      call,
      isCaller: role === "caller",
      iceServers: this.#iceServers,
      microphone: this.#microphone,
      play: (sound) => this.#view.play(sound),
      send: (data) => this.#line.send("signal", { call, data }),
      canSend: () => this.#line.isOpen,
      onState: (state) => this.#view.setMedia(state),
    });
    this.#media = media;
    for (const signal of this.#early.splice(0)) if (signal.call === call) media.receive(signal.data);
    // Who was muted before a reload must not be heard after it.
    this.#mute(sessionStorage.getItem(MUTED_CALL) === call);
    media.start(isResumed);
  }

  /**
   * @param {CallCard} card
   * @param {import("./line.js").VoicemailOffer} voicemail
   */
  async #leaveMessage({ call }, { greeting, max_seconds: maxSeconds }) {
    if (sessionStorage.getItem(RECORDED_CALL) === call) {
      // Reloaded while speaking: the recording broke off with the page, and what was said is stored.
      this.#line.send("hang_up", { call });
      return;
    }
    const problem = await this.#takeMicrophone();
    if (this.#joined !== call) return this.#releaseMicrophone();
    if (!this.#microphone) return this.#view.notice(word(problem));
    this.#recorder = new VoicemailRecorder({
      greeting,
      maxSeconds,
      microphone: this.#microphone,
      beep: () => this.#tones.beep(),
      send: (sequence, data) => this.#line.sendChunk(call, sequence, data),
      onStage: (stage) => {
        if (stage === "recording") sessionStorage.setItem(RECORDED_CALL, call);
        this.#view.setStage(stage, maxSeconds);
      },
      onDone: () => this.hangUp(),
    });
    this.#recorder.run();
  }

  /** @param {boolean} isMuted */
  #mute(isMuted) {
    this.#isMuted = isMuted;
    this.#media?.mute(isMuted);
    this.#view.setMuted(isMuted);
    sessionStorage.setItem(MUTED_CALL, isMuted ? this.#joined : "");
  }

  #leave() {
    this.#joined = "";
    this.#media?.close();
    this.#media = null;
    this.#view.play(null);
    this.#recorder?.finish();
    this.#early = [];
  }

  /**
   * @param {string} call
   * @param {SignalData} data
   */
  #signal(call, data) {
    if (this.#media?.call === call) this.#media.receive(data);
    else if (!this.#over.has(call) && this.#early.length < EARLY_SIGNALS_MAX) this.#early.push({ call, data });
  }

  /**
   * @param {string} what
   * @param {string} code
   */
  #refused(what, code) {
    if (what === "dial") this.#refuse(this.#dialled, `refused_${code}`);
    if (what === "answer") {
      this.#releaseMicrophone();
      this.#view.notice(word("refused_gone"));
    }
  }

  /**
   * A call that was not made: the card says why and what to do.
   * @param {string} number
   * @param {string} reason
   */
  #refuse(number, reason) {
    this.#dialled = "";
    this.#releaseMicrophone();
    if (this.#shown) return toast(word(reason, { name: number }), { kind: "error" });
    this.#view.show({
      call: "",
      version: 0,
      role: "caller",
      state: "ended",
      here: true,
      other: { number, name: "" },
      origin: "internal",
      answered: null,
      end_reason: reason,
      about: null,
      steps: [],
      voicemail: null,
    });
  }

  /** @returns {Promise<string>} the words' key of what is wrong; empty when the microphone is open */
  async #takeMicrophone() {
    if (this.#microphone) return "";
    this.#isAskingMicrophone = true;
    try {
      this.#microphone = await openMicrophone();
      this.#notice.askOnce();
      return "";
    } catch (error) {
      return /** @type {Error} */ (error).message;
    } finally {
      this.#isAskingMicrophone = false;
    }
  }

  /** Nobody listens when there is no call. */
  #releaseMicrophone() {
    if (this.#dialled || this.#isAskingMicrophone || [...this.#cards.values()].some(({ here }) => here)) return;
    closeMicrophone(this.#microphone);
    this.#microphone = null;
  }

  /** @param {number} count */
  #countUnheard(count) {
    document.dispatchEvent(new CustomEvent("lampfield:unheard", { detail: { count } }));
    if (count > (this.#unheard ?? count)) document.dispatchEvent(new CustomEvent("lampfield:voicemail-arrived"));
    this.#unheard = count;
  }
}

/** @param {CallCard} card */
function toneOf(card) {
  if (card.state === "ringing") return "ring";
  if (isBeingRung(card)) return "ringback";
  if (card.state !== "ended" || card.role === "callee" || isPlainEnd(card)) return null;
  return card.end_reason === "busy" || card.end_reason === "declined" ? "busy" : "unobtainable";
}
