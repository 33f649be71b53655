// A WebSocket that comes back, with patience.

const LOG_IN_AGAIN = 4401;
const COME_BACK = 4012; // this server is being restarted, and there are others
const COME_BACK_MAX_MS = 500;
const RETRY_FIRST_MS = 2_000;
const RETRY_MAX_MS = 30_000;
const OPENING_MAX_MS = 10_000;
const STEADY_MS = 5_000;
const RELOAD_PAUSE_MS = 10_000;
const RELOADED_AT = "lampfield.reloadedAt";

/**
 * @typedef {object} SocketOptions
 * @property {() => string} url
 * @property {string} [protocol]
 * @property {(event: MessageEvent) => void} onMessage
 * @property {() => void} [onOpen]
 * @property {(event: CloseEvent) => void} [onClose]
 */

/**
 * A WebSocket that comes back: after a while that is drawn anew each time, up to 2 s, then 4, 8, 16, 30, so that thousands
 * that were cut at once do not come at once; at once on `online`, and soon when the server sent it away to another.
 */
export class ReconnectingSocket {
  /** @type {SocketOptions} */ #options;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #failures = 0;
  #isWanted = true;
  /** @type {Set<ReconnectingSocket>} */
  static #all = new Set();

  /** @param {SocketOptions} options */
  constructor(options) {
    this.#options = options;
    ReconnectingSocket.#all.add(this);
    window.addEventListener("online", () => this.#openNow());
    window.addEventListener("offline", () => this.#socket?.close());
    this.#open();
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /**
   * @param {string | ArrayBuffer | Uint8Array<ArrayBuffer>} data
   * @returns {boolean} false when the socket is not open: nothing was sent
   */
  send(data) {
    if (!this.isOpen) return false;
    this.#socket?.send(data);
    return true;
  }

  /** For whom patience would cost something, such as a call that is on; an attempt under way goes on. */
  hurry() {
    if (this.#socket?.readyState === WebSocket.CLOSED) this.#openNow();
  }

  /** Every socket of this page opens anew: a connection died without a word, and they share its fate. */
  static renewAll() {
    for (const socket of ReconnectingSocket.#all) socket.renew();
  }

  renew() {
    const silent = this.#socket;
    this.#open();
    silent?.close();
  }

  close() {
    ReconnectingSocket.#all.delete(this);
    this.#isWanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #openNow() {
    if (!this.#isWanted || this.isOpen) return;
    this.#failures = 0;
    this.renew();
  }

  #open() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.#options.url(), this.#options.protocol ?? []);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    let openedAt = 0;
    const overdue = setTimeout(() => socket.close(), OPENING_MAX_MS);
    socket.addEventListener("open", () => {
      clearTimeout(overdue);
      if (this.#socket !== socket) return;
      openedAt = Date.now();
      this.#options.onOpen?.();
    });
    socket.addEventListener("message", (event) => {
      if (this.#socket === socket) this.#options.onMessage(event);
    });
    socket.addEventListener("close", (event) => {
      clearTimeout(overdue);
      if (this.#socket !== socket) return;
      if (openedAt && Date.now() - openedAt > STEADY_MS) this.#failures = 0;
      this.#options.onClose?.(event);
      if (!this.#isWanted) return;
      if (event.code === LOG_IN_AGAIN) askForLogin();
      const patience = event.code === COME_BACK ? Math.random() * COME_BACK_MAX_MS : this.#patience();
      this.#timer = setTimeout(() => this.#open(), patience);
    });
  }

  #patience() {
    return Math.random() * Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.#failures++);
  }
}

/** Loads the page anew, which leads to the login; not again and again where the login page sends us back. */
function askForLogin() {
  const reloadedAt = Number(sessionStorage.getItem(RELOADED_AT));
  if (Date.now() - reloadedAt < RELOAD_PAUSE_MS) return;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  location.reload();
}

/**
 * @param {string} path
 * @returns {string}
 */
export function socketUrl(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}
