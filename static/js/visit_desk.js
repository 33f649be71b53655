// A visitor's one call: follows the server's cards, and moves microphone, media, sounds and the card after them.

import { PhoneLine } from "./phone/line.js";
import { CallPrompts } from "./phone/prompts.js";
import { CallSound } from "./phone/sound.js";
import { Tones } from "./phone/tones.js";
import { setServerNow } from "./server_clock.js";
import { word } from "./words.js";

/** @typedef {import("./phone/line.js").CallCard} CallCard */
/** @typedef {import("./phone/line.js").PhoneMessage} PhoneMessage */

/** The server gives a closed page 5 s before it ends the call. */
const HURRY_MS = 1000 + Math.random() * 500;

export class VisitDesk {
  /** @type {import("./visit_card.js").VisitCard} */ #view;
  /** @type {PhoneLine | null} */ #line = null;
  /** @type {CallSound} */ #sound;
  #tones = new Tones(null);
  /** @type {CallPrompts} */ #prompts;
  /** @type {CallCard | null} */ #card = null;
  /** Calls that are over: what still comes for them is late. @type {Set<string>} */ #over = new Set();
  #isDialSent = false;

  /**
   * @param {HTMLElement} root
   * @param {import("./visit_card.js").VisitCard} view
   */
  constructor(root, view) {
    this.#view = view;
    this.#prompts = new CallPrompts(root, (play) => view.askForClick(play));
    const desk = this;
    // The line is another one for each call; the sound speaks to whichever it is.
    const line = {
      get isReady() {
        return desk.#line?.isReady ?? false;
      },
      /** @type {PhoneLine["send"]} */
      send: (type, fields) => this.#line?.send(type, fields) ?? false,
      /** @type {PhoneLine["sendBytes"]} */
      sendBytes: (bytes) => this.#line?.sendBytes(bytes) ?? false,
      mend: () => this.#line?.mend(),
      renew: () => this.#line?.renew(),
    };
    this.#sound = new CallSound({ line, view, tones: this.#tones, hangUp: () => this.hangUp() });
    setInterval(() => this.#line?.hurry(), HURRY_MS);
    window.addEventListener("beforeunload", (event) => {
      if (this.isInCall) event.preventDefault();
    });
  }

  get isInCall() {
    return this.#card !== null;
  }

  /** @returns {Promise<string>} the words' key of what is wrong; empty when the microphone is open */
  takeMicrophone() {
    return this.#sound.takeMicrophone();
  }

  releaseMicrophone() {
    this.#sound.releaseMicrophone();
  }

  /**
   * @param {string} path of the socket, with the visit's token
   * @param {string} number
   * @returns {Promise<boolean>} false when the server is not there
   */
  async call(path, number) {
    this.#line?.close();
    this.#isDialSent = false;
    this.#line = new PhoneLine(path, (message) => this.#hear(message));
    this.#isDialSent = (await this.#line.whenReady()) && this.#line.send("dial", { number });
    if (!this.#isDialSent) this.#close();
    return this.#isDialSent;
  }

  async hangUp() {
    const card = this.#card;
    if (!card) return;
    await this.#sound.finishMessage();
    if (this.#line?.send("hang_up", { call: card.call })) return;
    // The server ends the call of a page that does not come back.
    this.#end({ ...card, state: "ended", end_reason: card.answered ? "completed" : "cancelled" });
  }

  toggleMute() {
    this.#sound.toggleMute();
  }

  /** @param {string} key */
  press(key) {
    const card = this.#card;
    if (!card) return;
    if (card.state === "talking") this.#sound.press(key);
    else if (this.#line?.send("key", { call: card.call, key })) this.#view.setPressed(key);
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
        if (this.#card?.call === message.call) this.#line?.send("alive", { call: message.call });
        return undefined;
      case "sip":
        return this.#sound.takePlace(message);
      case "refused":
        return this.#refused(message.what);
      case "stored":
        return this.#sound.stored(message.sequence);
    }
  }

  /** @param {PhoneMessage & { type: "welcome" }} message */
  #welcome({ now, ice_servers, calls, sounds, sip }) {
    setServerNow(now);
    this.#sound.iceServers = ice_servers;
    if (sip) this.#sound.register(sip);
    this.#prompts.sounds = sounds;
    this.#sound.lineIsBack();
    for (const card of calls) this.#take(card);
    const isLost = this.#card && !calls.some(({ call }) => call === this.#card?.call);
    if (isLost && this.#card) this.#end({ ...this.#card, state: "ended", end_reason: "lost" });
  }

  /** A transfer makes another call of this one, and tells of the new before the end of the old. @param {CallCard} card */
  #take(card) {
    if (this.#over.has(card.call)) return;
    if (this.#card?.call === card.call && this.#card.version >= card.version) return;
    if (card.state === "ended") {
      if (!this.#card || this.#card.call === card.call) this.#end(card);
      else this.#leave(card.call);
      return;
    }
    if (this.#card && this.#card.call !== card.call) this.#leave(this.#card.call);
    this.#card = card;
    this.#view.show(card);
    this.#tones.follow(isOnItsWay(card) ? "ringback" : null);
    this.#prompts.follow(card);
    this.#sound.follow([card], card);
  }

  /** @param {string} call */
  #leave(call) {
    this.#over.add(call);
    this.#sound.leave(call);
  }

  /** @param {CallCard} card */
  #end(card) {
    this.#leave(card.call);
    this.#card = null;
    this.#prompts.follow(null);
    this.#view.show(card);
    this.#tones.follow(card.end_reason === "unavailable" ? "unobtainable" : null);
    this.#close();
  }

  #close() {
    this.#line?.close();
    this.#line = null;
    this.#sound.releaseMicrophone();
  }

  /** @param {string} what */
  #refused(what) {
    if (what === "sip") this.#sound.takePlace(null);
    if (what === "dial" && !this.#card) this.#close();
    if (what === "key") this.#view.notice(word("visit_wrong_key"));
  }
}

/** Nothing else is to be heard yet. @param {CallCard} card */
function isOnItsWay({ state, waiting, menu, parked }) {
  return state === "dialling" && !waiting && !menu && !parked;
}
