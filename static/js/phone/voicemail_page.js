// The pages of voicemail: a message played to its end is heard; an own greeting is recorded here.

import { loadPhoneWords, word } from "../words.js";
import { clockTime } from "./card_words.js";
import { closeMicrophone, openMicrophone } from "./microphone.js";
import { recordingType } from "./recorder.js";

const GREETING_SECONDS_MAX = 60;
const LEVEL_EVERY_MS = 100;

/** @type {GreetingRecorder | null} */
let greetingRecorder = null;

/** @param {MouseEvent} event */
function onClick({ target }) {
  const button = target instanceof Element ? target.closest("[data-greeting-action]") : null;
  const form = button?.closest("form");
  if (!form) return;
  greetingRecorder?.stop();
  if (button?.getAttribute("data-greeting-action") === "record") {
    greetingRecorder = new GreetingRecorder(form);
    greetingRecorder.record();
  }
}

/** @param {Element} sound */
function markHeard(sound) {
  const message = sound.closest('[data-message-state="new"]');
  const form = /** @type {HTMLFormElement | null | undefined} */ (message?.querySelector('form[data-role="mark"]'));
  form?.requestSubmit(form.querySelector("button"));
}

/** @param {Element} sound */
function pauseOthers(sound) {
  if (!(sound instanceof HTMLAudioElement) || !sound.controls) return;
  for (const other of document.querySelectorAll("audio")) if (other !== sound && other.controls) other.pause();
}

/** Records into the form's own file field, so that saving is the form's business and works without this, too. */
class GreetingRecorder {
  /** @type {HTMLFormElement} */ #form;
  /** @type {MediaStream | null} */ #microphone = null;
  /** @type {MediaRecorder | null} */ #recorder = null;
  /** @type {Blob[]} */ #pieces = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  #startedAt = 0;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
  }

  async record() {
    try {
      await loadPhoneWords();
    } catch {
      this.#say("recorder-words", word("network_failed"));
      return;
    }
    try {
      this.#microphone = await openMicrophone();
    } catch (error) {
      this.#say("recorder-words", word(/** @type {Error} */ (error).message));
      return;
    }
    const recorder = new MediaRecorder(this.#microphone, { mimeType: recordingType() });
    this.#recorder = recorder;
    recorder.addEventListener("dataavailable", ({ data }) => this.#pieces.push(data));
    recorder.addEventListener("stop", () => this.#finish(recorder.mimeType));
    recorder.start();
    this.#startedAt = Date.now();
    this.#say("recorder-words", "");
    this.#showRecording(true);
    this.#watchLevel(this.#microphone);
  }

  stop() {
    if (this.#recorder?.state === "recording") this.#recorder.stop();
  }

  /** The page has gone on: nobody waits for this greeting. */
  abandon() {
    if (this.#form.isConnected) return;
    this.#pieces = [];
    this.stop();
  }

  /** @param {MediaStream} microphone */
  #watchLevel(microphone) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(microphone).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const meter = this.#form.querySelector("meter");
    this.#recorder?.addEventListener("stop", () => context.close());
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      if (meter) meter.value = Math.min(1, 4 * Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length));
      const time = clockTime(this.#seconds());
      this.#say("recorder-time", word("recorder_time", { time, limit: clockTime(GREETING_SECONDS_MAX) }));
      if (this.#seconds() >= GREETING_SECONDS_MAX) this.stop();
    }, LEVEL_EVERY_MS);
  }

  #seconds() {
    return (Date.now() - this.#startedAt) / 1000;
  }

  /** @param {string} type */
  #finish(type) {
    clearInterval(this.#timer);
    closeMicrophone(this.#microphone);
    this.#showRecording(false);
    if (!this.#pieces.length) return;
    const file = new File(this.#pieces, "greeting", { type });
    const files = new DataTransfer();
    files.items.add(file);
    const field = /** @type {HTMLInputElement | null} */ (this.#form.querySelector('input[type="file"]'));
    if (field) field.files = files.files;
    const player = this.#form.querySelector("audio");
    if (player) {
      player.src = URL.createObjectURL(file);
      player.hidden = false;
    }
    this.#say("recorder-words", word("recorder_done", { time: clockTime(this.#seconds()) }));
  }

  /** @param {boolean} isRecording */
  #showRecording(isRecording) {
    for (const place of this.#form.querySelectorAll("[data-shown-when]")) {
      const isShown = (place.getAttribute("data-shown-when") === "recording") === isRecording;
      /** @type {HTMLElement} */ (place).hidden = !isShown;
    }
    const action = isRecording ? "stop" : "record";
    /** @type {HTMLElement | null} */ (this.#form.querySelector(`[data-greeting-action="${action}"]`))?.focus();
  }

  /**
   * @param {string} role
   * @param {string} text
   */
  #say(role, text) {
    const place = this.#form.querySelector(`[data-role="${role}"]`);
    if (place) place.textContent = text;
  }
}

// Pages come and go, the listeners stay. Media events do not bubble: listen on their way down.
document.addEventListener("ended", ({ target }) => markHeard(/** @type {Element} */ (target)), true);
document.addEventListener("play", ({ target }) => pauseOthers(/** @type {Element} */ (target)), true);
document.addEventListener("lampfield:swapped", () => greetingRecorder?.abandon());
document.addEventListener("click", onClick);
