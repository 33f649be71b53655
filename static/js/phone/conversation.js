// What only a conversation needs, fetched with the first: how good it sounds, and the panel that sends it on.

import { CallQuality } from "./call_quality.js";
import { TransferPanel } from "./transfer.js";

/** @typedef {{ quality: CallQuality, transfer: TransferPanel }} Conversation */

/**
 * @param {HTMLElement} card
 * @param {ConstructorParameters<typeof CallQuality>[1]} parts what the quality is measured with
 * @param {ConstructorParameters<typeof TransferPanel>[1]} onChosen
 * @returns {Conversation}
 */
export function conversation(card, parts, onChosen) {
  return { quality: new CallQuality(card, parts), transfer: new TransferPanel(card, onChosen) };
}
