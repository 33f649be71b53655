// The presence socket's life: what it says goes to the lamps, and while it is away the page says so.

import { applyRows, doubtLamps, replaceRows, trustLamps } from "./lamps.js";
import { serverNow } from "./server_clock.js";
import { SharedSocket } from "./shared_socket.js";
import { socketUrl } from "./socket.js";
import { formatTime } from "./times.js";
import { pageConfig, word } from "./words.js";

const LOST_AFTER_MS = 3_000;
const SILENCE_MAX_MS = 25_000; // the server says something at least every 20 s
const SILENCE_CHECK_MS = 5_000;
const SNAPSHOT_PAUSE_MS = 1_100;

/** @type {SharedSocket} */
let presence;
let epoch = "";
let seq = -1;
let snapshotAskedAt = 0;
let heardAt = performance.now();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let snapshotTimer;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let lostTimer;

export function startConnection() {
  const path = pageConfig().urls?.presence_socket;
  if (!path) return;
  expectConnection();
  presence = new SharedSocket({
    name: `lampfield-presence-${pageConfig().extension}`,
    url: () => socketUrl(path),
    onMessage: hear,
    onClose: lose,
    onJoin: askForSnapshot,
  });
  document.addEventListener("lampfield:woke", () => presence.join());
  setInterval(() => {
    if (performance.now() - heardAt < SILENCE_MAX_MS) return;
    heardAt = performance.now();
    lose();
    presence.renew();
  }, SILENCE_CHECK_MS);
}

/** @param {{ data: string }} event */
function hear({ data }) {
  heardAt = performance.now();
  const message = JSON.parse(data);
  if (message.snapshot) {
    epoch = message.epoch;
    seq = message.seq;
    replaceRows(message.rows);
    liveAgain();
    return;
  }
  const isNext = message.epoch === epoch && message.seq === seq + 1;
  if (isNext) seq = message.seq;
  applyRows(message.rows, message.gone);
  if (!isNext && !(message.epoch === epoch && message.seq <= seq)) presence.join();
}

/** Something was missed. The server grants one snapshot a second, so the questions of a burst become one. */
function askForSnapshot() {
  if (snapshotTimer) return;
  const wait = Math.max(0, snapshotAskedAt + SNAPSHOT_PAUSE_MS - Date.now());
  snapshotTimer = setTimeout(() => {
    snapshotTimer = undefined;
    snapshotAskedAt = Date.now();
    presence.send('{"type":"snapshot"}');
  }, wait);
}

function liveAgain() {
  clearTimeout(lostTimer);
  lostTimer = undefined;
  trustLamps();
  document.documentElement.dataset.connection = "live";
  say(word("live"));
  showBanner("");
}

function lose() {
  if (document.documentElement.dataset.connection === "live") expectConnection();
}

/** Unknown is not green: after 3 s without a connection the lamps turn grey. */
function expectConnection() {
  const lastKnown = serverNow();
  document.documentElement.dataset.connection = "lost";
  say(word("connecting"));
  clearTimeout(lostTimer);
  lostTimer = setTimeout(() => {
    doubtLamps(lastKnown);
    say(word("lost"));
    showBanner(word("lost_banner", { time: formatTime(lastKnown) }));
  }, LOST_AFTER_MS);
}

/** @param {string} text */
function say(text) {
  const place = document.getElementById("connection");
  if (place) place.textContent = text;
}

/** @param {string} text */
function showBanner(text) {
  const banner = document.getElementById("connection-banner");
  if (!banner) return;
  banner.textContent = text;
  banner.hidden = !text;
}
