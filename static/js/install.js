// Installing Lampfield as an app: whether it can be done, whether it was, and doing it. `lampfield:install-changed` on
// the document says that an answer may be another now.

import { kept, setOffer } from "./install_prompt.js";

const AS_APP = ["standalone", "window-controls-overlay", "minimal-ui", "fullscreen"];

/** Whether the browser offers it now; false also where it installs apps from its own menu only. */
export function canInstall() {
  return kept.offer !== null && !isInstalled();
}

/** Whether this window is the installed app's. */
export function isInstalled() {
  const { standalone } = /** @type {{ standalone?: boolean }} */ (navigator);
  return standalone === true || AS_APP.some((mode) => matchMedia(`(display-mode: ${mode})`).matches);
}

/**
 * Asks the person; call it from a click.
 * @returns {Promise<boolean>} whether they said yes
 */
export async function install() {
  const { offer } = kept;
  if (!offer) return false;
  setOffer(null); // good for one question; where the answer is no, the browser offers it again later
  await offer.prompt();
  return (await offer.userChoice).outcome === "accepted";
}
