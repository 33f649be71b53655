// How this window's calls sound, measured and shown.

import { QualityView } from "./quality_view.js";
import { QualityWatch } from "./quality_watch.js";

/** @typedef {import("./line.js").CallCard} CallCard */

export class CallQuality {
  /** @type {QualityWatch} */ #watch;
  /** @type {QualityView} */ #view;
  /** The call whose sound is shown; empty: none. */
  #shown = "";

  /**
   * @param {HTMLElement} card
   * @param {Omit<import("./quality_watch.js").QualityParts, "onSample">} parts
   */
  constructor(card, parts) {
    this.#view = new QualityView(card);
    this.#watch = new QualityWatch({ ...parts, onSample: (call) => call === this.#shown && this.#paint() });
  }

  /**
   * @param {CallCard[]} all
   * @param {CallCard | null} front
   */
  follow(all, front) {
    this.#watch.follow(all);
    this.#shown = front?.state === "talking" && front.here ? front.call : "";
    this.#paint();
  }

  /** @param {string} call */
  end(call) {
    this.#watch.end(call);
  }

  #paint() {
    this.#view.paint(this.#watch.recent(this.#shown));
  }
}
