// How the call in front sounds: a word with its sign on the card, the figures and their course when it is unfolded.

import { formatDuration } from "../times.js";
import { language, word } from "../words.js";
import { grade, rating } from "./quality.js";

/** @typedef {import("./quality.js").QualitySample} QualitySample */

const SAMPLE_SECONDS = 2;
/** The word speaks of the last few seconds: it should not flicker. */
const LATELY = 3;
/** The graph shows ratings from here to there; its box is 100 wide. */
const [RATING_LOW, RATING_HIGH, HEIGHT] = [30, 95, 40];

export class QualityView {
  /** @type {HTMLElement} */ #card;

  /** @param {HTMLElement} card */
  constructor(card) {
    this.#card = card;
  }

  /** @param {QualitySample[]} samples of the call in front; none: there is nothing to say yet */
  paint(samples) {
    const button = /** @type {HTMLElement | null} */ (this.#card.querySelector('[data-call-action="quality"]'));
    const last = samples.at(-1);
    if (!button) return;
    button.hidden = !last;
    if (!last) return;
    const rated = samples.map(rating);
    const lately = rated.slice(-LATELY);
    const now = grade(lately.reduce((sum, each) => sum + each, 0) / lately.length);
    const label = word(`quality_${now}`);
    button.dataset.quality = now;
    button.setAttribute("aria-label", word("quality_title", { grade: label }));
    this.#text("quality", label);
    this.#text("quality-figures", figureWords(last));
    this.#paintGraph(rated, label);
  }

  /**
   * @param {number[]} rated
   * @param {string} now
   */
  #paintGraph(rated, now) {
    const graph = this.#card.querySelector('[data-role="quality-graph"]');
    const time = formatDuration(rated.length * SAMPLE_SECONDS);
    const worst = word(`quality_${grade(Math.min(...rated))}`);
    graph?.setAttribute("aria-label", word("quality_graph", { time, grade: now, worst }));
    graph?.querySelector("polyline")?.setAttribute("points", points(rated));
  }

  /**
   * @param {string} role
   * @param {string} text
   */
  #text(role, text) {
    const place = this.#card.querySelector(`[data-role="${role}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

/** @param {QualitySample} sample */
function figureWords({ lossPercent, jitterMs, roundTripMs }) {
  const figures = {
    loss: lossPercent.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    jitter: Math.round(jitterMs),
    round_trip: Math.round(roundTripMs ?? 0),
  };
  return word(roundTripMs === null ? "quality_figures_one_way" : "quality_figures", figures);
}

/** @param {number[]} rated */
function points(rated) {
  const line = rated.length > 1 ? rated : [...rated, ...rated];
  return line
    .map((each, at) => {
      const shown = Math.min(RATING_HIGH, Math.max(RATING_LOW, each));
      const y = (HEIGHT * (RATING_HIGH - shown)) / (RATING_HIGH - RATING_LOW);
      return `${((100 * at) / (line.length - 1)).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
