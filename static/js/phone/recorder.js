// The caller at a voicemail: the greeting, the beep, then what is said, sent piece by piece until the server has it.

import { routeSound } from "./devices.js";

/** @typedef {"greeting" | "recording" | "saving"} RecorderStage */

const TIMESLICE_MS = 1000;
const PIECE_BYTES_MAX = 59_000;
const VOICE_BITS_PER_SECOND = 24_000;

/** The frame that carries a piece: the call, its place among the pieces, the piece. */
const CALL_ID_BYTES = 36;
const FRAME_HEAD_BYTES = CALL_ID_BYTES + 4;

/**
 * @param {string} call
 * @param {number} sequence
 * @param {Uint8Array} piece
 */
export function pieceFrame(call, sequence, piece) {
  const frame = new Uint8Array(FRAME_HEAD_BYTES + piece.length);
  frame.set(new TextEncoder().encode(call));
  new DataView(frame.buffer).setUint32(CALL_ID_BYTES, sequence);
  frame.set(piece, FRAME_HEAD_BYTES);
  return frame;
}

/** What this browser can record, or nothing. */
export function recordingType() {
  if (typeof MediaRecorder === "undefined") return undefined;
  return ["audio/webm;codecs=opus", "audio/mp4"].find((type) => MediaRecorder.isTypeSupported(type));
}

/**
 * @typedef {object} RecorderOptions
 * @property {string} greeting
 * @property {MediaStream} microphone
 * @property {() => Promise<void>} beep
 * @property {(sequence: number, data: Uint8Array) => boolean} send
 * @property {(stage: RecorderStage) => void} onStage
 * @property {() => void} onDone the time is up, or the microphone has gone
 * @property {number} maxSeconds
 */

export class VoicemailRecorder {
  /** @type {RecorderOptions} */ #options;
  /** @type {HTMLAudioElement} */ #greeting;
  /** @type {MediaRecorder | null} */ #recorder = null;
  /** What the server has not said it stored. @type {Map<number, Uint8Array>} */ #unstored = new Map();
  /** @type {Promise<void>} */ #pieces = Promise.resolve();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #limit;
  #sequence = 0;
  #isOver = false;

  /** @param {RecorderOptions} options */
  constructor(options) {
    this.#options = options;
    this.#greeting = new Audio(options.greeting);
    routeSound(this.#greeting, "speaker");
  }

  async run() {
    this.#options.onStage("greeting");
    await this.#playGreeting();
    if (this.#isOver) return;
    await this.#options.beep();
    if (this.#isOver) return;
    this.#record();
  }

  /** Stops; resolved when the last piece has been handed to the socket. */
  async finish() {
    this.#isOver = true;
    clearTimeout(this.#limit);
    this.#greeting.pause();
    const recorder = this.#recorder;
    if (recorder && recorder.state !== "inactive") {
      this.#options.onStage("saving");
      const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
      recorder.stop();
      await stopped;
    }
    await this.#pieces;
  }

  /** @param {number} sequence */
  stored(sequence) {
    this.#unstored.delete(sequence);
  }

  /** The socket is back: everything the server may have missed. */
  resend() {
    for (const [sequence, data] of this.#unstored) this.#options.send(sequence, data);
  }

  #playGreeting() {
    return new Promise((resolve) => {
      // A greeting that can't be played must not keep the caller from speaking.
      for (const type of ["ended", "error", "pause"]) this.#greeting.addEventListener(type, resolve);
      this.#greeting.play().catch(resolve);
    });
  }

  #record() {
    const { microphone, maxSeconds, onStage, onDone } = this.#options;
    const recorder = new MediaRecorder(microphone, {
      mimeType: recordingType(),
      audioBitsPerSecond: VOICE_BITS_PER_SECOND,
    });
    this.#recorder = recorder;
    recorder.addEventListener("dataavailable", ({ data }) => this.#keep(data));
    recorder.addEventListener("stop", () => this.#isOver || onDone());
    recorder.start(TIMESLICE_MS);
    this.#limit = setTimeout(onDone, maxSeconds * 1000);
    onStage("recording");
  }

  /** @param {Blob} blob */
  #keep(blob) {
    this.#pieces = this.#pieces.then(async () => {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      for (let from = 0; from < bytes.length; from += PIECE_BYTES_MAX) {
        const piece = bytes.subarray(from, from + PIECE_BYTES_MAX);
        this.#unstored.set(this.#sequence, piece);
        this.#options.send(this.#sequence++, piece);
      }
    });
  }
}
