// A call that comes while nobody looks at this window: a notification, and the window's title.

import { word } from "../words.js";

/** @typedef {import("./line.js").CallCard} CallCard */

export class CallNotice {
  /** @type {Notification | null} */ #notification = null;
  #shownFor = "";
  #plainTitle = "";
  #title = "";

  constructor() {
    document.addEventListener("lampfield:swapped", () => this.#pageChanged());
  }

  /** Asked with the first call the person makes or takes: the browser wants a reason it can see. */
  askOnce() {
    if ("Notification" in window && Notification.permission === "default")
      Notification.requestPermission().catch(() => {});
  }

  /** @param {CallCard | null} card */
  follow(card) {
    const ringing = card?.state === "ringing" ? card : null;
    if ((ringing?.call ?? "") === this.#shownFor) return;
    this.#clear();
    if (!ringing) return;
    this.#shownFor = ringing.call;
    const name = ringing.other.name || ringing.other.number;
    this.#plainTitle = document.title;
    this.#title = word("title_incoming", { name });
    document.title = this.#title;
    if (document.hidden) this.#notify(ringing, name);
  }

  /**
   * @param {CallCard} card
   * @param {string} name
   */
  #notify({ call, other }, name) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      // The tag makes one notification of those that all windows show.
      this.#notification = new Notification(word("title_incoming", { name }), { tag: call, body: other.number });
    } catch {
      return; // some phones' browsers only let service workers notify
    }
    this.#notification.addEventListener("click", () => window.focus());
  }

  #pageChanged() {
    if (!this.#shownFor) return;
    this.#plainTitle = document.title;
    document.title = this.#title;
  }

  #clear() {
    this.#notification?.close();
    this.#notification = null;
    if (this.#shownFor && document.title === this.#title) document.title = this.#plainTitle;
    this.#shownFor = "";
  }
}
