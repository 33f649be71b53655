// Devices that come and go while somebody talks: a call goes on with the default ones, and says so.

import { word } from "../words.js";
import { onChosen, present, routeSound } from "./devices.js";
import { closeMicrophone, openMicrophone } from "./microphone.js";

/**
 * @typedef {object} DeviceNews
 * @property {(microphone: MediaStream) => void} onMicrophone this one is to be used from now on
 * @property {(text: string) => void} notice
 */

export class CallDevices {
  /** @type {DeviceNews} */ #news;
  /** The microphone in use. @type {MediaStream | null} */ #microphone = null;
  /** Which device it was to be when it was opened; empty: the default. */
  #openedAs = "";
  /** What was chosen and is not there, by name. @type {Set<string>} */ #missing = new Set();
  /** @type {Promise<void>} */ #queue = Promise.resolve();

  /** @param {DeviceNews} news */
  constructor(news) {
    this.#news = news;
    const look = () => this.#lookSoon();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    onChosen(look);
    // Media events do not bubble: they are caught on their way down.
    document.addEventListener("play", ({ target }) => speak(target), true);
  }

  /** @param {MediaStream | null} microphone the one in use from now on */
  async follow(microphone) {
    this.#microphone = microphone;
    const track = microphone?.getAudioTracks()[0];
    if (!track) return;
    track.addEventListener("ended", () => this.#microphone === microphone && this.#lookSoon());
    track.addEventListener("mute", () => this.#tellMuted(microphone, word("mic_muted_outside")));
    track.addEventListener("unmute", () => this.#tellMuted(microphone, ""));
    const wanted = await present("microphone");
    this.#openedAs = wanted.id;
    this.#missing = await missing();
  }

  /**
   * @param {MediaStream | null} microphone
   * @param {string} text
   */
  #tellMuted(microphone, text) {
    if (this.#microphone === microphone) this.#news.notice(text);
  }

  #lookSoon() {
    this.#queue = this.#queue.then(() => this.#look());
  }

  async #look() {
    for (const sound of document.querySelectorAll("audio")) if (!sound.paused) speak(sound);
    if (!this.#microphone) return;
    const before = this.#missing;
    this.#missing = await missing();
    const lost = await this.#exchangeMicrophone();
    const gone = [...this.#missing].find((name) => !before.has(name)) ?? lost;
    const back = [...before].find((name) => !this.#missing.has(name));
    if (gone) this.#news.notice(word("device_gone", { name: gone }));
    else if (back) this.#news.notice(word("device_back", { name: back }));
  }

  /** @returns {Promise<string>} the name of the microphone that stopped by itself */
  async #exchangeMicrophone() {
    const old = this.#microphone;
    const track = old?.getAudioTracks()[0];
    const hasEnded = track?.readyState === "ended";
    const { id } = await present("microphone");
    if (!track || (!hasEnded && id === this.#openedAs)) return "";
    try {
      const microphone = await openMicrophone();
      if (this.#microphone !== old) closeMicrophone(microphone);
      else this.#news.onMicrophone(microphone);
    } catch (error) {
      this.#news.notice(word(/** @type {Error} */ (error).message));
      return "";
    }
    return hasEnded ? track.label : "";
  }
}

/** The names of chosen devices that a call would use and that are not connected. */
async function missing() {
  const found = [await present("microphone"), await present("speaker")];
  return new Set(found.filter(({ isMissing }) => isMissing).map(({ label }) => label));
}

/** @param {EventTarget | null} sound */
function speak(sound) {
  if (sound instanceof HTMLMediaElement) routeSound(sound, "speaker");
}
