// Settings > Profile: a theme that is there at once, sounds to try, and the square of a picture chosen by sight.

import { Tones } from "./phone/tones.js";
import { startCrop } from "./picture_crop.js";
import { pageConfig } from "./words.js";

const tones = new Tones(null);

/** The page in <main> is new; what stands around it follows. */
function follow() {
  const theme = document.getElementById("theme-form")?.dataset.chosen;
  if (theme) document.documentElement.dataset.theme = theme;
  else if (theme === "") delete document.documentElement.dataset.theme;
  const saved = document.getElementById("sounds-form")?.dataset;
  if (saved)
    Object.assign(pageConfig(), {
      sounds: { ringing: saved.ringing === "true", volume: Number(saved.volume), others: saved.others === "true" },
    });
  const trial = /** @type {HTMLElement | null} */ (document.querySelector('[data-role="try-ringing"]'));
  if (trial) trial.hidden = false;
  startCrop();
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
