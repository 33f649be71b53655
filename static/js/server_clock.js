// The server's time, told with the page and with every welcome: a computer whose clock is wrong by an hour is not asked.

import { pageConfig } from "./words.js";

/** Of the steady clock of this page, which nobody sets; sleep stops it, and a welcome follows every sleep. */
let readAt = performance.now();
let serverAt = Number(pageConfig().now ?? Date.now() / 1000); // a page without it hears a welcome before it needs one

/** @param {number} unixSeconds */
export function setServerNow(unixSeconds) {
  readAt = performance.now();
  serverAt = unixSeconds;
}

/** Unix seconds. */
export function serverNow() {
  return serverAt + (performance.now() - readAt) / 1000;
}
