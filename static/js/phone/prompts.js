// What the company plays to whoever waits: music on hold, the place in a queue, a receptionist's greeting.

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {import("./line.js").Sounds} Sounds */

const PLACES_APART_MS = 30_000;

export class CallPrompts {
  /** @type {HTMLAudioElement} */ #music;
  /** @type {HTMLAudioElement} */ #voice;
  /** @type {(play: () => Promise<void>) => void} */ #askForClick;
  /** @type {Sounds} */ sounds = { music: "", places: {} };
  #wantsMusic = false;
  /** The call and the turn whose greeting was played, or the call and the place that was said. */
  #spoken = "";
  #placeSaidAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #placeTimer;

  /**
   * @param {HTMLElement} card
   * @param {(play: () => Promise<void>) => void} askForClick
   */
  constructor(card, askForClick) {
    this.#music = /** @type {HTMLAudioElement} */ (card.querySelector('audio[data-role="music"]'));
    this.#voice = /** @type {HTMLAudioElement} */ (card.querySelector('audio[data-role="prompt"]'));
    this.#askForClick = askForClick;
    for (const type of ["ended", "error"]) this.#voice.addEventListener(type, () => this.#playMusic());
  }

  /** Plays what belongs to the call in front as it stands; Asterisk plays its own. @param {CallCard | null} front */
  follow(front) {
    const card = front?.backend === "asterisk" ? null : front;
    clearTimeout(this.#placeTimer);
    this.#wantsMusic = waits(card);
    if (card?.state === "dialling" && card.menu) this.#say(`${card.call} ${card.menu.turn}`, card.menu.greeting);
    else if (card?.state === "dialling" && card.waiting) this.#sayPlace(card);
    else this.#hush();
    this.#playMusic();
  }

  /** Each place once, and not more often than people can bear. @param {CallCard} card */
  #sayPlace(card) {
    const place = card.waiting?.place ?? 0;
    const wait = this.#spoken.startsWith(card.call) ? this.#placeSaidAt + PLACES_APART_MS - Date.now() : 0;
    const name = `${card.call} place ${place}`;
    if (name === this.#spoken) return;
    if (wait > 0) {
      this.#placeTimer = setTimeout(() => this.#sayPlace(card), wait);
      return;
    }
    this.#placeSaidAt = Date.now();
    this.#say(name, this.sounds.places?.[place] ?? this.sounds.places?.more);
  }

  /**
   * @param {string} name
   * @param {string | undefined} url
   */
  #say(name, url) {
    if (name === this.#spoken) return;
    this.#spoken = name;
    if (!url) return;
    this.#music.pause();
    this.#voice.src = url;
    this.#start(this.#voice);
  }

  #hush() {
    this.#spoken = "";
    this.#voice.pause();
  }

  #playMusic() {
    const isSpeaking = !this.#voice.paused && !this.#voice.ended && !this.#voice.error;
    const { music } = this.sounds;
    if (!this.#wantsMusic || isSpeaking || !music) {
      this.#music.pause();
      return;
    }
    if (this.#music.getAttribute("src") !== music) this.#music.src = music;
    if (this.#music.paused) this.#start(this.#music);
  }

  /** @param {HTMLAudioElement} audio */
  #start(audio) {
    audio.play().catch((/** @type {Error} */ error) => {
      if (error.name === "NotAllowedError") this.#askForClick(() => audio.play());
    });
  }
}

/** Whether somebody keeps this party waiting. @param {CallCard | null} card */
function waits(card) {
  if (!card) return false;
  const isHeld = card.state === "talking" && card.held;
  return Boolean(isHeld || (card.state === "dialling" && (card.waiting || card.parked)));
}
