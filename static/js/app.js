// Starts everything once; pages come and go in <main> while the bar, the call and the sockets live on.

import { startConnection } from "./connection.js";
import { isGone } from "./gone.js";
import { keepInstallOffer } from "./install_prompt.js";
import { startKeys } from "./key_loader.js";
import { startLamps } from "./lamps.js";
import { startPeople } from "./people.js";
import { startPhone } from "./phone/index.js";
import { startSettingsNews } from "./settings_news.js";
import { startStatusMenu } from "./status_menu.js";
import { startStatusWatch } from "./status_watch.js";
import { toast } from "./toast.js";
import { pageConfig, word } from "./words.js";

const STOP_BLINKING = "lampfield.stopBlinking";
/** What nobody waits for keeps out of the way of what is waited for. */
const AFTER_LOAD_MS = 4000;

/** What htmx says of one request; only what is used here. @typedef {{ target?: Element, sourceElement?: Element, response?: { status: number, raw: Response } }} HtmxContext */

/**
 * @param {Event} event
 * @returns {any}
 */
function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail ?? {};
}

/** @param {HtmxContext | undefined} context */
function swapsPage(context) {
  return context?.target?.id === "main";
}

/** @param {boolean} isLoading */
function setLoading(isLoading) {
  const { dataset } = document.documentElement;
  if (isLoading) dataset.loading = "";
  else delete dataset.loading;
}

/** An ended session answers with the login page, which needs the whole window. @param {Event} event */
function leaveForLogin(event) {
  const { request, response } = detailOf(event).ctx ?? {};
  const answer = response?.raw;
  const login = pageConfig().urls?.login;
  if (!answer?.redirected || new URL(answer.url).pathname !== login) return;
  event.preventDefault();
  // What was asked for comes after the login; what was sent has no page, so there the present one does.
  const here = `${login}?next=${encodeURIComponent(location.pathname + location.search)}`;
  location.assign(request?.method === "GET" ? answer.url : here);
}

/**
 * A broken server changes neither the page nor the address; a page without our frame is opened as a page.
 * @param {Event} event
 */
function judgePage(event) {
  const { ctx, tasks } = detailOf(event);
  if (ctx.response?.status >= 500) {
    event.preventDefault();
    return;
  }
  const page = tasks?.find((/** @type {any} */ task) => task.type === "main" && task.target?.id === "main");
  if (!page || page.fragment.firstElementChild) return;
  event.preventDefault();
  location.assign(ctx.response.raw.url);
}

/** Back should leave the page, not repeat it. @param {Event} event */
function keepHistoryShort(event) {
  const { history } = detailOf(event);
  if (history?.type === "push" && history.path === location.pathname + location.search) event.preventDefault();
}

/** @param {Event} event */
function arrive(event) {
  setLoading(false);
  const context = detailOf(event).ctx;
  document.dispatchEvent(new CustomEvent("lampfield:swapped"));
  if (!swapsPage(context)) return;
  loadPageScripts();
  markRail();
  showBlinkingChoice();
  focusPage();
}

/** What few pages need is loaded with the first of them; it starts itself, and stays. */
function loadPageScripts() {
  for (const { dataset } of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-script]")))
    load(dataset.script ?? "");
}

/** @param {string} script */
function load(script) {
  import(script).catch(async () => {
    if (!(await isGone(script))) toast(word("network_failed"), { kind: "error" });
  });
}

/** The page works without it, so nobody is told when it does not come. */
function loadTheRest() {
  const script = pageConfig().urls?.after_load;
  if (script) import(script).catch(() => isGone(script));
}

/** Tells where one is: in the rail, and to a screen reader by the focus. */
function markRail() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".rail a"))) {
    const isHere = /^\/(app\/)?$/.test(link.pathname)
      ? location.pathname === link.pathname
      : location.pathname.startsWith(link.pathname);
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function focusPage() {
  if (document.activeElement?.closest("#dial-form, #call-card")) return;
  const wrong = /** @type {HTMLElement | null} */ (
    document.querySelector('#main :is([aria-invalid="true"], [data-role="conflict"])')
  );
  const heading = /** @type {HTMLElement | null} */ (document.querySelector("#main h1"));
  if (wrong) {
    wrong.focus();
    return;
  }
  const place = document.getElementById(location.hash.slice(1));
  if (place) {
    place.scrollIntoView();
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
    return;
  }
  window.scrollTo({ top: 0, behavior: "instant" });
  if (heading) heading.tabIndex = -1;
  (heading ?? document.getElementById("main"))?.focus({ preventScroll: true });
}

/** @param {Event} event */
function tellFailure(event) {
  setLoading(false);
  const { ctx } = detailOf(event);
  if (ctx?.sourceElement?.id === "status-form") return; // the status menu says it better
  const status = ctx?.response?.status;
  if (status >= 500) toast(word("request_failed"), { kind: "error" });
  else if (!status) toast(word("network_failed"), { kind: "error" });
}

/** How many there are, or one `more`. @param {CustomEvent<{ count?: number }>} event */
function showCount({ type, detail }) {
  const role = type.replace("lampfield:", "");
  for (const badge of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-role="${role}"]`))) {
    const figure = /** @type {Element} */ (badge.querySelector(`[data-role="${role}-count"]`));
    const count = detail.count ?? Number(figure.textContent) + 1;
    badge.hidden = !count;
    figure.textContent = String(count);
  }
}

function showBlinkingChoice() {
  const isStopped = localStorage.getItem(STOP_BLINKING) === "yes";
  document.documentElement.dataset.blinking = isStopped ? "off" : "on";
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector('[data-role="stop-blinking"]'));
  if (box) box.checked = isStopped;
}

/** @param {Event} event */
function chooseBlinking({ target }) {
  if (!(target instanceof HTMLInputElement) || target.dataset.role !== "stop-blinking") return;
  localStorage.setItem(STOP_BLINKING, target.checked ? "yes" : "no");
  showBlinkingChoice();
}

document.addEventListener("htmx:before:request", (event) => swapsPage(detailOf(event).ctx) && setLoading(true));
document.addEventListener("htmx:before:response", leaveForLogin);
document.addEventListener("htmx:before:swap", judgePage);
document.addEventListener("htmx:before:history:update", keepHistoryShort);
document.addEventListener("htmx:after:swap", arrive);
document.addEventListener("htmx:response:error", tellFailure);
document.addEventListener("htmx:error", tellFailure);
for (const news of ["missed", "unheard"])
  document.addEventListener(`lampfield:${news}`, (event) => showCount(/** @type {CustomEvent} */ (event)));
document.addEventListener("change", chooseBlinking);

keepInstallOffer();
showBlinkingChoice();
startLamps();
startConnection();
startStatusMenu();
startPeople();
startStatusWatch();
startKeys();
startSettingsNews();
loadPageScripts();
startPhone();
setTimeout(loadTheRest, AFTER_LOAD_MS);
