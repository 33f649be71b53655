// A call that comes while nobody looks: one notification for all windows of a person, and each window's title.

import { hold } from "../locks.js";
import { word } from "../words.js";
import { contextWords, partyName } from "./card_words.js";
import { startLooking, whenNobodyLooks } from "./looked_at.js";

/** @typedef {import("./line.js").CallCard} CallCard */
/** @typedef {(action: string, call: string) => void} Act */

/** The one that shows it; when its window goes, the next one does. */
const NOTIFIER = "lampfield-notifier";

export class CallNotice {
  /** @type {CallCard | null} */ #ringing = null;
  #isQuiet = false;
  /** @type {AbortController | null} */ #offer = null;
  /** Where no service worker can show it. @type {Notification | null} */ #plain = null;
  #plainTitle = "";
  #title = "";
  /** @type {Act} */ #act;

  /** @param {Act} act what a button of the notification asks for: answer, decline */
  constructor(act) {
    this.#act = act;
    document.addEventListener("lampfield:swapped", () => this.#pageChanged());
    window.addEventListener("pagehide", () => this.#leave());
    navigator.serviceWorker?.addEventListener("message", (event) => this.#hear(event));
    navigator.serviceWorker?.controller?.postMessage({ type: "lampfield:phone-ready" });
    startLooking(() => this.#ringing && this.#close(this.#ringing.call));
  }

  /** Asked with the first call the person makes or takes: the browser wants a reason it can see. */
  askOnce() {
    if ("Notification" in window && Notification.permission === "default")
      Notification.requestPermission().catch(() => {});
  }

  /**
   * @param {CallCard | null} card
   * @param {boolean} isQuiet the person does not want to be disturbed
   */
  follow(card, isQuiet) {
    const ringing = card?.state === "ringing" ? card : null;
    if (ringing?.call === this.#ringing?.call && isQuiet === this.#isQuiet) return;
    this.#clear();
    this.#isQuiet = isQuiet;
    if (!ringing) return;
    this.#ringing = ringing;
    this.#plainTitle = document.title;
    this.#title = word("title_incoming", { name: partyName(ringing.other) });
    document.title = this.#title;
    if (!isQuiet) this.#offerTo(ringing);
  }

  /** @param {CallCard} card */
  #offerTo(card) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    this.#offer = new AbortController();
    const { signal } = this.#offer;
    hold(NOTIFIER, signal, () => whenNobodyLooks(signal, () => this.#show(card, signal)));
  }

  /**
   * @param {CallCard} card
   * @param {AbortSignal} signal
   */
  async #show(card, signal) {
    const title = word("title_incoming", { name: partyName(card.other) });
    const body = [card.other.name && card.other.number, contextWords(card)].filter(Boolean).join(" · ");
    // Silent: the phone rings already.
    const options = { tag: card.call, body, icon: appIcon(), requireInteraction: true, silent: true };
    const registration = await navigator.serviceWorker?.getRegistration();
    if (signal.aborted) return;
    if (registration?.active) {
      const actions = ["answer", "decline"].map((action) => ({ action, title: word(`notice_${action}`) }));
      const whole = /** @type {NotificationOptions} */ ({ ...options, actions, data: { call: card.call } });
      await registration.showNotification(title, whole);
      // Chromium forgets one if somebody asks just then which there are, as the worker does when a window goes; it would
      // stand on the screen for good. The next one of its tag takes its place.
      if (!(await registration.getNotifications(whole)).length) await registration.showNotification(title, whole);
    } else {
      this.#showPlain(title, options);
    }
    if (signal.aborted) this.#close(card.call);
  }

  /**
   * @param {string} title
   * @param {NotificationOptions} options
   */
  #showPlain(title, options) {
    try {
      this.#plain = new Notification(title, options);
    } catch {
      return; // some phones' browsers only let service workers notify
    }
    this.#plain.addEventListener("click", () => window.focus());
  }

  /** From the service worker: who rings for this call? and: a button was pressed. @param {MessageEvent} event */
  #hear({ data, ports }) {
    const isMine = this.#ringing?.call === data?.call;
    if (data?.type === "lampfield:rings?") ports[0]?.postMessage(isMine);
    if (data?.type === "lampfield:call-action" && data.action && isMine) this.#act(data.action, data.call);
  }

  #pageChanged() {
    if (!this.#ringing) return;
    this.#plainTitle = document.title;
    document.title = this.#title;
  }

  #clear() {
    this.#offer?.abort();
    this.#offer = null;
    const { call } = this.#ringing ?? {};
    this.#ringing = null;
    if (!call) return;
    this.#close(call);
    if (document.title === this.#title) document.title = this.#plainTitle;
  }

  /** Whichever window showed it. @param {string} call */
  async #close(call) {
    this.#plain?.close();
    this.#plain = null;
    const registration = await navigator.serviceWorker?.getRegistration();
    for (const shown of (await registration?.getNotifications({ tag: call })) ?? []) shown.close();
  }

  /** This window goes while it rings: the worker finds out whether another one does. */
  #leave() {
    this.#plain?.close();
    if (this.#ringing) navigator.serviceWorker?.controller?.postMessage({ type: "lampfield:sweep" });
  }
}

function appIcon() {
  return document.querySelector('link[rel="apple-touch-icon"]')?.getAttribute("href") ?? "";
}
