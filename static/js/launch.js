// The installed app was opened by a link or a shortcut while this window was open: the page it means comes in here.

/** Only pages that ask; the app's own address means "show me", and must not take away what is on the screen. */
const QUESTIONS = /^\/(call|status)\//;

/** @typedef {{ targetURL?: string }} Launch */
/** @typedef {{ setConsumer: (consumer: (launch: Launch) => void) => void }} LaunchQueue */

export function startLaunches() {
  const { launchQueue } = /** @type {{ launchQueue?: LaunchQueue }} */ (/** @type {unknown} */ (window));
  launchQueue?.setConsumer(({ targetURL }) => targetURL && open(new URL(targetURL)));
  document.addEventListener("lampfield:swapped", showNumber);
}

/** As a click in the rail: a call that is on goes on. @param {URL} url */
function open(url) {
  if (url.origin !== location.origin || url.href === location.href || !QUESTIONS.test(url.pathname)) return;
  const { htmx } = /** @type {{ htmx?: { process: (element: Element) => void } }} */ (window);
  const rail = document.querySelector(".rail, [data-role='rail']");
  if (!rail || !htmx) return location.assign(url);
  const link = document.createElement("a");
  link.href = url.href;
  link.hidden = true;
  rail.append(link);
  htmx.process(link);
  link.click();
  link.remove();
}

/** The number that a link asks for stands in the field where one dials, too. */
function showNumber() {
  const asked = /** @type {HTMLElement | null} */ (document.querySelector('#main [data-role="call-link"]'));
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById("dial-field"));
  if (asked?.dataset.number && field) field.value = asked.dataset.number;
}
