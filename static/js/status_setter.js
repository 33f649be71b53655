// Who set my status, when it was somebody else: beside the status, until the person switches.

import { formatTime, word } from "./words.js";

/** @typedef {{ status: string, by: string, at: number, note: string }} StatusSet */

export function startStatusSetter() {
  document.addEventListener("lampfield:status-set", (event) =>
    show(/** @type {CustomEvent<StatusSet>} */ (event).detail),
  );
  document.addEventListener("lampfield:own-presence", (event) => {
    forgetUnless(/** @type {CustomEvent<{ status: string }>} */ (event).detail.status);
  });
}

/** @returns {NodeListOf<HTMLElement>} */
function places() {
  return document.querySelectorAll('[data-role="status-setter"]');
}

/** @param {StatusSet} news */
function show({ status, by, at, note }) {
  for (const place of places()) {
    const key = note && place.dataset.shows === "note" ? "status_set_by_with_note" : "status_set_by";
    place.textContent = by ? word(key, { by, time: formatTime(at), note }) : "";
    place.dataset.ofStatus = status;
    place.hidden = !by;
  }
}

/** Another status than the one that was set is the person's own. @param {string} status */
function forgetUnless(status) {
  for (const place of places()) if (place.dataset.ofStatus !== status) place.hidden = true;
}
