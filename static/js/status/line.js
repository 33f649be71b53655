// The status line: what the server says in webclient/status_line.py, said again when the status changes in an open window.

import { statusWordsOf } from "../lamps.js";
import { formatTime } from "../times.js";
import { word } from "../words.js";

/** @typedef {{ status: string, note: string, until: number }} StatusShort until: unix seconds, 0 for no end */
/**
 * @typedef {StatusShort & { by: string, surface: string, at: number, since: number, then: string, change: number, back: StatusShort | null }} StatusFacts
 * by: who set it when it was somebody else; change: grows with every change
 */

/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById("status-line-words")?.textContent ?? "{}");

/**
 * @param {string} key
 * @param {Record<string, string>} [params]
 */
function say(key, params = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

/** @param {StatusFacts} facts */
export function restOf({ by, surface, at, since, then }) {
  const time = formatTime(at);
  const when = say(time.includes(":") ? "at" : "on", { time });
  const where = say(`in_${surface}`);
  const origin = surface ? say(by ? "set_by" : "set", { by, where, when }) : word("since", { time: formatTime(since) });
  return then ? `${origin}, ${say("then", { status: word(`lamp_${then}`) })}` : origin;
}

/** @param {StatusShort} before */
export function backWords(before) {
  return say("back", { status: statusWordsOf(before) });
}

/** @param {string} note */
export function noteWords(note) {
  return note && word("note", { note });
}
