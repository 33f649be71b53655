// What a phone sounds like: ringing, ringback, busy, unobtainable, the beep. Made here, no sound files.

/** @typedef {"ring" | "ringback" | "busy" | "unobtainable" | "beep"} ToneKind */
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
};
const TONE_RATE = 8000;
const TONE_VOLUME = 0.12;
const EDGE_SECONDS = 0.01;

export class Tones {
  /** @type {AudioContext | null} */ #context = null;
  /** @type {AudioBufferSourceNode | null} */ #source = null;
  /** @type {ToneKind | null} */ #wanted = null;
  /** @type {AbortController | null} */ #ringLock = null;

  constructor() {
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

  #prime() {
    this.#context ??= new AudioContext();
    this.#context.resume();
    if (this.#wanted && !this.#source) {
      const kind = this.#wanted;
      this.#wanted = null;
      this.follow(kind);
    }
  }

  /** Every window of a person rings; only one makes the sound. */
  #ringInOneWindow() {
    if (!this.#mayStart()) return;
    if (!navigator.locks) {
      this.#start("ring");
      return;
    }
    const lock = new AbortController();
    this.#ringLock = lock;
    const ring = () => {
      if (lock.signal.aborted) return undefined;
      this.#start("ring");
      return new Promise((resolve) => lock.signal.addEventListener("abort", resolve));
    };
    navigator.locks.request("lampfield-ring", { signal: lock.signal }, ring).catch(() => {});
  }

  #mayStart() {
    return this.#context?.state === "running" || (navigator.userActivation?.hasBeenActive ?? true);
  }

  /** @param {ToneKind} kind */
  #start(kind) {
    if (!this.#mayStart()) return null;
    this.#context ??= new AudioContext();
    this.#context.resume();
    const source = this.#context.createBufferSource();
    source.buffer = toneBuffer(this.#context, TONES[kind]);
    source.loop = true;
    source.connect(this.#context.destination);
    source.start();
    const { seconds } = TONES[kind];
    if (seconds) source.stop(this.#context.currentTime + seconds);
    this.#source = source;
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
