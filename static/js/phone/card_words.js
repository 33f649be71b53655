// What the call card says, in words, of a call as it stands.

import { serverNow } from "../server_clock.js";
import { word } from "../words.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").Party} Party */

/** Ends that nobody has to read: the card goes by itself. */
const PLAIN_ENDS = new Set([
  "completed",
  "voicemail_left",
  "voicemail_limit",
  "answered_elsewhere",
  "transferred",
  "parked",
  "picked_up",
]);
/** Ends that calling again would not change. */
const FINAL_ENDS = new Set([
  "unknown_number",
  "outside_not_allowed",
  "outside_minutes_used",
  "refused_own_number",
  "refused_bad_number",
  "refused_not_allowed",
]);
/** What the router did last while somebody's phone rings, here or outside. */
const RINGING_STEPS = new Set(["ring", "dial_out"]);
/** Ends in a callee's window that are not a missed call. */
const CALLEE_ENDS = new Set([
  "completed",
  "lost",
  "failed",
  "answered_elsewhere",
  "transferred",
  "parked",
  "outside_minutes_used",
]);

/** @param {Party} party */
export function partyName({ name, number }) {
  return name || number;
}

/** @param {CallCard} card */
export function isPlainEnd({ end_reason, role }) {
  return !end_reason || PLAIN_ENDS.has(end_reason) || end_reason === (role === "caller" ? "cancelled" : "declined");
}

/** Somebody's phone rings, and the caller has nothing else to hear. @param {CallCard} card */
export function isBeingRung(card) {
  return card.state === "dialling" && RINGING_STEPS.has(card.steps.at(-1)?.decision ?? "") && !isKept(card);
}

/** The caller waits in a queue, at a receptionist, in a parking slot or for their own phone. @param {CallCard} card */
function isKept({ waiting, menu, parked, picking_up }) {
  return Boolean(waiting || menu || parked || picking_up);
}

/** @param {number} seconds */
export function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** How long the two have been connected; nothing before. @param {CallCard} card */
export function talkTime({ state, answered }) {
  return state === "talking" || state === "on_hold" ? clockTime(serverNow() - (answered ?? 0)) : "";
}

/** Whether to offer it, beside the reason why this call came to nothing. @param {CallCard} card */
export function canCallAgain(card) {
  const canBe = card.origin === "internal" && !card.other.number.startsWith("*") && card.other.number;
  return !isPlainEnd(card) && !FINAL_ENDS.has(card.end_reason ?? "") && Boolean(canBe);
}

/**
 * @param {CallCard} card
 * @param {string} [media] how far the sound between the browsers is, or what has it: desk_phone
 * @param {string} [stage] how far the message to a voicemail is
 */
export function stateWords(card, media = "connected", stage = "") {
  switch (card.state) {
    case "dialling":
      return diallingWords(card);
    case "ringing":
      return word("call_incoming");
    case "talking":
      if (card.voicemail)
        return word(`call_${stage || card.by || "dialling"}`, { name: partyName(card.voicemail.box) });
      if (card.held) return word("call_held", { name: partyName(card.other) });
      return word(media === "connected" ? "call_talking" : `call_${media}`);
    case "on_hold":
      return word("call_on_hold");
    default:
      return endWords(card);
  }
}

/** @param {CallCard} card */
function diallingWords(card) {
  const { waiting, menu, parked } = card;
  if (card.picking_up) return word("call_picking_up");
  if (parked) return word("call_parked", { name: partyName(parked.by) });
  if (waiting) return word("call_in_queue", { place: waiting.place, name: partyName(waiting.queue) });
  if (menu) return word(menu.keys.length ? "call_menu" : "call_closed", { name: partyName(menu.receptionist) });
  return word(isBeingRung(card) ? "call_rings" : "call_dialling");
}

/** How this call came here, if not straight. @param {CallCard} card */
export function contextWords({ via, sent_by, parked, echo, state }) {
  const ways = [
    echo && state === "talking" ? word("echo_context") : "",
    via ? word("call_for", { name: partyName(via) }) : "",
    sent_by && !parked ? word("call_sent_by", { name: partyName(sent_by) }) : "",
  ];
  return ways.filter(Boolean).join(" · ");
}

/** A step that led the call elsewhere. @param {import("./line.js").TrailStep} step */
export function stepWords(step) {
  const why = word(`why_${step.reason}`, { name: partyName(step) });
  const to = step.destination_name || step.destination_value;
  return word(step.decision === "forward" ? "step_forward" : "step_voicemail", { why, to });
}

/** Why the call is over, with the name of whom the reason speaks of. @param {CallCard} card */
export function endWords({ role, end_reason, about, other }) {
  const reason = end_reason ?? "completed";
  const name = partyName(about ?? other);
  if (/^(mic|refused)_/.test(reason)) return word(reason, { name });
  if (role === "caller" || CALLEE_ENDS.has(reason) || (reason === "picked_up" && about))
    return word(`why_${reason}`, { name });
  if (reason === "picked_up") return word("callee_picked_up");
  return word(reason === "declined" ? "callee_declined" : "callee_missed");
}

/** What a screen reader hears of one's own call. @param {CallCard} card */
export function spokenWords(card) {
  const { name, number } = card.other;
  const params = { name: name || number, number: name ? number : "" };
  if (card.state === "ringing") return [word("say_incoming", params), contextWords(card)].filter(Boolean).join(", ");
  if (card.state === "dialling") return isKept(card) ? diallingWords(card) : word("say_calling", params);
  if (card.state !== "talking") return card.state === "ended" ? endWords(card) : word("call_on_hold");
  if (card.voicemail) return "";
  return card.held ? stateWords(card) : word("say_talking", params);
}
