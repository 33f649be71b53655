// How a window looks and sounds, as its person chose it: at once where they chose it and in their other windows.

import { pageConfig } from "./words.js";

/** @typedef {{ ringing: boolean, volume: number, others: boolean }} Sounds */
/** @typedef {{ theme: string, sounds: Sounds }} Appearance theme: empty as the system has it */

/** @returns {Appearance} */
export function shownAppearance() {
  return { theme: document.documentElement.dataset.theme ?? "", sounds: pageConfig().sounds };
}

/** @param {Appearance} chosen */
export function showAppearance({ theme, sounds }) {
  const { dataset } = document.documentElement;
  if (theme) dataset.theme = theme;
  else delete dataset.theme;
  document.querySelector('meta[name="color-scheme"]')?.setAttribute("content", theme || "light dark");
  for (const bar of /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll("meta[data-of-theme]"))) {
    const own = bar.dataset.ofTheme;
    bar.media = theme ? (theme === own ? "all" : "not all") : `(prefers-color-scheme: ${own})`;
  }
  Object.assign(pageConfig(), { sounds });
  followThemeForm(theme);
  followSoundsForm(sounds);
}

/** @param {Appearance} chosen */
export function tellOtherWindows(chosen) {
  const channel = new BroadcastChannel(channelName());
  channel.postMessage(chosen);
  channel.close();
}

export function hearOtherWindows() {
  new BroadcastChannel(channelName()).addEventListener("message", ({ data }) => showAppearance(data));
}

function channelName() {
  return `lampfield-appearance-${pageConfig().extension}`;
}

/** Where the choice is shown as well. @param {string} theme */
function followThemeForm(theme) {
  const form = document.getElementById("theme-form");
  if (!form) return;
  form.dataset.chosen = theme;
  for (const button of form.querySelectorAll("button")) button.ariaPressed = String(button.value === theme);
}

/** @param {Sounds} sounds */
function followSoundsForm({ ringing, volume, others }) {
  const form = document.getElementById("sounds-form");
  if (!form) return;
  Object.assign(form.dataset, { ringing, volume, others });
  const fields = /** @type {Record<string, boolean | number>} */ ({
    ringing_sound: ringing,
    ringing_volume: volume,
    other_sounds: others,
  });
  for (const [name, value] of Object.entries(fields)) {
    const field = /** @type {HTMLInputElement | null} */ (form.querySelector(`[name="${name}"]`));
    if (field) adopt(field, value);
  }
}

/**
 * What somebody has changed and not yet saved stays.
 * @param {HTMLInputElement} field
 * @param {boolean | number} value
 */
function adopt(field, value) {
  if (typeof value === "boolean") {
    if (field.checked === field.defaultChecked) field.checked = value;
    field.defaultChecked = value;
  } else {
    if (field.value === field.defaultValue) field.value = String(value);
    field.defaultValue = String(value);
  }
}
