// The call card: who, what is happening, since when, and the buttons that work now. Paints, decides nothing.

import { word } from "../words.js";
import { Announcer } from "./announcer.js";
import { buttonsOf, joinable } from "./buttons.js";
import { clockTime, contextWords, isPlainEnd, spokenWords, stateWords, stepWords, talkTime } from "./card_words.js";
import { CallLines } from "./lines.js";
import { MenuKeys } from "./menu.js";

/** @typedef {import("./line.js").CallCard} CallCard */

const GOES_AFTER_MS = 6000;

export class CallCardView {
  /** @type {HTMLElement} */ #card;
  /** @type {CallLines} */ #lines;
  /** @type {MenuKeys} */ #menu;
  #announcer = new Announcer();
  /** @type {CallCard | null} */ #shown = null;
  /** @type {CallCard[]} */ #others = [];
  /** How far the sound of each call is. @type {Map<string, string>} */ #media = new Map();
  #stage = "";
  /** When the recording is over, in ms. */
  #deadline = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #going;
  /** @type {Element | null} */ #focusBefore = null;

  /** @param {HTMLElement} card */
  constructor(card) {
    this.#card = card;
    this.#lines = new CallLines(card);
    this.#menu = new MenuKeys(card);
    setInterval(() => this.#tick(), 1000);
    card.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget instanceof Element && !card.contains(relatedTarget)) this.#focusBefore = relatedTarget;
    });
  }

  /** The sound of the other side. @param {MediaStream | null} sound */
  play(sound) {
    const audio = this.#card.querySelector("audio");
    if (!audio || audio.srcObject === sound) return;
    audio.srcObject = sound;
    if (!sound) return;
    audio.play().catch(() => {
      if (audio.srcObject === sound) this.askForClick(() => audio.play());
    });
  }

  /** The browser holds a sound back until somebody clicks. @param {() => Promise<void>} play */
  askForClick(play) {
    this.notice(word("sound_blocked"));
    const again = () => play().then(() => this.notice(""));
    document.addEventListener("pointerdown", () => again().catch(() => {}), { once: true });
  }

  /**
   * @param {CallCard} card
   * @param {CallCard[]} [others] the other calls that live
   */
  show(card, others = []) {
    if (card.call !== this.#shown?.call || !card.call) {
      this.#stage = "";
      this.notice("");
    }
    if (card.state === "ended") this.notice("");
    if (card.state === "ended") this.#media.delete(card.call);
    this.#shown = card;
    this.#others = others;
    this.#card.hidden = false;
    this.#paint(card);
    this.#announcer.say(spokenWords(card));
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

  /**
   * @param {string} call
   * @param {"connecting" | "connected" | "reconnecting"} state
   */
  setMedia(call, state) {
    this.#media.set(call, state);
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
    this.#announcer.say(this.#card.querySelector('[data-role="state"]')?.textContent ?? "");
  }

  /**
   * @param {boolean} isMuted
   * @param {boolean} [isNews] somebody has just done it, perhaps by a key and away from the button
   */
  setMuted(isMuted, isNews = false) {
    this.#press("mute", isMuted, isMuted ? "call_unmute" : "call_mute");
    if (isNews) this.#announcer.say(word(isMuted ? "say_muted" : "say_unmuted"));
  }

  /** @param {CallCard} card */
  #paint(card) {
    const hadFocus = this.#card.contains(document.activeElement);
    const media = card.by || (this.#media.get(card.call) ?? "connecting");
    const { dataset } = this.#card;
    dataset.callState = card.state;
    dataset.call = card.call;
    setData(dataset, "endReason", card.state === "ended" ? (card.end_reason ?? "") : "");
    setData(dataset, "voicemailStage", card.state === "talking" && card.voicemail ? this.#stage : "");
    setData(dataset, "media", ["talking", "on_hold"].includes(card.state) && !card.voicemail ? media : "");
    setData(dataset, "held", card.held ? "true" : "");
    this.#paintWords(card, media);
    this.#paintSteps(card);
    this.#paintButtons(card);
    this.#menu.paint(card);
    this.#lines.paint(this.#others, card);
    this.#tick();
    if (hadFocus) this.#keepFocus();
  }

  /**
   * @param {CallCard} card
   * @param {string} media
   */
  #paintWords(card, media) {
    const { name, number } = card.other;
    this.#text("name", name || number);
    this.#text("number", name ? number : "");
    this.#text("origin", card.origin === "external" ? word("call_external") : "");
    this.#text("context", contextWords(card));
    this.#text("state", stateWords(card, media, this.#stage));
    const face = /** @type {HTMLImageElement | null} */ (this.#card.querySelector('[data-role="face"]'));
    if (face) face.hidden = !card.picture;
    if (face && card.picture && face.getAttribute("src") !== card.picture) face.src = card.picture;
    const doubt = this.#card.querySelector('[data-role="unverified"]');
    if (doubt instanceof HTMLElement) doubt.hidden = !card.unverified;
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
    const shown = buttonsOf(card, this.#others);
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (
      this.#card.querySelectorAll('[data-role="buttons"] > [data-call-action]')
    ))
      button.hidden = !shown.has(button.dataset.callAction ?? "");
    const call = this.#button("call");
    if (call) {
      call.dataset.number = card.other.number;
      call.textContent = word(card.role === "caller" ? "call_again" : "call_back");
    }
    this.#press("hold", card.state === "on_hold", card.state === "on_hold" ? "call_resume" : "call_hold");
    const hangUp = this.#button("hang-up")?.querySelector("span");
    if (hangUp) hangUp.textContent = word(card.state === "dialling" ? "call_cancel" : "call_hang_up");
    const held = joinable(card, this.#others);
    this.#button("join")?.setAttribute("data-with", held?.call ?? "");
  }

  /** A button that goes must not take the keyboard's place in the page with it. */
  #keepFocus() {
    const focused = document.activeElement;
    if (this.#card.contains(focused) && !focused?.closest("[hidden]")) return;
    const next = this.#card.querySelector("button:not([hidden], [hidden] *)");
    if (next instanceof HTMLElement) next.focus();
  }

  #tick() {
    const card = this.#shown;
    if (!card || this.#card.hidden) return;
    this.#lines.tick(this.#others);
    if (!card.voicemail) return this.#text("timer", talkTime(card));
    const left = clockTime((this.#deadline - Date.now()) / 1000);
    this.#text("timer", this.#stage === "recording" ? word("call_time_left", { time: left }) : "");
  }

  /**
   * @param {string} action
   * @param {boolean} isPressed
   * @param {string} key
   */
  #press(action, isPressed, key) {
    const button = this.#button(action);
    const label = button?.querySelector("span");
    button?.setAttribute("aria-pressed", String(isPressed));
    if (label) label.textContent = word(key);
    if (button) button.title = word(key);
  }

  /** @param {string} action */
  #button(action) {
    return /** @type {HTMLButtonElement | null} */ (this.#card.querySelector(`[data-call-action="${action}"]`));
  }

  /**
   * @param {string} role
   * @param {string} text
   */
  #text(role, text) {
    const place = /** @type {HTMLElement | null} */ (this.#card.querySelector(`[data-role="${role}"]`));
    if (!place) return;
    if (place.textContent !== text) place.textContent = text;
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
