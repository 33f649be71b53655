// The keys of the page come with the first key: who never presses one never loads what they do.

/** @typedef {{ press: (event: KeyboardEvent) => void, openSheet: () => void }} Keys */

/** @type {Keys | undefined} */
let keys;
/** @type {Promise<Keys> | undefined} */
let loading;

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (keys) return keys.press(event);
    // A key means what it meant when it was pressed: by then a menu may have opened that takes it for a choice.
    const wasOpen = isMenuOpen();
    load().then(({ press }) => wasOpen === isMenuOpen() && press(event), forget);
  });
  // Without its script the link is a page of its own.
  document.addEventListener("click", open, true);
}

function isMenuOpen() {
  return document.querySelector("#status-menu:popover-open") !== null;
}

/** @returns {Promise<Keys>} */
async function load() {
  loading ??= import(document.body.dataset.keys ?? "");
  keys = await loading;
  return keys;
}

/** The next key tries again. */
function forget() {
  loading = undefined;
}

/** @param {MouseEvent} event */
function open(event) {
  if (!(event.target instanceof Element) || !event.target.closest("[data-opens-keys]") || event.ctrlKey) return;
  event.preventDefault();
  event.stopPropagation();
  load().then(({ openSheet }) => openSheet(), forget);
}
