// The panels of the call card: the keypad, the transfer, the sound's quality: one is open at a time, Esc closes it.

/** @typedef {import("./line.js").CallCard} CallCard */

/** The panel that each button opens. @type {Record<string, string>} */
const PANELS = { keypad: "call-keypad", transfer: "call-transfer", quality: "call-quality" };

export class CallPanels {
  /** @type {HTMLElement} */ #card;
  #shownFor = "";

  /** @param {HTMLElement} card */
  constructor(card) {
    this.#card = card;
    card.addEventListener("keydown", (event) => {
      const open = this.#open();
      if (event.key !== "Escape" || !open) return;
      event.preventDefault();
      this.close();
      this.#button(open)?.focus();
    });
  }

  /** A panel belongs to a call, and goes with the button that opened it. @param {CallCard | null} front */
  follow(front) {
    const open = this.#open();
    const isOut = !open || this.#button(open)?.hidden;
    if (isOut || (front?.call ?? "") !== this.#shownFor || front?.state === "ended") this.close();
    this.#shownFor = front?.call ?? "";
  }

  /**
   * @param {string} name
   * @returns {boolean} whether it is open now
   */
  toggle(name) {
    const wasOpen = this.#open() === name;
    this.close();
    if (!wasOpen) this.#show(name, true);
    return !wasOpen;
  }

  close() {
    for (const name of Object.keys(PANELS)) this.#show(name, false);
  }

  #open() {
    return Object.keys(PANELS).find((name) => this.#panel(name)?.hidden === false);
  }

  /**
   * @param {string} name
   * @param {boolean} isOpen
   */
  #show(name, isOpen) {
    const panel = this.#panel(name);
    if (panel) panel.hidden = !isOpen;
    this.#button(name)?.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {string} name */
  #panel(name) {
    return document.getElementById(PANELS[name] ?? "");
  }

  /** @param {string} name */
  #button(name) {
    return /** @type {HTMLElement | null} */ (this.#card.querySelector(`[data-call-action="${name}"]`));
  }
}
