// Settings > Profile: a theme that is there at once, sounds to try, and the square of a picture chosen by sight.

import { showAppearance, shownAppearance, tellOtherWindows } from "./appearance.js";
import { Tones } from "./phone/tones.js";
import { startCrop } from "./picture_crop.js";

const tones = new Tones(null);

/** The page in <main> is new; what stands around it follows, and so do the other windows. */
function follow() {
  const chosen = chosenAppearance();
  if (chosen && JSON.stringify(chosen) !== JSON.stringify(shownAppearance())) {
    showAppearance(chosen);
    tellOtherWindows(chosen);
  }
  const trial = /** @type {HTMLElement | null} */ (document.querySelector('[data-role="try-ringing"]'));
  if (trial) trial.hidden = false;
  startCrop();
}

/** As the page says it; null on any other page. */
function chosenAppearance() {
  const theme = document.getElementById("theme-form")?.dataset.chosen;
  const saved = document.getElementById("sounds-form")?.dataset;
  if (theme === undefined || !saved) return null;
  const sounds = { ringing: saved.ringing === "true", volume: Number(saved.volume), others: saved.others === "true" };
  return { theme, sounds };
}

/** @param {Event} event */
function tryRinging({ target }) {
  if (!(target instanceof Element) || !target.closest('[data-role="try-ringing"]')) return;
  const volume = /** @type {HTMLInputElement | null} */ (document.querySelector('[name="ringing_volume"]'));
  tones.tryRinging(Number(volume?.value));
}

document.addEventListener("click", tryRinging);
document.addEventListener("lampfield:swapped", follow);
follow();
