// Which buttons of the call card work now; the server says whether what they ask for may be done.

import { canCallAgain } from "./card_words.js";

/** @typedef {import("./line.js").CallCard} CallCard */

const WHILE_CONNECTED = ["hold", "transfer", "keypad", "park", "hang-up"];

/**
 * @param {CallCard} card the call in front
 * @param {CallCard[]} others
 * @returns {Set<string>} of `data-call-action`
 */
export function buttonsOf(card, others) {
  if (card.state === "ended") return new Set(canCallAgain(card) ? ["call", "dismiss"] : ["dismiss"]);
  if (card.state === "ringing") return new Set(["answer", "decline"]);
  const shown = new Set();
  // Nobody is there to be held, sent on or joined.
  if (card.echo) return new Set(["mute", "hang-up"]);
  const isConnected = card.state !== "dialling" && !card.voicemail;
  for (const action of isConnected ? WHILE_CONNECTED : ["hang-up"]) shown.add(action);
  if (isConnected && card.state === "talking" && !card.by) shown.add("mute");
  if (card.menu?.keys.length) shown.add("keypad");
  if (card.by) shown.delete("keypad"); // the desk phone has its own
  if (joinable(card, others)) shown.add("join");
  return shown;
}

/**
 * The call on hold whose party the one in front can be connected with.
 * @param {CallCard} card
 * @param {CallCard[]} others
 */
export function joinable(card, others) {
  if (card.voicemail || card.menu || card.echo || !["talking", "dialling"].includes(card.state)) return undefined;
  return others.find(({ state, voicemail }) => state === "on_hold" && !voicemail);
}

/** Whether a key that is pressed now goes anywhere. @param {CallCard | null} card */
export function takesKeys(card) {
  return card !== null && buttonsOf(card, []).has("keypad");
}
