// First step: the microphone is asked for by a click, and a bar shows that it hears.

import { closeMicrophone, openMicrophone } from "./phone/microphone.js";

/** @typedef {import("./welcome_view.js").StepView} StepView */

const HEARD_FROM = 0.15;

/** @param {StepView} view */
export function microphoneStep(view) {
  return new MicrophoneStep(view);
}

class MicrophoneStep {
  /** @type {StepView} */ #view;
  /** @type {MediaStream | null} */ #microphone = null;
  /** @type {AudioContext | null} */ #context = null;
  /** @type {PermissionStatus | null} */ #permission = null;
  #problem = "";
  #frame = 0;
  #isOver = false;
  #retry = () => {
    if (this.#problem === "missing") this.ask();
  };

  /** @param {StepView} view */
  constructor(view) {
    this.#view = view;
    navigator.mediaDevices?.addEventListener("devicechange", this.#retry);
    this.#watchPermission();
  }

  async ask() {
    this.#release();
    this.#view.say("asking");
    try {
      const microphone = await openMicrophone();
      if (this.#isOver) return closeMicrophone(microphone);
      this.#listen(microphone);
    } catch (error) {
      this.#fail(/** @type {Error} */ (error).message.replace("mic_", ""));
    }
  }

  leave() {
    this.#isOver = true;
    navigator.mediaDevices?.removeEventListener("devicechange", this.#retry);
    if (this.#permission) this.#permission.onchange = null;
    this.#release();
  }

  /** @param {string} problem */
  #fail(problem) {
    if (this.#isOver) return;
    this.#problem = problem;
    this.#view.say(problem, "bad");
    this.#view.again();
  }

  /** @param {MediaStream} microphone */
  #listen(microphone) {
    this.#problem = "";
    this.#microphone = microphone;
    this.#view.say("listening");
    this.#view.done(true);
    this.#view.offer(false);
    microphone.getAudioTracks()[0]?.addEventListener("ended", () => this.#lose());
    this.#showLevel(microphone);
  }

  /** It was unplugged. */
  #lose() {
    this.#release();
    this.#view.offer(true);
    this.#fail("missing");
  }

  /** @param {MediaStream} microphone */
  #showLevel(microphone) {
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(microphone).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let isHeard = false;
    const look = () => {
      analyser.getFloatTimeDomainData(samples);
      const level = Math.min(1, 4 * Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length));
      this.#view.level(level);
      if (!isHeard && level > HEARD_FROM) {
        isHeard = true;
        this.#view.say("heard", "good");
      }
      this.#frame = requestAnimationFrame(look);
    };
    look();
  }

  #release() {
    cancelAnimationFrame(this.#frame);
    closeMicrophone(this.#microphone);
    this.#context?.close();
    this.#microphone = this.#context = null;
    this.#view.level(null);
  }

  /** Allowed after all, beside the address: the step goes on by itself. */
  async #watchPermission() {
    this.#permission = await permission("microphone");
    if (!this.#permission || this.#isOver) return;
    if (this.#permission.state === "denied") this.#fail("refused");
    this.#permission.onchange = () => {
      if (this.#permission?.state === "granted" && this.#problem) this.ask();
    };
  }
}

/**
 * What the browser remembers; null where it does not say.
 * @param {string} name
 * @returns {Promise<PermissionStatus | null>}
 */
export async function permission(name) {
  try {
    return await navigator.permissions.query({ name: /** @type {PermissionName} */ (name) });
  } catch {
    return null; // this browser knows no such name: the answer comes with the question itself
  }
}
