// What JsSIP speaks through: a socket to our own server, which comes back at the pace of all the others.

/** @import { ReconnectingSocket, SocketOptions } from "../socket.js" */
/** @typedef {(options: Omit<SocketOptions, "url" | "protocol">) => ReconnectingSocket} OpenSocket */

/** Between two sockets that are given up without having been closed. */
const RENEW_PAUSE_MS = 2000;

/** As JsSIP wants its sockets to be. */
export class SipSocket {
  via_transport = "WS";
  sip_uri = "sip:asterisk.invalid;transport=ws";
  url = "ws://asterisk.invalid";
  /** @type {OpenSocket} */ #open;
  /** @type {ReconnectingSocket | null} */ #socket = null;
  #renewedAt = 0;
  onconnect = () => {};
  /** @type {(error: boolean, code?: number, reason?: string) => void} */ ondisconnect = () => {};
  /** @type {(data: any) => void} */ ondata = () => {};

  /** @param {OpenSocket} open */
  constructor(open) {
    this.#open = open;
  }

  connect() {
    if (this.#socket) return this.hurry();
    this.#socket = this.#open({
      onOpen: () => this.onconnect(),
      onClose: ({ code, reason }) => this.ondisconnect(true, code, reason),
      onMessage: ({ data }) => this.ondata(data),
    });
  }

  disconnect() {
    this.#socket?.close();
    this.#socket = null;
  }

  /** @param {any} message */
  send(message) {
    return this.#socket?.send(message) ?? false;
  }

  isConnected() {
    return this.#socket?.isOpen ?? false;
  }

  isConnecting() {
    return Boolean(this.#socket) && !this.isConnected();
  }

  hurry() {
    this.#socket?.hurry();
  }

  /** The network is another one: what still seems open may lead nowhere. */
  renew() {
    if (!this.isConnected() || Date.now() - this.#renewedAt < RENEW_PAUSE_MS) return this.hurry();
    this.#renewedAt = Date.now();
    this.ondisconnect(true);
    this.#socket?.renew();
  }
}
