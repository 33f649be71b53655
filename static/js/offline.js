// The page that a browser shows when the server cannot be reached: says what is known, and goes by itself.

const RETRY_MIN_MS = 2_000;
const RETRY_MAX_MS = 30_000;
const TRY_MAX_MS = 10_000;
const TICK_MS = 250;
const ALIVE = "/livez";

/** Sections in every language; the one of the browser stays. @returns {HTMLElement} */
function ownSection() {
  const sections = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("section[lang]")]);
  const chosen = localStorage.getItem("lampfield.language");
  const wanted = [chosen ?? "", ...navigator.languages].map((language) => language.slice(0, 2));
  const own = wanted.map((code) => sections.find(({ lang }) => lang === code)).find(Boolean) ?? sections[0];
  for (const section of sections) section.hidden = section !== own;
  return /** @type {HTMLElement} */ (own);
}

const section = ownSection();
const next = /** @type {HTMLElement} */ (section.querySelector('[data-role="next"]'));
const since = new Intl.DateTimeFormat(section.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format();
let wait = RETRY_MIN_MS;
let tryAt = Date.now() + wait;
let isTrying = false;

document.documentElement.lang = section.lang;
document.title = `${section.dataset.title} · Lampfield`;

function showKnown() {
  const known = navigator.onLine ? "server" : "network";
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll("[data-known]")))
    each.hidden = each.dataset.known !== known;
}

function showNext() {
  const seconds = String(Math.max(1, Math.ceil((tryAt - Date.now()) / 1000)));
  const words = isTrying ? next.dataset.trying : next.dataset.waiting;
  const text = (words ?? "").replace("{time}", since).replace("{seconds}", seconds);
  if (next.textContent !== text) next.textContent = text;
}

async function attempt() {
  if (isTrying) return;
  isTrying = true;
  showNext();
  const answer = await fetch(ALIVE, { cache: "no-store", signal: AbortSignal.timeout(TRY_MAX_MS) }).catch(() => null);
  if (answer?.ok) return location.reload();
  isTrying = false;
  wait = Math.min(RETRY_MAX_MS, wait * 2);
  tryAt = Date.now() + wait;
}

setInterval(() => {
  if (Date.now() >= tryAt) attempt();
  showNext();
}, TICK_MS);
for (const type of ["online", "offline"]) window.addEventListener(type, showKnown);
window.addEventListener("online", attempt);
section.querySelector('[data-role="try"]')?.addEventListener("click", attempt);
showKnown();
showNext();
