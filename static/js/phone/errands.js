// What the person asks of the calls: each becomes a message to the server, whose card says what became of it.

import { word } from "../words.js";
import { partyName } from "./card_words.js";
import { chosen } from "./devices.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {{ type: "dial" | "pick_up" | "fetch", name: string, isSent: boolean, problem?: string }} Asked */

/**
 * @typedef {object} ErrandParts
 * @property {import("./line.js").PhoneLine} line
 * @property {import("./card.js").CallCardView} view
 * @property {import("./live_calls.js").LiveCalls} calls
 * @property {import("./sound.js").CallSound} sound
 * @property {import("./tones.js").Tones} tones
 * @property {import("./notify.js").CallNotice} notice
 */

export class CallErrands {
  /** @type {ErrandParts} */ #parts;
  /** The call that was asked for, until the server answers with a card. @type {Asked | null} */ #asked = null;
  /** Whom the call in front is being sent on to. */
  #sentTo = "";
  /** Hung up while the socket was away; said as soon as it is back. @type {Set<string>} */ #owed = new Set();
  /** @type {(card: CallCard) => void} */ #onOwed;

  /**
   * @param {ErrandParts} parts
   * @param {(card: CallCard) => void} onOwed a call that is over for this window, though the server cannot be told yet
   */
  constructor(parts, onOwed) {
    this.#parts = parts;
    this.#onOwed = onOwed;
  }

  get isOwing() {
    return this.#owed.size > 0;
  }

  /** @param {string} number or a code, as it was typed */
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
    const { calls, line, sound } = this.#parts;
    if (sound.isAsking || this.#asked) return;
    /** @type {Asked} */ const asked = { type, name, isSent: false };
    this.#asked = asked;
    if (!(await line.whenReady())) return this.#refuse("refused_no_connection");
    const isNumber = type === "dial" && !name.startsWith("*"); // a code needs this window
    const live = calls.all.find(({ state }) => state !== "ringing");
    // Where this person's other call has its sound, else as chosen; a phone that is switched off leaves it to us.
    const isElsewhere = isNumber && (live ? live.by : chosen("begin"));
    const problem = isElsewhere ? "" : await this.#takeMicrophone();
    if (problem && !isNumber) return this.#refuse(problem);
    // Who cannot speak here may still have a desk phone; where there is none, they are told what is wrong here.
    asked.problem = problem;
    asked.isSent = line.send(type, { ...fields, by: isElsewhere ? "desk_phone_first" : problem && "desk_phone" });
    if (!asked.isSent) this.#refuse("refused_no_connection");
  }

  /** A card of a call that this window carries: what was asked for has come about. */
  met() {
    this.#asked = null;
  }

  /** A code that makes no call. @param {string} page that has what was asked for; empty: every page has */
  done(page) {
    this.#asked = null;
    this.releaseMicrophone();
    if (page === "voicemail") document.querySelector('.rail [data-role="unheard"]')?.closest("a")?.click();
  }

  /** The socket is back, and there is no such call: it was lost on the way. */
  missed() {
    if (this.#asked?.isSent) this.#refuse("refused_no_connection");
  }

  payDebts() {
    for (const call of this.#owed) this.#parts.line.send("hang_up", { call });
    this.#owed.clear();
  }

  /** Answering holds the call that is on. @param {string} [call] the one in front if none is named */
  async answer(call) {
    const { calls, view, sound } = this.#parts;
    const card = calls.get(call);
    if (card?.state !== "ringing" || sound.isAsking) return;
    const problem = await this.#takeMicrophone();
    if (calls.get(card.call)?.state !== "ringing") return this.releaseMicrophone();
    // Without a microphone the phone rings on: another window may answer, or the person allows it.
    if (problem) return view.notice(word(problem));
    this.#say("answer", card);
  }

  /** @param {string} [call] */
  decline(call) {
    const card = this.#parts.calls.get(call);
    if (card?.state === "ringing") this.#say("decline", card);
  }

  /** @param {string} [call] */
  async hangUp(call) {
    const { calls, line, sound } = this.#parts;
    const card = calls.get(call);
    if (!card) return;
    if (card.voicemail) await sound.finishMessage();
    if (line.send("hang_up", { call: card.call })) return;
    this.#owed.add(card.call);
    this.#onOwed({ ...card, state: "ended", end_reason: card.answered ? "completed" : "cancelled" });
  }

  toggleMute() {
    this.#parts.sound.toggleMute();
  }

  toggleHold() {
    const card = this.#parts.calls.front;
    if (card) this.#say(card.state === "on_hold" ? "resume" : "hold", card);
  }

  /** Back to a call on hold: the one that is on is held, one that only rings is given up. @param {string} call */
  swap(call) {
    const { calls } = this.#parts;
    const card = calls.get(call);
    if (!card) return;
    if (calls.front?.state === "dialling") this.#say("hang_up", calls.front);
    this.#say("resume", card);
  }

  park() {
    const { front } = this.#parts.calls;
    if (front) this.#say("park", front);
  }

  /** Connects the parties of two calls, and leaves both. @param {string} held */
  join(held) {
    const { calls } = this.#parts;
    const card = calls.get(held);
    if (card) this.#say("join", card, { other: calls.front?.call });
  }

  /**
   * @param {string} number
   * @param {boolean} isAskedFirst
   */
  sendOn(number, isAskedFirst) {
    const { front } = this.#parts.calls;
    this.#sentTo = number;
    if (isAskedFirst) this.dial(number);
    else if (front) this.#say("transfer", front, { number });
  }

  /** @param {string} key */
  press(key) {
    const { calls, sound, tones } = this.#parts;
    tones.key(key);
    if (calls.front?.menu) this.#say("key", calls.front, { key });
    else sound.press(key);
  }

  /**
   * @param {string} type
   * @param {CallCard} card
   * @param {Record<string, unknown>} [fields]
   */
  #say(type, card, fields = {}) {
    const { line, view } = this.#parts;
    if (!line.send(type, { call: card.call, ...fields })) view.notice(word("refused_no_connection"));
  }

  /**
   * The server did not do it.
   * @param {string} what
   * @param {string} code
   */
  refused(what, code) {
    const { front } = this.#parts.calls;
    if (what === this.#asked?.type) return this.#refuse(this.#asked.problem || `refused_${code}`);
    if (what === "answer") this.releaseMicrophone();
    if (!front || ["signal", "chunk", "quality"].includes(what)) return;
    const name = what === "transfer" ? this.#sentTo : partyName(front.other);
    this.#parts.view.notice(word(`refused_${code}`, { name }));
  }

  /** A call that did not come about: the card says why and what to do. @param {string} reason */
  #refuse(reason) {
    const { calls, view } = this.#parts;
    const number = this.#asked?.name ?? "";
    this.#asked = null;
    this.releaseMicrophone();
    if (calls.front) view.notice(word(reason, { name: number }));
    else view.show(neverMade(number, reason));
  }

  /** @returns {Promise<string>} the words' key of what is wrong */
  async #takeMicrophone() {
    const { sound, notice } = this.#parts;
    const problem = await sound.takeMicrophone();
    if (!problem) notice.askOnce();
    return problem;
  }

  /** Nobody listens when there is no call. */
  releaseMicrophone() {
    const { calls, sound } = this.#parts;
    if (!this.#asked && !sound.isAsking && !calls.all.some(({ here }) => here)) sound.releaseMicrophone();
  }
}

/**
 * @param {string} number
 * @param {string} reason
 * @returns {CallCard}
 */
function neverMade(number, reason) {
  return {
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
  };
}
