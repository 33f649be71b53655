// Where Asterisk plays a voicemail's greeting and records the message, the card still says which of both it does: the same
// greeting runs here, unheard.

/** @import { VoicemailOffer } from "./line.js" */
/** @import { RecorderStage } from "./recorder.js" */

export class SilentGreeting {
  #audio = new Audio();

  /**
   * @param {VoicemailOffer} voicemail
   * @param {(stage: RecorderStage, maxSeconds: number) => void} onStage
   */
  constructor({ greeting, max_seconds: maxSeconds }, onStage) {
    onStage("greeting", maxSeconds);
    this.#audio.muted = true;
    this.#audio.src = greeting;
    const speak = () => onStage("recording", maxSeconds);
    for (const type of ["ended", "error"]) this.#audio.addEventListener(type, speak, { once: true });
    this.#audio.play().catch(() => {});
  }

  stop() {
    this.#audio.pause();
  }
}
