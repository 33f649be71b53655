// The page of devices: choose what one speaks into and hears from, see the microphone's level, hear a test sound.

import { canChoose, choose, chosen, connected, onChosen, routeSound } from "./devices.js";
import { closeMicrophone, openMicrophone } from "./microphone.js";

/** @typedef {import("./devices.js").Role} Role */
/** @typedef {import("./devices.js").Choice} Choice */

const LEVEL_EVERY_MS = 100;
const LEVEL_WORDS_EVERY = 5;
/** From these levels on it is quiet, good, loud; below it is silent. */
const LEVELS = /** @type {const} */ ([
  [0.6, "level_loud"],
  [0.12, "level_good"],
  [0.02, "level_quiet"],
  [0, "level_silent"],
]);
/** Seconds, and hertz sounding together. @type {Record<string, [from: number, to: number, ...hz: number[]][]>} */
const TEST_SOUNDS = {
  speaker: [
    [0, 0.35, 523],
    [0.35, 0.7, 659],
    [0.7, 1.2, 784],
  ],
  ringer: [
    [0, 0.4, 660, 880],
    [0.5, 0.9, 660, 880],
  ],
};
const TEST_VOLUME = 0.12;
const EDGE_SECONDS = 0.02;

/** @type {HTMLElement | null} */
let page = null;
/** @type {MicrophoneLevel | null} */
let level = null;

/** @param {string} key */
function say(key) {
  return String(JSON.parse(document.getElementById("devices-words")?.textContent ?? "{}")[key] ?? key);
}

/** Pages come and go, this script stays. */
function arrive() {
  const here = document.getElementById("devices");
  if (here === page) return;
  level?.stop();
  page = here;
  if (page) paint();
}

async function paint() {
  const shown = page;
  if (!shown) return;
  const isAllowed = await hasNames();
  if (shown !== page) return;
  if (!navigator.mediaDevices) complain("mic_insecure");
  shown.dataset.permission = isAllowed ? "granted" : "wanted";
  for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (shown.querySelectorAll("select[data-device]")))
    await paintChoice(select, isAllowed);
  for (const radio of beginnings(shown)) radio.checked = radio.value === (chosen("begin")?.id ?? "");
}

/** Where calls begin: in this browser (empty), or on the desk phone. @param {HTMLElement} shown */
function beginnings(shown) {
  return /** @type {NodeListOf<HTMLInputElement>} */ (shown.querySelectorAll('input[name="begin"]'));
}

/** Without permission for the microphone a browser tells no device's name. */
async function hasNames() {
  return (await connected("microphone")).some(({ label }) => label);
}

/**
 * @param {HTMLSelectElement} select
 * @param {boolean} isAllowed
 */
async function paintChoice(select, isAllowed) {
  const role = /** @type {Role} */ (select.dataset.device);
  const field = select.closest("[data-role='choice']");
  const fixed = field?.parentElement?.querySelector('[data-role="fixed"]');
  if (field instanceof HTMLElement) field.hidden = !canChoose(role);
  if (fixed instanceof HTMLElement) fixed.hidden = canChoose(role);
  const devices = (await connected(role)).filter(({ label }) => label);
  const choice = chosen(role);
  const used = devices.find(({ id }) => id === choice?.id) ?? devices.find(({ label }) => label === choice?.label);
  const options = [option("", say("default")), ...devices.map(({ id, label }) => option(id, label))];
  if (choice && !used) options.push(option(choice.id, say("gone").replace("{name}", choice.label)));
  select.replaceChildren(...options);
  select.value = used?.id ?? choice?.id ?? "";
  select.disabled = !isAllowed;
}

/**
 * @param {string} value
 * @param {string} text
 */
function option(value, text) {
  const element = document.createElement("option");
  element.value = value;
  element.textContent = text;
  return element;
}

/** @param {Event} event */
async function onChange({ target }) {
  if (target instanceof HTMLInputElement && page?.contains(target) && target.name === "begin") {
    choose("begin", target.value ? { id: target.value, label: "" } : null);
    return tell("saved");
  }
  if (!(target instanceof HTMLSelectElement) || !page?.contains(target) || !target.dataset.device) return;
  const role = /** @type {Role} */ (target.dataset.device);
  const device = (await connected(role)).find(({ id }) => id === target.value);
  if (device) choose(role, device);
  else if (!target.value) choose(role, null);
  tell("saved");
  if (role === "microphone" && level?.isOn) await listen();
}

/** @type {Record<string, (button: HTMLElement) => unknown>} */
const ACTIONS = {
  allow: () => listen(),
  listen: () => (level?.isOn ? level.stop() : listen()),
  "test-speaker": () => testSound("speaker"),
  "test-ringer": () => testSound("ringer"),
};

/** @param {MouseEvent} event */
function onClick({ target }) {
  const button = target instanceof Element ? target.closest("[data-device-action]") : null;
  if (button instanceof HTMLElement) ACTIONS[button.dataset.deviceAction ?? ""]?.(button);
}

/** Asks for the microphone if need be, and shows what it hears. */
async function listen() {
  level?.stop();
  complain("");
  const shown = page;
  try {
    const microphone = await openMicrophone();
    if (!shown || shown !== page) return closeMicrophone(microphone);
    level = new MicrophoneLevel(shown, microphone);
  } catch (error) {
    complain(/** @type {Error} */ (error).message);
  }
  return paint();
}

/** @param {string} problem its words' key; empty: nothing is wrong */
function complain(problem) {
  const place = page?.querySelector('[data-role="problem"]');
  if (!(place instanceof HTMLElement)) return;
  place.hidden = !problem;
  const words = place.querySelector('[data-role="problem-words"]');
  if (words) words.textContent = problem ? say(problem) : "";
}

/** @param {string} key */
function tell(key) {
  const place = page?.querySelector('[data-role="told"]');
  if (place) place.textContent = say(key);
}

/** What the microphone hears now, as a bar and a word. */
class MicrophoneLevel {
  /** @type {HTMLElement} */ #page;
  /** @type {MediaStream} */ #microphone;
  #context = new AudioContext();
  #timer;
  #turn = 0;
  isOn = true;

  /**
   * @param {HTMLElement} shown
   * @param {MediaStream} microphone
   */
  constructor(shown, microphone) {
    this.#page = shown;
    this.#microphone = microphone;
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(microphone).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.#show(Math.min(1, 4 * Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length)));
    }, LEVEL_EVERY_MS);
    for (const track of microphone.getAudioTracks()) track.addEventListener("ended", () => this.#lose());
    this.#mark();
  }

  stop() {
    if (!this.isOn) return;
    this.isOn = false;
    clearInterval(this.#timer);
    closeMicrophone(this.#microphone);
    this.#context.close();
    this.#show(0);
    this.#mark();
  }

  /** Unplugged: what is left is heard instead. */
  #lose() {
    if (this.isOn) listen();
  }

  /** @param {number} loudness */
  #show(loudness) {
    const meter = this.#page.querySelector("meter");
    if (meter) meter.value = loudness;
    if (this.isOn && this.#turn++ % LEVEL_WORDS_EVERY) return;
    const key = LEVELS.find(([from]) => loudness >= from)?.[1] ?? "level_silent";
    const words = this.#page.querySelector('[data-role="level-words"]');
    if (words) words.textContent = this.isOn ? say(key) : "";
  }

  #mark() {
    const button = this.#page.querySelector('[data-device-action="listen"]');
    button?.setAttribute("aria-pressed", String(this.isOn));
    if (button) button.textContent = say(this.isOn ? "stop_listening" : "listen");
  }
}

/** @param {"speaker" | "ringer"} role */
async function testSound(role) {
  const context = new AudioContext();
  await routeSound(context, role);
  const bursts = TEST_SOUNDS[role] ?? [];
  const start = context.currentTime + EDGE_SECONDS;
  const sounding = bursts.flatMap(([from, to, ...hz]) =>
    hz.map((each) => tone(context, start + from, start + to, each)),
  );
  sounding.at(-1)?.addEventListener("ended", () => context.close());
  tell(role === "speaker" ? "tested_speaker" : "tested_ringer");
}

/**
 * @param {AudioContext} context
 * @param {number} from
 * @param {number} to
 * @param {number} hertz
 */
function tone(context, from, to, hertz) {
  const [source, volume] = [new OscillatorNode(context, { frequency: hertz }), new GainNode(context, { gain: 0 })];
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(TEST_VOLUME, from + EDGE_SECONDS);
  volume.gain.setValueAtTime(TEST_VOLUME, to - EDGE_SECONDS);
  volume.gain.linearRampToValueAtTime(0, to);
  source.connect(volume).connect(context.destination);
  source.start(from);
  source.stop(to);
  return source;
}

document.addEventListener("lampfield:swapped", arrive);
document.addEventListener("change", onChange);
document.addEventListener("click", onClick);
navigator.mediaDevices?.addEventListener("devicechange", () => paint());
onChosen(() => paint());
arrive();
