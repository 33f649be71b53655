// Measures the sound of this window's calls every two seconds, and reports it to the server now and then.

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./media_figures.js").MediaFigures} MediaFigures */
/** @typedef {import("./quality.js").QualitySample} QualitySample */
/** @typedef {{ before: MediaFigures | null, isExpected: boolean, recent: QualitySample[], unsent: QualitySample[] }} Measured */

const MEASURE_EVERY_MS = 2000;
const REPORT_LENGTH = 15;
/** What the server takes at once; while the socket is away the oldest are let go. */
const UNSENT_MAX = 32;
const RECENT_MAX = 60;

/**
 * @typedef {object} QualityParts
 * @property {(call: string) => Promise<MediaFigures | null>} figures
 * @property {(call: string, samples: (number | null)[][]) => boolean} send
 * @property {(call: string) => unknown} onSample
 */

export class QualityWatch {
  /** @type {QualityParts} */ #parts;
  /** @type {Map<string, Measured>} */ #calls = new Map();

  /** @param {QualityParts} parts */
  constructor(parts) {
    this.#parts = parts;
    setInterval(() => this.#measureAll(), MEASURE_EVERY_MS);
  }

  /** @param {CallCard[]} cards */
  follow(cards) {
    for (const { call, here, state, held, voicemail, answered } of cards) {
      if (!here || !answered || voicemail) continue;
      const isExpected = state === "talking" && !held;
      const measured = this.#calls.get(call);
      if (measured) measured.isExpected = isExpected;
      else this.#calls.set(call, { before: null, isExpected, recent: [], unsent: [] });
    }
  }

  /** What was measured last, the newest at the end. @param {string} call */
  recent(call) {
    return this.#calls.get(call)?.recent ?? [];
  }

  /** @param {string} call */
  end(call) {
    const measured = this.#calls.get(call);
    this.#calls.delete(call);
    if (measured) this.#report(call, measured);
  }

  #measureAll() {
    for (const [call, measured] of this.#calls) this.#measure(call, measured);
  }

  /**
   * @param {string} call
   * @param {Measured} measured
   */
  async #measure(call, measured) {
    const now = await this.#parts.figures(call);
    const { before } = measured;
    measured.before = now;
    const sample = now && before && measured.isExpected ? difference(before, now) : null;
    if (!sample) return;
    keep(measured.recent, sample, RECENT_MAX);
    keep(measured.unsent, sample, UNSENT_MAX);
    if (measured.unsent.length >= REPORT_LENGTH) this.#report(call, measured);
    this.#parts.onSample(call);
  }

  /**
   * @param {string} call
   * @param {Measured} measured
   */
  #report(call, measured) {
    const samples = measured.unsent.map(({ lossPercent, jitterMs, roundTripMs }) => [
      tenth(lossPercent),
      tenth(jitterMs),
      roundTripMs === null ? null : tenth(roundTripMs),
    ]);
    if (samples.length && this.#parts.send(call, samples)) measured.unsent = [];
  }
}

/**
 * Of one connection; null where another one has begun, or nothing was ever sent.
 * @param {MediaFigures} before
 * @param {MediaFigures} now
 * @returns {QualitySample | null}
 */
function difference(before, now) {
  const received = now.packetsReceived - before.packetsReceived;
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  if (received < 0 || !now.packetsReceived) return null;
  return {
    // Nothing at all, while the other side is to be heard, is the worst of all losses.
    lossPercent: received + lost ? (100 * lost) / (received + lost) : 100,
    jitterMs: now.jitter * 1000,
    roundTripMs: now.roundTrip === null ? null : now.roundTrip * 1000,
  };
}

/**
 * @param {QualitySample[]} samples
 * @param {QualitySample} sample
 * @param {number} most
 */
function keep(samples, sample, most) {
  samples.push(sample);
  if (samples.length > most) samples.shift();
}

/** @param {number} figure */
function tenth(figure) {
  return Math.round(figure * 10) / 10;
}
