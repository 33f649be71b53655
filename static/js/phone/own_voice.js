// What this side says in one call: its own branch of the microphone, muted, held or exchanged without touching others.

const KEY_MS = 160;

export class OwnVoice {
  /** @type {MediaStream | null} */ #microphone;
  /** This call's own branch of the microphone, so that another call's stays as it is. @type {MediaStreamTrack | null} */ #track;
  /** @type {RTCRtpSender | null} */ #sender = null;
  #isHeld = false;
  #isMuted = false;

  /** @param {MediaStream | null} microphone null: only listen */
  constructor(microphone) {
    this.#microphone = microphone;
    this.#track = branchOf(microphone);
  }

  /** What a new connection begins with. */
  get track() {
    return this.#track;
  }

  get stream() {
    return this.#microphone;
  }

  /** @param {RTCRtpSender | null} sender of the connection that it goes by from now on */
  sendBy(sender) {
    this.#sender = sender;
    if (this.#isHeld || sender?.track !== this.#track) this.#send();
  }

  /** @param {boolean} isMuted */
  mute(isMuted) {
    this.#isMuted = isMuted;
    if (this.#track) this.#track.enabled = !isMuted;
  }

  /** While this side holds the call, nothing of it is sent. @param {boolean} isHeld */
  hold(isHeld) {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#send();
  }

  /** Another microphone, without the other side noticing more than a moment. @param {MediaStream} microphone */
  change(microphone) {
    this.#track?.stop();
    this.#microphone = microphone;
    this.#track = branchOf(microphone);
    this.mute(this.#isMuted);
    this.#send();
  }

  /** Sends a key's tone to the other side, such as a machine that asks for one. @param {string} key */
  press(key) {
    if (this.#sender?.dtmf?.canInsertDTMF) this.#sender.dtmf.insertDTMF(key, KEY_MS);
  }

  stop() {
    this.#track?.stop();
  }

  #send() {
    // A connection that was closed meanwhile has nobody to send to.
    this.#sender?.replaceTrack(this.#isHeld ? null : this.#track).catch(() => {});
  }
}

/** @param {MediaStream | null} microphone */
function branchOf(microphone) {
  return microphone?.getAudioTracks()[0]?.clone() ?? null;
}
