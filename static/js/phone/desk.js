// This window's phone: follows the call cards of the server, and moves microphone, media, sounds and the card after them.

import { toast } from "../toast.js";
import { pageConfig, word } from "../words.js";
import { act } from "./actions.js";
import { CallCardView } from "./card.js";
import { endWords, isBeingRung, isPlainEnd, partyName } from "./card_words.js";
import { Keypad } from "./keypad.js";
import { LiveCalls } from "./live_calls.js";
import { CallNotice } from "./notify.js";
import { CallPanels } from "./panels.js";
import { ParkedStrip } from "./parked.js";
import { CallPrompts } from "./prompts.js";
import { CallSound } from "./sound.js";
import { Tones } from "./tones.js";
import { TransferPanel } from "./transfer.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").PhoneLine} PhoneLine */
/** @typedef {import("./line.js").PhoneMessage} PhoneMessage */
/** @typedef {{ type: "dial" | "pick_up" | "fetch", name: string, isSent: boolean }} Asked */

/** The server gives a silent window 10 s before it ends the call. */
const HURRY_MS = 1500 + Math.random() * 1000;

export class PhoneDesk {
  /** @type {CallCardView} */ #view;
  /** @type {PhoneLine} */ #line;
  /** @type {CallSound} */ #sound;
  /** @type {Tones} */ #tones;
  /** @type {CallPrompts} */ #prompts;
  /** @type {CallPanels} */ #panels;
  /** @type {TransferPanel} */ #transfer;
  /** @type {Keypad} */ #keypad;
  #notice = new CallNotice();
  #parked = new ParkedStrip();
  #calls = new LiveCalls();
  /** Hung up while the socket was away; said as soon as it is back. @type {Set<string>} */ #owed = new Set();
  /** Whom the call in front is being sent on to. */
  #sentTo = "";
  /** The call that was asked for, until the server answers with a card. @type {Asked | null} */ #asked = null;

  /**
   * @param {HTMLElement} card
   * @param {PhoneLine} line
   * @param {AudioContext | null} speaker
   */
  constructor(card, line, speaker) {
    this.#line = line;
    this.#view = new CallCardView(card);
    this.#tones = new Tones(speaker);
    this.#prompts = new CallPrompts(card, (play) => this.#view.askForClick(play));
    this.#panels = new CallPanels(card);
    this.#transfer = new TransferPanel(card, (number, isAskedFirst) => this.#sendOn(number, isAskedFirst));
    this.#keypad = new Keypad(
      card,
      () => this.#calls.front,
      (key) => this.press(key),
    );
    this.#sound = new CallSound({ line, view: this.#view, tones: this.#tones, hangUp: (call) => this.hangUp(call) });
    setInterval(() => (this.#calls.all.some(({ here }) => here) || this.#owed.size) && line.hurry(), HURRY_MS);
  }

  /** @param {Element} button */
  act(button) {
    act(this, button);
  }

  /** @param {string} number */
  dial(number) {
    return this.#ask("dial", { number }, number);
  }

  /** Takes a call that rings at a colleague's. @param {string} number */
  pickUp(number) {
    return this.#ask("pick_up", { number }, number);
  }

  /** Takes a parked call. @param {number} slot */
  fetch(slot) {
    return this.#ask("fetch", { slot }, String(slot));
  }

  /**
   * @param {Asked["type"]} type
   * @param {Record<string, unknown>} fields
   * @param {string} name
   */
  async #ask(type, fields, name) {
    if (this.#sound.isAsking || this.#asked) return;
    const asked = { type, name, isSent: false };
    this.#asked = asked;
    if (!(await this.#line.whenReady())) return this.#refuse("refused_no_connection");
    const problem = await this.#takeMicrophone();
    if (problem) return this.#refuse(problem);
    asked.isSent = this.#line.send(type, fields);
    if (!asked.isSent) this.#refuse("refused_no_connection");
  }

  /** Answering holds the call that is on. @param {string} [call] the one in front if none is named */
  async answer(call) {
    const card = this.#card(call);
    if (card?.state !== "ringing" || this.#sound.isAsking) return;
    const problem = await this.#takeMicrophone();
    if (this.#calls.get(card.call)?.state !== "ringing") return this.#releaseMicrophone();
    // Without a microphone the phone rings on: another window may answer, or the person allows it.
    if (problem) return this.#view.notice(word(problem));
    this.#say("answer", card);
  }

  /** @param {string} [call] */
  decline(call) {
    const card = this.#card(call);
    if (card?.state === "ringing") this.#say("decline", card);
  }

  /** @param {string} [call] */
  async hangUp(call) {
    const card = this.#card(call);
    if (!card?.here) return;
    if (card.voicemail) await this.#sound.finishMessage();
    if (this.#line.send("hang_up", { call: card.call })) return;
    this.#owed.add(card.call);
    this.#end({ ...card, state: "ended", end_reason: card.answered ? "completed" : "cancelled" });
  }

  toggleMute() {
    this.#sound.toggleMute();
  }

  toggleHold() {
    const card = this.#calls.front;
    if (card?.here) this.#say(card.state === "on_hold" ? "resume" : "hold", card);
  }

  /** Back to a call on hold: the one that is on is held, one that only rings is given up. @param {string} call */
  swap(call) {
    const card = this.#calls.get(call);
    const front = this.#calls.front;
    if (!card) return;
    if (front?.here && front.state === "dialling") this.#say("hang_up", front);
    this.#say("resume", card);
  }

  park() {
    if (this.#calls.front) this.#say("park", this.#calls.front);
  }

  /** Connects the parties of two calls, and leaves both. @param {string} held */
  join(held) {
    const card = this.#calls.get(held);
    if (card) this.#say("join", card, { other: this.#calls.front?.call });
  }

  openTransfer() {
    if (this.#panels.toggle("transfer")) this.#transfer.open();
  }

  openKeypad() {
    this.#panels.toggle("keypad");
  }

  /**
   * @param {string} number
   * @param {boolean} isAskedFirst
   */
  #sendOn(number, isAskedFirst) {
    const card = this.#calls.front;
    if (!card) return;
    this.#sentTo = number;
    if (isAskedFirst) this.dial(number);
    else this.#say("transfer", card, { number });
  }

  /** @param {string} key */
  press(key) {
    const card = this.#calls.front;
    if (!card) return;
    this.#tones.key(key);
    this.#keypad.note(key);
    if (card.menu) this.#say("key", card, { key });
    else this.#sound.press(key);
  }

  dismiss() {
    if (!this.#calls.front) this.#view.hide();
  }

  stats() {
    return this.#sound.stats();
  }

  /** @param {string} [call] */
  #card(call) {
    return call ? this.#calls.get(call) : (this.#calls.front ?? undefined);
  }

  /**
   * @param {string} type
   * @param {CallCard} card
   * @param {Record<string, unknown>} [fields]
   */
  #say(type, card, fields = {}) {
    const isSent = this.#line.send(type, { call: card.call, ...fields });
    if (!isSent) this.#view.notice(word("refused_no_connection"));
  }

  /** @param {PhoneMessage} message */
  hear(message) {
    switch (message.type) {
      case "welcome":
        return this.#welcome(message);
      case "call":
        return this.#take(message);
      case "signal":
        if (!this.#calls.isOver(message.call)) this.#sound.signal(message.call, message.data);
        return undefined;
      case "alive?":
        if (this.#calls.get(message.call)) this.#line.send("alive", { call: message.call });
        return undefined;
      case "refused":
        return this.#refused(message.what, message.code);
      case "stored":
        return this.#sound.stored(message.sequence);
      case "parked":
        return this.#paintParked(message.calls, true);
    }
  }

  /** The socket is (again) open: say what is owed, then take over what is true now. @param {PhoneMessage & { type: "welcome" }} message */
  #welcome({ ice_servers, calls, sounds, parked }) {
    this.#sound.iceServers = ice_servers;
    this.#prompts.sounds = sounds;
    this.#sound.lineIsBack();
    for (const owed of this.#owed) this.#line.send("hang_up", { call: owed });
    this.#owed.clear();
    for (const card of this.#calls.all) {
      if (!calls.some(({ call }) => call === card.call)) this.#end({ ...card, state: "ended", end_reason: null });
    }
    // What ended while the socket was away is news only to a window that still showed it.
    for (const card of calls) if (card.state !== "ended" || this.#calls.get(card.call)) this.#take(card, true);
    if (!calls.some(({ here }) => here) && this.#asked?.isSent) this.#refuse("refused_no_connection");
    this.#paintParked(parked, false);
  }

  /**
   * @param {CallCard} card
   * @param {boolean} [isResumed]
   */
  #take(card, isResumed = false) {
    if (!this.#calls.isNews(card)) return;
    if (card.here) this.#asked = null;
    if (card.state === "ended") return this.#end(card);
    this.#calls.keep(card);
    this.#follow(isResumed);
  }

  /** Everything that sounds or is seen moves after the calls as they stand now. */
  #follow(isResumed = false) {
    const { all, front, others } = this.#calls;
    if (front) this.#view.show(front, others);
    this.#sound.follow(all, front, isResumed);
    this.#prompts.follow(front);
    this.#panels.follow(front);
    this.#keypad.follow(front);
    this.#tones.keepOthersQuiet(all.some(isCarried));
    this.#tones.follow(toneOf(front, all));
    this.#notice.follow(all.find(({ state }) => state === "ringing") ?? null);
  }

  /** @param {CallCard} card */
  #end(card) {
    const wasShown = !this.#calls.front || this.#calls.front.call === card.call;
    this.#calls.end(card.call);
    this.#sound.leave(card.call);
    this.#releaseMicrophone();
    const isLast = !this.#calls.front;
    if (isLast && wasShown) this.#view.show(card);
    this.#follow();
    if (isLast) this.#tones.follow(toneOf(card, []));
    else if (wasShown && !isPlainEnd(card)) this.#view.notice(endWords(card));
    document.dispatchEvent(new CustomEvent("lampfield:call-ended", { detail: card }));
  }

  /**
   * @param {import("./line.js").ParkedCall[]} calls
   * @param {boolean} isNews
   */
  #paintParked(calls, isNews) {
    const own = this.#parked.paint(calls).find(({ by }) => by.number === pageConfig().extension);
    if (isNews && own) toast(word("parked_in", { slot: own.slot, name: own.name || own.number }));
  }

  /**
   * @param {string} what
   * @param {string} code
   */
  #refused(what, code) {
    if (what === this.#asked?.type) return this.#refuse(`refused_${code}`);
    if (what === "answer") this.#releaseMicrophone();
    const front = this.#calls.front;
    if (!front || what === "signal" || what === "chunk") return;
    this.#view.notice(word(`refused_${code}`, { name: what === "transfer" ? this.#sentTo : partyName(front.other) }));
  }

  /** A call that did not come about: the card says why and what to do. @param {string} reason */
  #refuse(reason) {
    const number = this.#asked?.name ?? "";
    this.#asked = null;
    this.#releaseMicrophone();
    if (this.#calls.front) return this.#view.notice(word(reason, { name: number }));
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
    const isNeeded = this.#asked || this.#sound.isAsking || this.#calls.all.some(({ here }) => here);
    if (!isNeeded) this.#sound.releaseMicrophone();
  }
}

/** @param {CallCard} card */
function isCarried({ here, state }) {
  return here && state !== "ringing" && state !== "ended";
}

/**
 * @param {CallCard | null} front
 * @param {CallCard[]} all
 */
function toneOf(front, all) {
  if (all.some(({ state }) => state === "ringing")) return all.some(isCarried) ? "knock" : "ring";
  if (front && isBeingRung(front)) return "ringback";
  if (front?.state !== "ended" || front.role === "callee" || isPlainEnd(front)) return null;
  return front.end_reason === "busy" || front.end_reason === "declined" ? "busy" : "unobtainable";
}
