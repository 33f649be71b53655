// How good a call sounds, from what the network did to it; the same sums as presence/domain/call_quality.py, which says why.

const R_BEST = 93.2;
const PACKET_MS = 20;
const DELAY_KNEE_MS = 177.3;
const LOSS_IMPAIRMENT_MAX = 95;
const LOSS_ROBUSTNESS = 25.1;
const GOOD_FROM = 80;
const FAIR_FROM = 60;

/** @typedef {{ lossPercent: number, jitterMs: number, roundTripMs: number | null }} QualitySample what arrived in about 2 s */
/** @typedef {"good" | "fair" | "poor"} Grade */

/**
 * R of the E-model: 93 is as good as it gets.
 * @param {QualitySample} sample
 */
export function rating({ lossPercent, jitterMs, roundTripMs }) {
  const delay = (roundTripMs ?? 0) / 2 + 2 * jitterMs + PACKET_MS;
  const ofDelay = 0.024 * delay + 0.11 * Math.max(0, delay - DELAY_KNEE_MS);
  const ofLoss = (LOSS_IMPAIRMENT_MAX * lossPercent) / (lossPercent + LOSS_ROBUSTNESS);
  return Math.max(0, R_BEST - ofDelay - ofLoss);
}

/**
 * @param {number} rated
 * @returns {Grade}
 */
export function grade(rated) {
  if (rated >= GOOD_FROM) return "good";
  return rated >= FAIR_FROM ? "fair" : "poor";
}
