// The figure at the app's icon: missed calls that nobody has looked at, and messages that nobody has heard.

const COUNTS = ["missed", "unheard"];

export function startBadge() {
  for (const news of COUNTS) document.addEventListener(`lampfield:${news}`, () => queueMicrotask(show));
  for (const type of ["lampfield:swapped", "visibilitychange"]) document.addEventListener(type, seeCalls);
  document.addEventListener("lampfield:missed", seeCalls);
  window.addEventListener("focus", seeCalls);
  show();
  seeCalls();
}

/** @param {string} role */
function count(role) {
  return Number(document.querySelector(`[data-role="${role}-count"]`)?.textContent) || 0;
}

function show() {
  const sum = COUNTS.map(count).reduce((one, other) => one + other, 0);
  const setting = sum ? navigator.setAppBadge?.(sum) : navigator.clearAppBadge?.();
  setting?.catch(() => {}); // a system without badges, or one that was told to show none
}

/** Whoever looks at the log has seen what they missed; the server tells every window so. */
function seeCalls() {
  const log = /** @type {HTMLElement | null} */ (document.getElementById("call-log"));
  const token = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=csrfmiddlewaretoken]"));
  if (!log?.dataset.seen || !token || !count("missed") || document.hidden || !document.hasFocus()) return;
  const headers = { "X-CSRFToken": token.value };
  // Not said this time: the figure stays, and the next look says it again.
  fetch(log.dataset.seen, { method: "POST", headers }).catch(() => {});
}
