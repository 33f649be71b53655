// Says to a screen reader what happens to one's own calls: at most one sentence in 2 s, the newest.

const PAUSE_MS = 2000;

export class Announcer {
  #said = "";
  #saidAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #speaking;

  /** The same sentence only once. @param {string} sentence */
  say(sentence) {
    if (!sentence || sentence === this.#said) return;
    this.#said = sentence;
    clearTimeout(this.#speaking);
    const wait = Math.max(0, this.#saidAt + PAUSE_MS - Date.now());
    this.#speaking = setTimeout(() => {
      this.#saidAt = Date.now();
      const place = document.getElementById("call-announcement");
      if (place) place.textContent = sentence;
    }, wait);
  }
}
