// The card of the settings that offers to install Lampfield, and to open phone links with it.

import { canInstall, install, isInstalled } from "./install.js";

const SCHEMES = ["tel", "sip"];

/** @param {string} selector */
function part(selector) {
  return /** @type {HTMLElement | null} */ (document.querySelector(`#install-card ${selector}`));
}

function show() {
  const state = isInstalled() ? "yes" : canInstall() ? "prompt" : "by_hand";
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#install-card [data-install]")))
    each.hidden = each.dataset.install !== state;
  // The installed app takes the links by its manifest.
  const links = part('[data-role="links"]');
  if (links) links.hidden = isInstalled() || !("registerProtocolHandler" in navigator);
}

/** @param {MouseEvent} event */
function onClick({ target }) {
  const role = target instanceof Element ? target.closest("#install-card [data-role]")?.getAttribute("data-role") : "";
  if (role === "install") ask();
  if (role === "take-links") takeLinks();
}

async function ask() {
  say((await install()) ? "" : "refused");
}

function takeLinks() {
  const page = document.getElementById("install-card")?.dataset.callLink;
  try {
    for (const scheme of SCHEMES) navigator.registerProtocolHandler(scheme, `${location.origin}${page}?to=%s`);
    say("asked");
  } catch {
    say("failed");
  }
}

/** @param {string} key of the words beside it; empty: nothing */
function say(key) {
  const place = part('[data-role="install-answer"]');
  if (place) place.textContent = place.dataset[key] ?? "";
}

document.addEventListener("lampfield:install-changed", show);
document.addEventListener("lampfield:swapped", show);
document.addEventListener("click", onClick);
show();
