// The computer slept, or this page was frozen: what the lamps show is old, and the sockets are dead without a word.

import { doubtLamps } from "./lamps.js";
import { serverNow } from "./server_clock.js";
import { ReconnectingSocket } from "./socket.js";

const BEAT_MS = 5_000;
/** A busy page may miss a beat or two; browsers slow the timers of a hidden page down to one a minute. */
const GAP_MAX_MS = 15_000;
const GAP_HIDDEN_MAX_MS = 90_000;

let beatAt = Date.now();
/** The same moment by the server's clock. */
let known = serverNow();
/** The page was hidden at some time since the last beat: its timers may have been slow. */
let wasHidden = document.hidden;

export function startWaking() {
  setInterval(beat, BEAT_MS);
  document.addEventListener("visibilitychange", () => {
    beat();
    wasHidden = true;
  });
  document.addEventListener("resume", wake);
  window.addEventListener("pageshow", ({ persisted }) => persisted && wake());
}

function beat() {
  const gap = Date.now() - beatAt;
  if (gap > (wasHidden ? GAP_HIDDEN_MAX_MS : GAP_MAX_MS)) wake();
  beatAt = Date.now();
  known = serverNow();
  wasHidden = document.hidden;
}

/** A clock that was set forward looks the same; renewing for nothing costs a moment. */
function wake() {
  doubtLamps(known);
  beatAt = Date.now();
  known = serverNow();
  ReconnectingSocket.renewAll();
  // The lamps' socket may be another window's, that has slept through nothing.
  document.dispatchEvent(new CustomEvent("lampfield:woke"));
}
