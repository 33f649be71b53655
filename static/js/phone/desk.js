// This window's phone: follows the call cards of the server, and moves microphone, media, sounds and the card after them.

import { ownStatus } from "../lamps.js";
import { toast } from "../toast.js";
import { pageConfig, word } from "../words.js";
import { act } from "./actions.js";
import { CallCardView } from "./card.js";
import { endWords, isBeingRung, isPlainEnd, partyName } from "./card_words.js";
import { CallErrands } from "./errands.js";
import { Keypad } from "./keypad.js";
import { LiveCalls } from "./live_calls.js";
import { CallNotice } from "./notify.js";
import { CallPanels } from "./panels.js";
import { ParkedStrip } from "./parked.js";
import { CallPrompts } from "./prompts.js";
import { CallSound } from "./sound.js";
import { Tones } from "./tones.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").PhoneMessage} PhoneMessage */

/** The server gives a silent window 10 s before it ends the call. */
const HURRY_MS = 1500 + Math.random() * 1000;

export class PhoneDesk {
  /** @type {CallCardView} */ #view;
  /** @type {import("./line.js").PhoneLine} */ #line;
  /** @type {CallSound} */ #sound;
  /** @type {Tones} */ #tones;
  /** @type {CallPrompts} */ #prompts;
  /** @type {CallPanels} */ #panels;
  /** @type {Keypad} */ #keypad;
  /** @type {CallErrands} */ errands;
  /** Fetched with the first. @type {Promise<import("./conversation.js").Conversation> | null} */ #conversation = null;
  #card;
  #notice = new CallNotice((action, call) => this.#actFromNotice(action, call));
  #parked = new ParkedStrip();
  #calls = new LiveCalls();
  #isQuiet = false;

  /**
   * @param {HTMLElement} card
   * @param {import("./line.js").PhoneLine} line
   * @param {AudioContext | null} speaker
   */
  constructor(card, line, speaker) {
    const [calls, notice] = [this.#calls, this.#notice];
    const view = new CallCardView(card);
    const tones = new Tones(speaker);
    const sound = new CallSound({ line, view, tones, hangUp: (call) => this.errands.hangUp(call) });
    this.errands = new CallErrands({ line, view, calls, sound, tones, notice }, (over) => this.#end(over));
    this.#line = line;
    this.#view = view;
    this.#tones = tones;
    this.#sound = sound;
    this.#card = card;
    this.#prompts = new CallPrompts(card, (play) => view.askForClick(play));
    this.#panels = new CallPanels(card);
    this.#keypad = new Keypad(
      card,
      () => calls.front,
      (key) => this.press(key),
    );
    document.addEventListener("lampfield:own-presence", () => this.#heedDisturbance());
    document.addEventListener("lampfield:voicemail-arrived", () => isQuiet() || tones.message());
    setInterval(() => (calls.all.some(({ here }) => here) || this.errands.isOwing) && line.hurry(), HURRY_MS);
  }

  /** @param {Element} button */
  act(button) {
    act(this, button);
  }

  /** @param {string} number */
  dial(number) {
    this.errands.dial(number);
  }

  /** @param {string} key */
  press(key) {
    this.#keypad.note(key);
    this.errands.press(key);
  }

  openTransfer() {
    this.#converse().then(
      ({ transfer }) => this.#panels.toggle("transfer") && transfer.open(this.#calls.front?.other.number ?? ""),
      () => this.#view.notice(word("refused_no_connection")),
    );
  }

  openQuality() {
    this.#panels.toggle("quality");
  }

  openKeypad() {
    this.#panels.toggle("keypad");
  }

  dismiss() {
    if (!this.#calls.front) this.#view.hide();
  }

  stats() {
    return this.#sound.stats();
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
        if (this.#calls.has(message.call)) this.#line.send("alive", { call: message.call });
        return undefined;
      case "sip":
        return this.#sound.takePlace(message);
      case "refused":
        if (message.what === "sip") return this.#sound.takePlace(null);
        return this.errands.refused(message.what, message.code);
      case "done":
        return this.errands.done(message.page);
      case "stored":
        return this.#sound.stored(message.sequence);
      case "parked":
        return this.#paintParked(message.calls, true);
    }
  }

  /** The socket is (again) open: say what is owed, then take over what is true now. @param {PhoneMessage & { type: "welcome" }} message */
  #welcome({ ice_servers, calls, sounds, parked, sip }) {
    this.#sound.iceServers = ice_servers;
    if (sip) this.#sound.register(sip);
    this.#prompts.sounds = sounds;
    this.#sound.lineIsBack();
    this.errands.payDebts();
    for (const card of this.#calls.all) {
      if (!calls.some(({ call }) => call === card.call)) this.#end({ ...card, state: "ended", end_reason: null });
    }
    // What ended while the socket was away is news only to a window that still showed it.
    for (const card of calls) if (card.state !== "ended" || this.#calls.has(card.call)) this.#take(card, true);
    if (!calls.some(({ here, by, state }) => (here || by) && state !== "ended")) this.errands.missed();
    this.#paintParked(parked, false);
  }

  /**
   * @param {CallCard} card
   * @param {boolean} [isResumed]
   */
  #take(card, isResumed = false) {
    if (!this.#calls.isNews(card)) return;
    if (card.echo) card.other.name = word("echo_name");
    if (card.state !== "ringing") this.errands.met();
    if (card.state === "ended") return this.#end(card);
    this.#calls.keep(card);
    this.#follow(isResumed);
  }

  /** Everything that sounds or is seen moves after the calls as they stand now. */
  #follow(isResumed = false) {
    const { all, front, others } = this.#calls;
    if (front) this.#view.show(front, others);
    this.#sound.follow(all, front, isResumed);
    this.#measure(all, front);
    this.#prompts.follow(front);
    this.#panels.follow(front);
    this.#keypad.follow(front);
    this.#tones.keepOthersQuiet(all.some(isCarried));
    this.#isQuiet = isQuiet();
    this.#tones.follow(toneOf(front, all));
    this.#notice.follow(all.find(({ state }) => state === "ringing") ?? null, this.#isQuiet);
  }

  /** Do Not Disturb is set while it rings: it goes quiet at once, and the card stays. */
  #heedDisturbance() {
    if (isQuiet() !== this.#isQuiet) this.#follow();
  }

  /**
   * @param {string} action
   * @param {string} call
   */
  #actFromNotice(action, call) {
    if (action === "answer") this.errands.answer(call);
    if (action === "decline") this.errands.decline(call);
  }

  /**
   * @param {CallCard[]} all
   * @param {CallCard | null} front
   */
  #measure(all, front) {
    if (all.some(({ here, answered }) => here && answered)) this.#converse();
    // It needs no figures: where they can't be had, the next change of a call tries again.
    this.#conversation?.then(({ quality }) => quality.follow(all, front)).catch(() => {});
  }

  #converse() {
    this.#conversation ??= this.#fetchConversation().catch((error) => {
      this.#conversation = null;
      throw error;
    });
    return this.#conversation;
  }

  async #fetchConversation() {
    const { conversation } = await import(pageConfig().urls.conversation);
    return conversation(
      this.#card,
      {
        figures: (/** @type {string} */ call) => this.#sound.stats(call),
        send: (/** @type {string} */ call, /** @type {unknown} */ samples) =>
          this.#line.send("quality", { call, samples }),
      },
      (/** @type {string} */ number, /** @type {boolean} */ isAskedFirst) => this.errands.sendOn(number, isAskedFirst),
    );
  }

  /** @param {CallCard} card */
  #end(card) {
    const wasShown = !this.#calls.front || this.#calls.front.call === card.call;
    this.#calls.end(card.call);
    this.#conversation?.then(
      ({ quality }) => quality.end(card.call),
      () => {},
    );
    this.#sound.leave(card.call);
    this.errands.releaseMicrophone();
    if (isMissed(card)) document.dispatchEvent(new CustomEvent("lampfield:missed", { detail: {} }));
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
    if (isNews && own) toast(word("parked_in", { slot: own.slot, name: partyName(own) }));
  }
}

/** @param {CallCard} card */
function isCarried({ here, state }) {
  return here && state !== "ringing" && state !== "ended";
}

/** Do Not Disturb means no ringing, whatever rules an operator gave that status; what one dials oneself still sounds. */
function isQuiet() {
  return ownStatus() === "dnd";
}

/** As the server counts them. @param {CallCard} card */
function isMissed({ role, answered, end_reason, via }) {
  return role === "callee" && !answered && !via && (end_reason === "no_answer" || end_reason === "cancelled");
}

/**
 * @param {CallCard | null} front
 * @param {CallCard[]} all
 */
function toneOf(front, all) {
  const isRinging = all.some(({ state }) => state === "ringing");
  if (isRinging && !isQuiet()) return all.some(isCarried) ? "knock" : "ring";
  if (front?.by) return null; // the desk phone has its own
  if (front && isBeingRung(front)) return "ringback";
  if (front?.state !== "ended" || front.role === "callee" || isPlainEnd(front)) return null;
  return front.end_reason === "busy" || front.end_reason === "declined" ? "busy" : "unobtainable";
}
