// One socket for all windows of a person in one browser: who holds the lock has it, and passes on what it says.

import { ReconnectingSocket } from "./socket.js";

/**
 * @typedef {object} SharedSocketOptions
 * @property {string} name of what is shared, and by whom: another login shares nothing
 * @property {() => string} url
 * @property {(message: { data: any }) => void} onMessage
 * @property {() => void} onClose
 * @property {() => void} onJoin asked of the window that has the socket: another one needs to know everything
 */

/** @typedef {{ data?: any, closed?: true, joined?: true }} Passed */

export class SharedSocket {
  /** @type {SharedSocketOptions} */ #options;
  /** @type {ReconnectingSocket | null} null: another window has it */ #socket = null;
  /** @type {BroadcastChannel | null} */ #channel = null;
  /** What the window that has it said last. */
  #isKnownToBeClosed = false;

  /** @param {SharedSocketOptions} options */
  constructor(options) {
    this.#options = options;
    // Browsers give neither to a page that is not secure.
    if (!navigator.locks || !("BroadcastChannel" in window)) {
      this.#open();
      return;
    }
    this.#channel = new BroadcastChannel(options.name);
    this.#channel.addEventListener("message", ({ data }) => this.#hear(data));
    this.#wait();
  }

  /** @param {string} text @returns {boolean} false when this window has no open socket: nothing was sent */
  send(text) {
    return this.#socket?.send(text) ?? false;
  }

  /** Asks for everything, wherever the socket is. */
  join() {
    if (this.#socket) this.#options.onJoin();
    else this.#pass({ joined: true });
  }

  /**
   * Nothing was heard for too long: the connection died without a word, or the window that has it did. A socket that
   * is known to be closed comes back at its own pace.
   */
  renew() {
    if (!this.#socket && !this.#isKnownToBeClosed) this.#take({ steal: true });
    else if (this.#socket?.isOpen) ReconnectingSocket.renewAll();
  }

  /** The lock is kept until the page goes; then the next window in the line has it. */
  #wait() {
    this.#take({});
    this.join();
  }

  /** @param {LockOptions} how */
  #take(how) {
    const hold = () => {
      this.#open();
      return new Promise(() => {});
    };
    // Rejected when another window has taken it away: this one was too silent.
    navigator.locks.request(this.#options.name, how, hold).catch(() => this.#give());
  }

  #open() {
    if (this.#socket) return;
    this.#isKnownToBeClosed = false;
    const { url, onMessage, onClose } = this.#options;
    const socket = new ReconnectingSocket({
      url,
      onMessage: ({ data }) => {
        if (this.#socket !== socket) return;
        this.#pass({ data });
        onMessage({ data });
      },
      onClose: () => {
        if (this.#socket !== socket) return;
        this.#pass({ closed: true });
        onClose();
      },
    });
    this.#socket = socket;
  }

  #give() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#wait();
  }

  /** @param {Passed} message */
  #pass(message) {
    this.#channel?.postMessage(message);
  }

  /** @param {Passed} message */
  #hear({ data, closed, joined }) {
    if (this.#socket) {
      if (joined) this.#options.onJoin();
    } else if (closed || data) {
      this.#isKnownToBeClosed = Boolean(closed);
      if (closed) this.#options.onClose();
      else this.#options.onMessage({ data });
    }
  }
}
