// The page's language: translated words, times and durations for every other script.

export const language = document.documentElement.lang || "en";

/** @type {Map<string, Record<string, any>>} */
const blocks = new Map();

/**
 * The JSON the server put into the page under this id; empty on pages without it.
 * @param {string} id
 * @returns {Record<string, any>}
 */
function jsonBlock(id) {
  let block = blocks.get(id);
  if (!block) {
    block = JSON.parse(document.getElementById(id)?.textContent ?? "{}");
    blocks.set(id, /** @type {Record<string, any>} */ (block));
  }
  return /** @type {Record<string, any>} */ (block);
}

/**
 * A translated text; `{name}` is replaced by `params.name`. An unknown key is shown as it is.
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 * @returns {string}
 */
export function word(key, params = {}) {
  const text = String(jsonBlock("js-words")[key] ?? key);
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/** @type {Promise<void> | null} */
let phoneWords = null;

/** The words that only calls and recordings need: fetched with the first of them, which waits for this. */
export function loadPhoneWords() {
  phoneWords ??= fetchPhoneWords().catch((error) => {
    phoneWords = null;
    throw error;
  });
  return phoneWords;
}

async function fetchPhoneWords() {
  const response = await fetch(pageConfig().urls.phone_words);
  if (!response.ok) throw new Error(`words: ${response.status}`);
  Object.assign(jsonBlock("js-words"), await response.json());
}

/** Who this page belongs to, and the addresses it may ask. */
export function pageConfig() {
  return jsonBlock("page-config");
}

// The company's time zone, as in the pages that the server writes: one moment has one name on every screen.
const timeZone = pageConfig().time_zone;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
// As the server says it: the day first.
const calendar = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
  day: "numeric",
  month: "short",
  timeZone,
});

/**
 * The time of day; for another day than today, the day.
 * @param {number} unixSeconds
 * @returns {string}
 */
export function formatTime(unixSeconds) {
  const moment = new Date(unixSeconds * 1000);
  const isToday = calendar.format(moment) === calendar.format(new Date());
  return (isToday ? clock : calendar).format(moment);
}

/**
 * The time of day, after the day where it is another than today.
 * @param {number} unixSeconds
 */
export function formatUntil(unixSeconds) {
  const day = formatTime(unixSeconds);
  const time = clock.format(unixSeconds * 1000);
  return day === time ? time : `${day}, ${time}`;
}

/** @param {"second" | "minute" | "hour"} unit */
function unitFormat(unit) {
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" });
}

const inSeconds = unitFormat("second");
const inMinutes = unitFormat("minute");
const inHours = unitFormat("hour");

/**
 * A length of time in its largest unit, two units from an hour on.
 * @param {number} seconds
 * @returns {string}
 */
export function formatDuration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return inSeconds.format(whole);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return inMinutes.format(minutes);
  return `${inHours.format(Math.floor(minutes / 60))} ${inMinutes.format(minutes % 60)}`;
}
