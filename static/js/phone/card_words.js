// What the call card says, in words, of a call as it stands.

import { word } from "../words.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").Party} Party */

/** Ends that nobody has to read: the card goes by itself. */
const PLAIN_ENDS = new Set(["completed", "voicemail_left", "voicemail_limit", "answered_elsewhere"]);
/** Ends that calling again would not change. */
const FINAL_ENDS = new Set(["unknown_number", "refused_own_number", "refused_bad_number"]);
/** Ends in a callee's window that are not a missed call. */
const CALLEE_ENDS = new Set(["completed", "lost", "failed", "answered_elsewhere"]);

/** @param {Party} party */
export function partyName({ name, number }) {
  return name || number;
}

/** @param {CallCard} card */
export function isPlainEnd({ end_reason, role }) {
  return !end_reason || PLAIN_ENDS.has(end_reason) || end_reason === (role === "caller" ? "cancelled" : "declined");
}

/** @param {CallCard} card */
export function isBeingRung({ state, steps }) {
  return state === "dialling" && steps.at(-1)?.decision === "ring";
}

/** @param {number} seconds */
export function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Whether to offer it, beside the reason why this call came to nothing. @param {CallCard} card */
export function canCallAgain(card) {
  return !isPlainEnd(card) && !FINAL_ENDS.has(card.end_reason ?? "") && card.origin === "internal";
}

/**
 * @param {CallCard} card
 * @param {string} media how far the sound between the browsers is
 * @param {string} stage how far the message to a voicemail is
 */
export function stateWords(card, media, stage) {
  switch (card.state) {
    case "dialling":
      return word(isBeingRung(card) ? "call_rings" : "call_dialling");
    case "ringing":
      return word("call_incoming");
    case "talking":
      if (card.voicemail) return word(`call_${stage || "dialling"}`, { name: partyName(card.voicemail.box) });
      return word(media === "connected" ? "call_talking" : `call_${media}`);
    case "on_hold":
      return word("call_on_hold");
    default:
      return endWords(card);
  }
}

/** A step that led the call elsewhere. @param {import("./line.js").TrailStep} step */
export function stepWords(step) {
  const why = word(`why_${step.reason}`, { name: partyName(step) });
  const to = step.destination_name || step.destination_value;
  return word(step.decision === "forward" ? "step_forward" : "step_voicemail", { why, to });
}

/** Why the call is over, with the name of whom the reason speaks of. @param {CallCard} card */
function endWords({ role, end_reason, about, other }) {
  const reason = end_reason ?? "completed";
  const name = partyName(about ?? other);
  if (/^(mic|refused)_/.test(reason)) return word(reason, { name });
  if (role === "caller" || CALLEE_ENDS.has(reason)) return word(`why_${reason}`, { name });
  return word(reason === "declined" ? "callee_declined" : "callee_missed");
}

/** What a screen reader hears of one's own call. @param {CallCard} card */
export function spokenWords(card) {
  const { name, number } = card.other;
  const params = { name: name || number, number: name ? number : "" };
  if (card.state === "ringing") return word("say_incoming", params);
  if (card.state === "dialling") return word("say_calling", params);
  if (card.state === "talking") return card.voicemail ? "" : word("say_talking", params);
  return card.state === "ended" ? endWords(card) : word("call_on_hold");
}
