// From a status to its configuration and back: right opens it, left returns to where the list of statuses was open.

/** The status whose ">" was followed, and the page that was left. @type {{ status: string, path: string } | null} */
let left = null;
let isReturning = false;

export function startRulesWay() {
  document.addEventListener("click", onClick, true);
  document.addEventListener("keydown", onKey);
  document.addEventListener("lampfield:swapped", arrive);
  document.addEventListener("toggle", ({ target }) => target === menu() && fetchStyles(), true);
}

/** The configuration brings its style sheet itself; fetched before, it is drawn in one go. */
function fetchStyles() {
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-rules-styles]"));
  const href = place?.dataset.rulesStyles;
  if (!place || !href) return;
  delete place.dataset.rulesStyles;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

function menu() {
  return document.getElementById("status-menu");
}

/** Before htmx, which goes where the link leads by then. @param {MouseEvent} event */
function onClick({ target }) {
  const link = target instanceof Element ? target.closest("a") : null;
  if (!link) return;
  if (link.matches("#status-menu .status-rules")) {
    const choice = link.parentElement?.querySelector("[data-status]");
    left = { status: choice?.getAttribute("data-status") ?? "", path: location.pathname + location.search };
  } else if (link.dataset.role === "back") {
    isReturning = left !== null;
    if (left) link.href = left.path;
  } else {
    left = null;
  }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const at = event.target instanceof Element ? event.target : null;
  const isWriting = at?.closest("input, select, textarea, #status-menu, #call-card");
  const way =
    event.key === "ArrowLeft" && !isWriting
      ? document.querySelector('main [data-role="back"]')
      : event.key === "ArrowRight" && at?.matches("#status-menu .status-rules, main .list a.row")
        ? at
        : null;
  if (!(way instanceof HTMLElement)) return;
  event.preventDefault();
  way.click();
}

function arrive() {
  if (document.querySelector("main .list a.row")) fetchStyles();
  if (!isReturning || !left || location.pathname + location.search !== left.path) return;
  const { status } = left;
  [left, isReturning] = [null, false];
  queueMicrotask(() => openMenuAt(status)); // the page takes the focus first
}

/** Back where the list was open, it is open again, at the status whose rules were looked at. @param {string} status */
function openMenuAt(status) {
  const link = () => menu()?.querySelector(`[data-status="${status}"] ~ .status-rules`);
  menu()?.addEventListener("toggle", () => /** @type {HTMLElement | null | undefined} */ (link())?.focus(), {
    once: true,
  });
  menu()?.showPopover();
}
