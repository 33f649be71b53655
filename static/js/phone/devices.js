// Which microphone, speaker and ringer this person has chosen in this browser, and which of them are connected.
// A device's id means something in one browser only, so the choice stays here; and it is kept for each extension, so
// that two people who share a computer neither talk into each other's headset nor read its name.

import { pageConfig } from "../words.js";

/** @typedef {"microphone" | "speaker" | "ringer" | "begin"} Role begin: where calls begin that are started by a click */
/** @typedef {{ id: string, label: string }} Choice */
/** @typedef {{ id: string, label: string, isMissing: boolean }} Found an empty id: the default device */

const CHOSEN = "lampfield:devices-chosen";
/** What the browser itself stands in for the default; its id says nothing about a device. */
const STAND_INS = new Set(["", "default", "communications"]);

function storeKey() {
  return `lampfield.devices.${pageConfig().extension ?? ""}`;
}

/** @returns {Partial<Record<Role, Choice>>} */
function choices() {
  try {
    return JSON.parse(localStorage.getItem(storeKey()) ?? "{}") ?? {};
  } catch {
    return {}; // somebody else's writing under our key
  }
}

/**
 * @param {Role} role
 * @returns {Choice | null} null: the default device
 */
export function chosen(role) {
  const choice = choices()[role];
  return typeof choice?.id === "string" && typeof choice.label === "string" ? choice : null;
}

/**
 * @param {Role} role
 * @param {Choice | null} choice
 */
export function choose(role, choice) {
  const { [role]: _, ...others } = choices();
  localStorage.setItem(storeKey(), JSON.stringify(choice ? { ...others, [role]: choice } : others));
  document.dispatchEvent(new CustomEvent(CHOSEN));
}

/** In this window or another one of this browser. @param {() => void} listener */
export function onChosen(listener) {
  document.addEventListener(CHOSEN, listener);
  window.addEventListener("storage", ({ key }) => key === storeKey() && listener());
}

/** Not every browser lets a page say where sound comes out. @param {Role} role */
export function canChoose(role) {
  if (role === "microphone") return true;
  return "setSinkId" in (role === "speaker" ? HTMLMediaElement : AudioContext).prototype;
}

/**
 * The devices that can take this part; without permission for the microphone there is nothing to tell them by.
 * @param {Role} role
 * @returns {Promise<Choice[]>}
 */
export async function connected(role) {
  const kind = role === "microphone" ? "audioinput" : "audiooutput";
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices
    .filter((device) => device.kind === kind && !STAND_INS.has(device.deviceId))
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/**
 * The chosen device as it is connected now; by its name when the browser has given it another id.
 * @param {Role} role
 * @returns {Promise<Found>}
 */
export async function present(role) {
  const choice = chosen(role);
  if (!choice) return { id: "", label: "", isMissing: false };
  const devices = await connected(role);
  const found = devices.find(({ id }) => id === choice.id) ?? devices.find(({ label }) => label === choice.label);
  return { id: found?.id ?? "", label: choice.label, isMissing: !found };
}

/**
 * Lets this sound come out of the chosen device; the default one where that is not connected.
 * @param {HTMLMediaElement | AudioContext} sound
 * @param {Role} role
 */
export async function routeSound(sound, role) {
  const target = /** @type {{ sinkId?: unknown, setSinkId?: (id: string) => Promise<void> }} */ (sound);
  if (!target.setSinkId) return;
  const { id } = await present(role);
  if ((target.sinkId ?? "") === id) return;
  try {
    await target.setSinkId(id);
  } catch {
    // It went between the look and the use; a context that is closed has nothing to say anyway.
    await target.setSinkId("").catch(() => {});
  }
}
