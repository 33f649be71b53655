// What a phone sounds like: ringing, ringback, busy, unobtainable, a second call, keys. Made here, no sound files.

import { hold, nameOf } from "../locks.js";
import { pageConfig } from "../words.js";
import { routeSound } from "./devices.js";

/** @typedef {"ring" | "knock" | "ringback" | "busy" | "unobtainable" | "beep" | "message"} ToneKind */
/** @typedef {{ period: number, bursts: [from: number, to: number, ...hz: number[]][], seconds?: number, volume?: number }} Tone */

/** Seconds and hertz as phones in Europe have them. @type {Record<ToneKind, Tone>} */
const TONES = {
  ring: {
    period: 3,
    volume: 0.25,
    bursts: [
      [0, 0.4, 660, 880],
      [0.5, 0.9, 660, 880],
    ],
  },
  knock: {
    period: 4,
    volume: 0.05,
    bursts: [
      [0, 0.15, 425],
      [0.25, 0.4, 425],
    ],
  },
  ringback: { period: 5, bursts: [[0, 1, 425]] },
  busy: { period: 1, seconds: 4, bursts: [[0, 0.5, 425]] },
  unobtainable: {
    period: 2,
    seconds: 4,
    bursts: [
      [0, 0.33, 950],
      [0.33, 0.66, 1400],
      [0.66, 1, 1800],
    ],
  },
  beep: { period: 0.5, seconds: 0.5, bursts: [[0, 0.4, 1000]] },
  message: {
    period: 0.5,
    seconds: 0.5,
    volume: 0.06,
    bursts: [
      [0, 0.12, 660],
      [0.16, 0.36, 880],
    ],
  },
};
/** The two hertz of each key of a telephone: its row's and its column's. */
const KEY_ROWS = [697, 770, 852, 941];
const KEY_COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const TONE_RATE = 8000;
/** Percent of the ringing's volume at which it is as loud as written above. */
const USUAL_VOLUME = 50;
const RINGING_WINDOW = "lampfield-ring";
const MESSAGE_WINDOW = "lampfield-message";
const TONE_VOLUME = 0.12;
const EDGE_SECONDS = 0.01;

export class Tones {
  /** @type {AudioContext | null} */ #context = null;
  /** @type {AudioBufferSourceNode | null} */ #source = null;
  /** @type {ToneKind | null} */ #wanted = null;
  /** @type {AbortController | null} */ #ringLock = null;
  /** @type {AbortController | null} */ #quietLock = null;

  /** @param {AudioContext | null} context the page's own, if somebody has clicked already */
  constructor(context) {
    this.#context = context;
    // Browsers are silent until the first click or key; what should sound by then starts with it.
    for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, () => this.#prime(), { once: true });
  }

  /** Sounds this from now on, null: nothing. @param {ToneKind | null} kind */
  follow(kind) {
    if (kind === this.#wanted) return;
    this.#stop();
    this.#wanted = kind;
    if (kind === "ring") this.#ringInOneWindow();
    else if (kind) this.#start(kind);
  }

  /** @returns {Promise<void>} resolved when the beep is over */
  beep() {
    this.follow(null);
    const source = this.#start("beep");
    return source ? new Promise((resolve) => source.addEventListener("ended", () => resolve())) : Promise.resolve();
  }

  /** One ring, as loud as it would be. @param {number} volume percent */
  tryRinging(volume) {
    this.#play({ ...TONES.ring, seconds: 1 }, volume / USUAL_VOLUME);
  }

  /** There is something new to listen to: said once, by one window, unless a call sounds. */
  message() {
    const isCallHeard = this.#wanted && !TONES[this.#wanted].seconds;
    if (isCallHeard || !navigator.locks) return;
    const play = (/** @type {Lock | null} */ lock) => (lock ? this.#playMessage() : undefined);
    navigator.locks.request(nameOf(MESSAGE_WINDOW), { ifAvailable: true }, play);
  }

  #playMessage() {
    const loudness = wantedLoudness("message");
    const source = loudness ? this.#play(TONES.message, loudness) : null;
    return source && new Promise((resolve) => source.addEventListener("ended", resolve));
  }

  /** What a pressed key sounds like, softly. @param {string} key */
  key(key) {
    const at = KEYS.indexOf(key);
    const [row = 0, column = 0] = [KEY_ROWS[Math.floor(at / 3)], KEY_COLUMNS[at % 3]];
    if (at >= 0) this.#play({ period: 0.12, seconds: 0.12, volume: 0.06, bursts: [[0, 0.12, row, column]] });
  }

  /** Whoever talks in one window is not rung at by the others: this one keeps the right to ring. @param {boolean} isWanted */
  keepOthersQuiet(isWanted) {
    if (isWanted === Boolean(this.#quietLock)) return;
    this.#quietLock?.abort();
    this.#quietLock = isWanted ? new AbortController() : null;
    if (this.#quietLock) hold(RINGING_WINDOW, this.#quietLock.signal, () => {});
  }

  #prime() {
    this.#context ??= new AudioContext();
    this.#context.resume();
    if (this.#wanted && !this.#source) {
      const kind = this.#wanted;
      this.#wanted = null;
      this.follow(kind);
    }
  }

  /** Every window of a person rings; only the one that holds the lock makes the sound. */
  #ringInOneWindow() {
    if (!this.#mayStart()) return;
    this.#ringLock = new AbortController();
    hold(RINGING_WINDOW, this.#ringLock.signal, () => this.#start("ring"));
  }

  #mayStart() {
    return this.#context?.state === "running" || (navigator.userActivation?.hasBeenActive ?? true);
  }

  /** @param {ToneKind} kind */
  #start(kind) {
    const loudness = wantedLoudness(kind);
    this.#source = loudness ? this.#play(TONES[kind], loudness) : null;
    return this.#source;
  }

  /**
   * @param {Tone} tone
   * @param {number} [loudness] of what is usual
   */
  #play(tone, loudness = 1) {
    if (!this.#mayStart()) return null;
    this.#context ??= new AudioContext();
    this.#context.resume();
    routeSound(this.#context, tone === TONES.ring ? "ringer" : "speaker");
    const source = this.#context.createBufferSource();
    source.buffer = toneBuffer(this.#context, tone);
    source.loop = true;
    const gain = new GainNode(this.#context, { gain: loudness });
    source.connect(gain).connect(this.#context.destination);
    source.start();
    if (tone.seconds) source.stop(this.#context.currentTime + tone.seconds);
    return source;
  }

  #stop() {
    this.#ringLock?.abort();
    this.#ringLock = null;
    this.#source?.stop();
    this.#source = null;
  }
}

/**
 * One period of the tone; it is looped, so that no timer of a hidden page can make it stumble.
 * @param {AudioContext} context
 * @param {Tone} tone
 */
function toneBuffer(context, { period, bursts, volume = TONE_VOLUME }) {
  const buffer = context.createBuffer(1, period * TONE_RATE, TONE_RATE);
  const samples = buffer.getChannelData(0);
  for (const [from, to, ...hz] of bursts) {
    for (let index = Math.floor(from * TONE_RATE); index < to * TONE_RATE; index++) {
      const at = index / TONE_RATE;
      const edge = Math.min(1, (at - from) / EDGE_SECONDS, (to - at) / EDGE_SECONDS);
      const wave = hz.reduce((sum, frequency) => sum + Math.sin(2 * Math.PI * frequency * at), 0) / hz.length;
      samples[index] = wave * edge * volume;
    }
  }
  return buffer;
}

/**
 * What calls for attention is as loud as the person wants it, 0: silent; what tells of one's own call always sounds.
 * @param {ToneKind} kind
 */
function wantedLoudness(kind) {
  const { ringing = true, volume = USUAL_VOLUME, others = true } = pageConfig().sounds ?? {};
  if (kind === "ring") return ringing ? volume / USUAL_VOLUME : 0;
  return (kind === "knock" || kind === "message") && !others ? 0 : 1;
}
