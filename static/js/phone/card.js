// The call card: who, what is happening, since when, and the buttons that work now. Paints, decides nothing.

import { word } from "../words.js";
import { canCallAgain, clockTime, isPlainEnd, spokenWords, stateWords, stepWords } from "./card_words.js";

/** @typedef {import("./line.js").CallCard} CallCard */

const GOES_AFTER_MS = 6000;
const SPEAK_PAUSE_MS = 2000;
export class CallCardView {
  /** @type {HTMLElement} */ #card;
  /** @type {CallCard | null} */ #shown = null;
  #media = "connecting";
  #stage = "";
  /** When the recording is over, in ms. */
  #deadline = 0;
  #said = "";
  #saidAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #speaking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #going;
  /** @type {Element | null} */ #focusBefore = null;

  /** @param {HTMLElement} card */
  constructor(card) {
    this.#card = card;
    setInterval(() => this.#tick(), 1000);
    card.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget instanceof Element && !card.contains(relatedTarget)) this.#focusBefore = relatedTarget;
    });
  }

  /** The sound of the other side. @param {MediaStream | null} sound */
  play(sound) {
    const audio = this.#card.querySelector("audio");
    if (!audio) return;
    audio.srcObject = sound;
    if (!sound) return;
    audio.play().catch(() => {
      if (audio.srcObject !== sound) return;
      this.notice(word("sound_blocked"));
      document.addEventListener("pointerdown", () => audio.play().then(() => this.notice("")), { once: true });
    });
  }

  /** @param {CallCard} card */
  show(card) {
    if (card.call !== this.#shown?.call || !card.call) {
      this.#stage = "";
      this.#media = "connecting";
      this.notice("");
      this.setMuted(false);
    }
    if (card.state === "ended") this.notice("");
    this.#shown = card;
    this.#card.hidden = false;
    this.#paint(card);
    this.#speak(spokenWords(card));
    clearTimeout(this.#going);
    if (card.state === "ended" && isPlainEnd(card)) this.#going = setTimeout(() => this.hide(), GOES_AFTER_MS);
  }

  hide() {
    clearTimeout(this.#going);
    const hadFocus = this.#card.contains(document.activeElement);
    this.#card.hidden = true;
    this.#shown = null;
    if (!hadFocus) return;
    const back = this.#focusBefore?.isConnected ? this.#focusBefore : document.getElementById("main");
    if (back instanceof HTMLElement) back.focus();
  }

  /** @param {string} text something the person should know or do; empty: nothing more */
  notice(text) {
    this.#text("notice", text);
  }

  /** @param {"connecting" | "connected" | "reconnecting"} state */
  setMedia(state) {
    this.#media = state;
    if (this.#shown) this.#paint(this.#shown);
  }

  /**
   * @param {"greeting" | "recording" | "saving"} stage
   * @param {number} maxSeconds
   */
  setStage(stage, maxSeconds) {
    this.#stage = stage;
    this.#deadline = Date.now() + maxSeconds * 1000;
    if (!this.#shown) return;
    this.#paint(this.#shown);
    this.#speak(this.#card.querySelector('[data-role="state"]')?.textContent ?? "");
  }

  /** @param {boolean} isMuted */
  setMuted(isMuted) {
    const button = this.#button("mute");
    if (!button) return;
    button.setAttribute("aria-pressed", String(isMuted));
    button.setAttribute("aria-label", word(isMuted ? "call_unmute" : "call_mute"));
  }

  /** @param {CallCard} card */
  #paint(card) {
    const { dataset } = this.#card;
    dataset.callState = card.state;
    dataset.call = card.call;
    setData(dataset, "endReason", card.state === "ended" ? (card.end_reason ?? "") : "");
    setData(dataset, "voicemailStage", card.state === "talking" && card.voicemail ? this.#stage : "");
    setData(dataset, "media", card.state === "talking" && !card.voicemail ? this.#media : "");
    const { name, number } = card.other;
    this.#text("name", name || number);
    this.#text("number", name ? number : "");
    this.#text("origin", card.origin === "external" ? word("call_external") : "");
    this.#text("state", stateWords(card, this.#media, this.#stage));
    this.#paintSteps(card);
    this.#paintButtons(card);
    this.#tick();
  }

  /** @param {CallCard} card */
  #paintSteps({ steps }) {
    const list = this.#card.querySelector('[data-role="steps"]');
    list?.replaceChildren(
      ...steps
        .filter(({ decision }) => decision === "forward" || decision === "record_voicemail")
        .map((step) => {
          const item = document.createElement("li");
          item.textContent = stepWords(step);
          return item;
        }),
    );
  }

  /** @param {CallCard} card */
  #paintButtons(card) {
    const isOver = card.state === "ended";
    const isRinging = card.state === "ringing";
    const canCall = isOver && canCallAgain(card);
    const call = this.#button("call");
    if (call) {
      call.dataset.number = card.other.number;
      call.textContent = word(card.role === "caller" ? "call_again" : "call_back");
    }
    const hangUp = this.#button("hang-up")?.querySelector("span");
    if (hangUp) hangUp.textContent = word(card.state === "dialling" ? "call_cancel" : "call_hang_up");
    const hadFocus = this.#card.contains(document.activeElement);
    this.#showButton("answer", isRinging);
    this.#showButton("decline", isRinging);
    this.#showButton("mute", card.state === "talking" && card.here && !card.voicemail);
    this.#showButton("hang-up", !isOver && !isRinging && card.here);
    this.#showButton("call", canCall);
    this.#showButton("dismiss", isOver);
    // A button that goes must not take the keyboard's place in the page with it.
    const isLost =
      hadFocus && (!this.#card.contains(document.activeElement) || document.activeElement?.closest("[hidden]"));
    const next = this.#card.querySelector("button:not([hidden])");
    if (isLost && next instanceof HTMLElement) next.focus();
  }

  #tick() {
    const card = this.#shown;
    if (card?.state !== "talking") return this.#text("timer", "");
    if (!card.voicemail) return this.#text("timer", clockTime(Date.now() / 1000 - (card.answered ?? 0)));
    const left = clockTime((this.#deadline - Date.now()) / 1000);
    this.#text("timer", this.#stage === "recording" ? word("call_time_left", { time: left }) : "");
  }

  /** At most one sentence in 2 s, the newest; the same one only once. @param {string} sentence */
  #speak(sentence) {
    if (!sentence || sentence === this.#said) return;
    this.#said = sentence;
    clearTimeout(this.#speaking);
    const wait = Math.max(0, this.#saidAt + SPEAK_PAUSE_MS - Date.now());
    this.#speaking = setTimeout(() => {
      this.#saidAt = Date.now();
      const place = document.getElementById("call-announcement");
      if (place) place.textContent = sentence;
    }, wait);
  }

  /** @param {string} action */
  #button(action) {
    return /** @type {HTMLButtonElement | null} */ (this.#card.querySelector(`[data-call-action="${action}"]`));
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
    const place = /** @type {HTMLElement | null} */ (this.#card.querySelector(`[data-role="${role}"]`));
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
  }
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
