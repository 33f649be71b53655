// Moments and lengths of time in the page's language; which day is today, the server says.

import { serverNow } from "./server_clock.js";
import { language, pageConfig } from "./words.js";

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
  const isToday = calendar.format(moment) === calendar.format(serverNow() * 1000);
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
