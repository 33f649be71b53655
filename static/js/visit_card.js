// A visitor's call card: what is happening, and the keys that work now. Paints, decides nothing.

import { clockTime, talkTime } from "./phone/card_words.js";
import { word } from "./words.js";

/** @typedef {import("./phone/line.js").CallCard} CallCard */

const SPEAK_PAUSE_MS = 2000;

export class VisitCard {
  /** @type {HTMLElement} */ #root;
  /** @type {CallCard | null} */ #shown = null;
  #media = "connecting";
  #stage = "";
  /** When the recording is over, in ms. */
  #deadline = 0;
  /** The keys that are offered, so that they are drawn anew only where they change. */
  #offered = "";
  #pressed = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #speaking;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    setInterval(() => this.#tick(), 1000);
  }

  /** The sound of the other side. @param {MediaStream | null} sound */
  play(sound) {
    const audio = this.#root.querySelector("audio");
    if (!audio || audio.srcObject === sound) return;
    audio.srcObject = sound;
    if (!sound) return;
    audio.play().catch(() => audio.srcObject === sound && this.askForClick(() => audio.play()));
  }

  /** The browser wants a click before it makes a sound. @param {() => Promise<void>} play */
  askForClick(play) {
    this.notice(word("sound_blocked"));
    document.addEventListener("pointerdown", () => play().then(() => this.notice("")), { once: true });
  }

  /** @param {CallCard} card */
  show(card) {
    if (card.call !== this.#shown?.call) {
      this.#media = "connecting";
      this.#stage = "";
      this.notice("");
      this.setMuted(false);
    }
    const isNew = this.#root.hidden;
    if (card.menu?.turn !== this.#shown?.menu?.turn) this.#pressed = "";
    this.#shown = card;
    this.#root.hidden = false;
    this.#paint();
    if (isNew) this.#role("state")?.focus();
  }

  hide() {
    this.#root.hidden = true;
    this.#shown = null;
  }

  /** @param {string} text something the visitor should know or do; empty: nothing more */
  notice(text) {
    this.#text("notice", text);
  }

  /**
   * @param {string} _call
   * @param {string} state
   */
  setMedia(_call, state) {
    this.#media = state;
    this.#paint();
  }

  /**
   * @param {string} stage
   * @param {number} maxSeconds
   */
  setStage(stage, maxSeconds) {
    this.#stage = stage;
    this.#deadline = Date.now() + maxSeconds * 1000;
    this.#paint();
  }

  /** @param {boolean} isMuted */
  setMuted(isMuted) {
    const button = this.#button("mute");
    button?.setAttribute("aria-pressed", String(isMuted));
    const label = button?.querySelector("span");
    if (label) label.textContent = word(isMuted ? "call_unmute" : "call_mute");
  }

  /** @param {string} key */
  setPressed(key) {
    this.#pressed = key;
    this.#paint();
  }

  toggleKeypad() {
    const pad = this.#role("keypad");
    if (!pad) return;
    pad.hidden = !pad.hidden;
    this.#button("keypad")?.setAttribute("aria-expanded", String(!pad.hidden));
    if (!pad.hidden) pad.querySelector("button")?.focus();
  }

  #paint() {
    const card = this.#shown;
    if (!card) return;
    const { dataset } = this.#root;
    dataset.callState = card.state;
    dataset.call = card.call;
    setData(dataset, "endReason", card.state === "ended" ? (card.end_reason ?? "") : "");
    setData(dataset, "voicemailStage", card.state === "talking" && card.voicemail ? this.#stage : "");
    setData(dataset, "media", card.state === "talking" && !card.voicemail ? this.#media : "");
    const state = this.#stateWords(card);
    const waiting = this.#waitingWords(card);
    this.#text("state", state);
    this.#text("waiting", waiting);
    this.#paintMenu(card);
    this.#paintButtons(card);
    this.#tick();
    this.#speak([state, waiting].filter(Boolean).join(" "));
  }

  /** @param {CallCard} card */
  #stateWords({ state, voicemail, held, parked, end_reason, other }) {
    if (state === "ended") return word(`why_${end_reason ?? "completed"}`, { name: other.name || other.number });
    if (held || parked) return word("visit_held");
    if (state !== "talking") return word("call_dialling");
    if (voicemail) return word(`call_${this.#stage || "dialling"}`);
    return word(this.#media === "connected" ? "call_talking" : `call_${this.#media}`);
  }

  /** @param {CallCard} card */
  #waitingWords({ state, waiting, menu }) {
    if (state === "ended") return "";
    if (waiting) return word("visit_place", { place: waiting.place });
    if (!menu) return "";
    if (!menu.open) return word("visit_closed");
    if (this.#pressed) return word("visit_chosen", { key: this.#pressed });
    return word(menu.was_wrong ? "visit_wrong_key" : "visit_choose");
  }

  /** The receptionist's choices. @param {CallCard} card */
  #paintMenu({ state, menu }) {
    const keys = state !== "ended" && menu?.open ? menu.keys : [];
    const offered = JSON.stringify(keys);
    if (offered === this.#offered) return;
    this.#offered = offered;
    const place = this.#role("menu");
    if (!place) return;
    place.hidden = !keys.length;
    place.replaceChildren(...keys.map(menuButton));
  }

  /** @param {CallCard} card */
  #paintButtons(card) {
    const isOver = card.state === "ended";
    const isTalking = card.state === "talking" && !card.voicemail;
    const label = this.#button("hang-up")?.querySelector("span");
    if (label) label.textContent = word(card.state === "dialling" ? "call_cancel" : "call_hang_up");
    const hadFocus = this.#root.contains(document.activeElement);
    this.#showButton("mute", isTalking);
    this.#showButton("keypad", isTalking || Boolean(card.menu?.open));
    this.#showButton("hang-up", !isOver);
    this.#showButton("dismiss", isOver);
    const pad = this.#role("keypad");
    if (pad && this.#button("keypad")?.hidden) {
      pad.hidden = true;
      this.#button("keypad")?.setAttribute("aria-expanded", "false");
    }
    // A button that goes must not take the keyboard's place in the page with it.
    const active = document.activeElement;
    if (hadFocus && (!this.#root.contains(active) || active?.closest("[hidden]")))
      /** @type {HTMLElement | null} */ (this.#root.querySelector("button:not([hidden], [hidden] *)"))?.focus();
  }

  #tick() {
    const card = this.#shown;
    if (card?.state !== "talking") return this.#text("timer", "");
    if (!card.voicemail) return this.#text("timer", talkTime(card));
    const left = clockTime((this.#deadline - Date.now()) / 1000);
    this.#text("timer", this.#stage === "recording" ? word("call_time_left", { time: left }) : "");
  }

  /** The newest sentence, at most one in a while. @param {string} sentence */
  #speak(sentence) {
    const place = document.getElementById("call-announcement");
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => {
      if (place && place.textContent !== sentence) place.textContent = sentence;
    }, SPEAK_PAUSE_MS / 4);
  }

  /** @param {string} role */
  #role(role) {
    return /** @type {HTMLElement | null} */ (this.#root.querySelector(`[data-role="${role}"]`));
  }

  /** @param {string} action */
  #button(action) {
    return /** @type {HTMLButtonElement | null} */ (this.#root.querySelector(`[data-call-action="${action}"]`));
  }

  /**
   * @param {string} action
   * @param {boolean} isShown
   */
  #showButton(action, isShown) {
    const button = this.#button(action);
    if (button) button.hidden = !isShown;
  }

  /**
   * @param {string} role
   * @param {string} text
   */
  #text(role, text) {
    const place = this.#role(role);
    if (!place) return;
    if (place.textContent !== text) place.textContent = text;
    place.hidden = !text;
  }
}

/** @param {{ key: string, words: string }} choice */
function menuButton({ key, words }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.dataset.callAction = "key";
  button.dataset.key = key;
  const figure = document.createElement("span");
  figure.className = "number";
  figure.textContent = key;
  button.append(figure, words);
  return button;
}

/**
 * @param {DOMStringMap} dataset
 * @param {string} key
 * @param {string} value
 */
function setData(dataset, key, value) {
  if (value) dataset[key] = value;
  else delete dataset[key];
}
