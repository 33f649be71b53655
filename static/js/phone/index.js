// The phone of this window: keeps the socket; the desk, that makes calls of what it says, is fetched with the first one.

import { isGone } from "../gone.js";
import { setServerNow } from "../server_clock.js";
import { toast } from "../toast.js";
import { loadPhoneWords, pageConfig, word } from "../words.js";
import { PhoneLine } from "./line.js";
import { windowId } from "./window_id.js";

/** @typedef {import("./desk.js").PhoneDesk} PhoneDesk */
/** @typedef {import("./line.js").PhoneMessage} PhoneMessage */

const TRY_AGAIN_MS = 1000;
/** The page comes first; what registers this window with Asterisk, after it. */
const SIP_AFTER_MS = 2000;

/** @type {Promise<PhoneLine>} */
let line;
/** @type {Promise<PhoneDesk> | null} */
let opening = null;
/** @type {PhoneDesk | null} */
let desk = null;
/** What the desk will have to know when it comes. @type {PhoneMessage[]} */
let unread = [];
/** Made with the first click or key: browsers are silent until then. @type {AudioContext | null} */
let speaker = null;
/** How many messages the page was drawn with, then how many there are. @type {number | null} */
let unheard = null;
/** The last news of my queues: its script comes later than the first. @type {object | null} */
let queues = null;

export function startPhone() {
  const path = pageConfig().urls?.phone_socket;
  if (!path || !document.getElementById("call-card")) return;
  line = windowId().then((name) => new PhoneLine(`${path}?window=${name}`, hear));
  for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, wake, { once: true });
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-call-action]") : null;
    if (button) openDesk().then((there) => there.act(button));
  });
  document.addEventListener("lampfield:dial", (event) => {
    const { number } = /** @type {CustomEvent<{ number: string }>} */ (event).detail;
    openDesk().then((there) => there.dial(number));
  });
  document.addEventListener("lampfield:queues-wanted", () => queues && tell("queues", queues));
  // How well the sound gets through, for whoever looks from outside: figures only.
  Object.defineProperty(window, "lampfieldPhone", {
    value: Object.freeze({ stats: async () => desk?.stats() ?? null }),
  });
}

/** Somebody is here: what their first call needs had better be there before it. */
function wake() {
  speaker ??= new AudioContext();
  speaker.resume();
  openDesk();
}

function openDesk() {
  opening ??= fetchDesk(0);
  return opening;
}

/**
 * @param {number} tries
 * @returns {Promise<PhoneDesk>}
 */
async function fetchDesk(tries) {
  const url = pageConfig().urls.phone_desk;
  try {
    // A browser may keep in mind that an address failed.
    const [{ PhoneDesk }] = await Promise.all([
      import(tries ? `${url}?again=${tries}` : url),
      loadPhoneWords(),
      loadStyles(pageConfig().urls.call_styles),
    ]);
    desk = new PhoneDesk(document.getElementById("call-card"), await line, speaker);
  } catch {
    if (await isGone(url)) return new Promise(() => {}); // the page goes, too
    if (!tries) toast(word("network_failed"), { kind: "error" });
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    return fetchDesk(tries + 1);
  }
  for (const message of unread.splice(0)) desk?.hear(message);
  return /** @type {PhoneDesk} */ (desk);
}

/** A card must not be seen before its styles. @param {string} address */
function loadStyles(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = () => resolve(undefined);
    link.onerror = () => {
      link.remove();
      reject(new Error(`styles: ${address}`));
    };
    document.head.append(link);
  });
}

/** @param {PhoneMessage} message */
function hear(message) {
  switch (message.type) {
    case "unheard":
      return countUnheard(message.count);
    case "missed":
    case "settings_changed":
    case "status_set":
      return tell(message.type, message);
    case "queues":
      queues = message;
      return tell("queues", queues);
    case "welcome":
      // Somebody else has logged in in this browser meanwhile: what this page shows is not theirs.
      if (message.extension !== pageConfig().extension) return location.reload();
      setServerNow(message.now);
      tell("status_set", message.status);
      countUnheard(message.unheard);
      tell("settings-changed", { versions: message.versions });
      tell("missed", { count: message.missed });
      queues = { queues: message.queues };
      tell("queues", queues);
      unread = []; // it says all that is true now
      if (message.sip) setTimeout(openDesk, SIP_AFTER_MS);
  }
  if (desk) return desk.hear(message);
  unread.push(message);
  if (isNewsOfCalls(message)) openDesk();
}

/** @param {PhoneMessage} message */
function isNewsOfCalls(message) {
  if (message.type === "welcome") return message.calls.length > 0 || message.parked.length > 0;
  return message.type === "call" || (message.type === "parked" && message.calls.length > 0);
}

/**
 * @param {string} type
 * @param {object} detail
 */
function tell(type, detail) {
  document.dispatchEvent(new CustomEvent(`lampfield:${type.replace("_", "-")}`, { detail }));
}

/** @param {number} count */
function countUnheard(count) {
  tell("unheard", { count });
  if (count > (unheard ?? count)) tell("voicemail-arrived", {});
  unheard = count;
}
