// The other calls of this window, one line each below the call in front: state, name, time, and what can be done.

import { word } from "../words.js";
import { contextWords, partyName, stateWords, talkTime } from "./card_words.js";

/** @typedef {import("./line.js").CallCard} CallCard */

export class CallLines {
  /** @type {HTMLElement | null} */ #list;
  /** @type {HTMLTemplateElement | null} */ #pattern;
  /** @type {Map<string, HTMLElement>} */ #lines = new Map();

  /** @param {HTMLElement} card */
  constructor(card) {
    this.#list = card.querySelector("#call-lines");
    this.#pattern = card.querySelector("#call-line");
  }

  /**
   * @param {CallCard[]} others
   * @param {CallCard} front
   */
  paint(others, front) {
    for (const [call, line] of this.#lines) {
      if (others.some((card) => card.call === call)) continue;
      line.remove();
      this.#lines.delete(call);
    }
    for (const card of others) this.#paintLine(card, front);
    if (this.#list) this.#list.hidden = !others.length;
  }

  /** @param {CallCard[]} others */
  tick(others) {
    for (const card of others) setText(this.#lines.get(card.call), "line-timer", talkTime(card));
  }

  /**
   * @param {CallCard} card
   * @param {CallCard} front
   */
  #paintLine(card, front) {
    const line = this.#lines.get(card.call) ?? this.#newLine(card.call);
    if (!line) return;
    line.dataset.callState = card.state;
    const name = partyName(card.other);
    setText(line, "line-name", name);
    setText(line, "line-number", card.other.name ? card.other.number : "");
    setText(line, "line-state", [stateWords(card), contextWords(card)].filter(Boolean).join(" · "));
    const isRinging = card.state === "ringing";
    // Whoever is in a call is told that answering holds it.
    const answer = front.state === "talking" ? "line_answer_and_hold" : "line_answer";
    show(line, "answer", isRinging, word(answer, { name, other: partyName(front.other) }));
    show(line, "decline", isRinging, word("line_decline", { name }));
    show(line, "swap", card.state === "on_hold", word("line_back", { name }));
    show(line, "hang-up", !isRinging, word("line_hang_up", { name }));
  }

  /** @param {string} call */
  #newLine(call) {
    const copy = /** @type {DocumentFragment | undefined} */ (this.#pattern?.content.cloneNode(true));
    const line = /** @type {HTMLElement | null | undefined} */ (copy?.firstElementChild);
    if (!line) return undefined;
    line.dataset.call = call;
    this.#list?.append(line);
    this.#lines.set(call, line);
    return line;
  }
}

/**
 * @param {HTMLElement} line
 * @param {string} action
 * @param {boolean} isShown
 * @param {string} label
 */
function show(line, action, isShown, label) {
  const button = /** @type {HTMLElement | null} */ (line.querySelector(`[data-call-action="${action}"]`));
  if (!button) return;
  button.hidden = !isShown;
  button.setAttribute("aria-label", label);
  button.title = label;
}

/**
 * @param {HTMLElement | undefined} line
 * @param {string} role
 * @param {string} text
 */
function setText(line, role, text) {
  const place = line?.querySelector(`[data-role="${role}"]`);
  if (place && place.textContent !== text) place.textContent = text;
}
