// This window's phone: follows the call cards of the server, and moves microphone, media, sounds and the card after them.

import { toast } from "../toast.js";
import { word } from "../words.js";
import { CallCardView } from "./card.js";
import { isBeingRung, isPlainEnd } from "./card_words.js";
import { PhoneLine } from "./line.js";
import { CallNotice } from "./notify.js";
import { CallSound } from "./sound.js";
import { Tones } from "./tones.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").PhoneMessage} PhoneMessage */

/** The server gives a silent window 10 s before it ends the call. */
const HURRY_MS = 1500 + Math.random() * 1000;

export class PhoneDesk {
  /** @type {CallCardView} */ #view;
  /** @type {PhoneLine} */ #line;
  /** @type {CallSound} */ #sound;
  #tones = new Tones();
  #notice = new CallNotice();
  /** The calls that live, by id. @type {Map<string, CallCard>} */ #cards = new Map();
  /** @type {CallCard | null} */ #shown = null;
  /** Calls that are over for this window: what still comes for them is late. @type {Set<string>} */ #over = new Set();
  /** Hung up while the socket was away; said as soon as it is back. @type {Set<string>} */ #owed = new Set();
  /** The number dialled, until the server answers with a card. */
  #dialled = "";
  #isDialSent = false;
  /** How many messages the page was drawn with, then how many there are. @type {number | null} */ #unheard = null;

  /**
   * @param {HTMLElement} card
   * @param {string} path
   * @param {string} windowName
   */
  constructor(card, path, windowName) {
    this.#view = new CallCardView(card);
    this.#line = new PhoneLine(path, windowName, (message) => this.#hear(message));
    this.#sound = new CallSound({
      line: this.#line,
      view: this.#view,
      tones: this.#tones,
      hangUp: () => this.hangUp(),
    });
    setInterval(() => (this.#shown?.here || this.#owed.size) && this.#line.hurry(), HURRY_MS);
  }

  /** @param {string} number */
  async dial(number) {
    if (this.#sound.isAsking || this.#dialled) return;
    if (this.#shown) return this.#view.notice(word("refused_in_a_call"));
    this.#dialled = number;
    this.#isDialSent = false;
    if (!(await this.#line.whenReady())) return this.#refuse(number, "refused_no_connection");
    const problem = await this.#takeMicrophone();
    if (problem) return this.#refuse(number, problem);
    this.#isDialSent = this.#line.send("dial", { number });
    if (!this.#isDialSent) this.#refuse(number, "refused_no_connection");
  }

  async answer() {
    const card = this.#shown;
    if (card?.state !== "ringing" || this.#sound.isAsking) return;
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
    await this.#sound.finishMessage();
    if (this.#line.send("hang_up", { call: card.call })) return;
    this.#owed.add(card.call);
    this.#end({ ...card, state: "ended", end_reason: card.answered ? "completed" : "cancelled" });
  }

  toggleMute() {
    this.#sound.toggleMute();
  }

  dismiss() {
    if (!this.#shown) this.#view.hide();
  }

  stats() {
    return this.#sound.stats();
  }

  /** @param {PhoneMessage} message */
  #hear(message) {
    switch (message.type) {
      case "welcome":
        return this.#welcome(message);
      case "call":
        return this.#take(message);
      case "signal":
        if (!this.#over.has(message.call)) this.#sound.signal(message.call, message.data);
        return undefined;
      case "alive?":
        if (this.#cards.has(message.call)) this.#line.send("alive", { call: message.call });
        return undefined;
      case "refused":
        return this.#refused(message.what, message.code);
      case "stored":
        return this.#sound.stored(message.sequence);
      case "unheard":
        return this.#countUnheard(message.count);
      case "settings_changed":
      case "status_set":
        document.dispatchEvent(new CustomEvent(`lampfield:${message.type.replace("_", "-")}`, { detail: message }));
        return undefined;
    }
  }

  /** The socket is (again) open: say what is owed, then take over what is true now. @param {PhoneMessage & { type: "welcome" }} message */
  #welcome({ ice_servers, unheard, call }) {
    this.#sound.iceServers = ice_servers;
    this.#sound.lineIsBack();
    for (const owed of this.#owed) this.#line.send("hang_up", { call: owed });
    this.#owed.clear();
    for (const card of [...this.#cards.values()]) {
      if (card.call !== call?.call) this.#end({ ...card, state: "ended", end_reason: null });
    }
    // What ended while the socket was away is news only to a window that still showed it.
    if (call && (call.state !== "ended" || this.#cards.has(call.call))) this.#take(call);
    else if (this.#dialled && this.#isDialSent) this.#refuse(this.#dialled, "refused_no_connection");
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
    if (card.here && card.state === "talking") this.#sound.join(card);
  }

  /** @param {CallCard} card */
  #end(card) {
    const wasShown = !this.#shown || this.#shown.call === card.call;
    this.#cards.delete(card.call);
    this.#over.add(card.call);
    this.#sound.leave(card.call);
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

  /** @returns {Promise<string>} the words' key of what is wrong */
  async #takeMicrophone() {
    const problem = await this.#sound.takeMicrophone();
    if (!problem) this.#notice.askOnce();
    return problem;
  }

  /** Nobody listens when there is no call. */
  #releaseMicrophone() {
    const isNeeded = this.#dialled || this.#sound.isAsking || [...this.#cards.values()].some(({ here }) => here);
    if (!isNeeded) this.#sound.releaseMicrophone();
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
