// From the search down into the people found, up and down among them, and back: Enter calls whoever has the focus.

const ROWS = '#main .person:not([hidden]):has([data-call-action="call"])';

/** @param {KeyboardEvent} event */
export function moveAmongPeople(event) {
  const { target, key, ctrlKey, shiftKey, altKey, metaKey } = event;
  if (ctrlKey || shiftKey || altKey || metaKey || !(target instanceof Element)) return;
  const field = document.getElementById("dial-field");
  const row = target.closest(ROWS);
  if (target !== field && !row) return;
  const rows = [...document.querySelectorAll(ROWS)];
  const at = row ? rows.indexOf(row) : -1;
  const next = goalOf(key, at, rows.length);
  if (next === undefined) return;
  event.preventDefault();
  (at === 0 && key === "ArrowUp" ? field : buttonOf(rows[next]))?.focus();
}

/**
 * @param {string} key
 * @param {number} at -1: above all of them
 * @param {number} count
 * @returns {number | undefined}
 */
function goalOf(key, at, count) {
  const isField = document.querySelector('.departments[data-view="field"]') !== null;
  if (key === "ArrowDown" || (isField && key === "ArrowRight" && at >= 0)) return Math.min(at + 1, count - 1);
  if (at < 0) return undefined;
  if (key === "ArrowUp" || (isField && key === "ArrowLeft")) return Math.max(at - 1, 0);
  return { Home: 0, End: count - 1 }[key];
}

/** What would be clicked: to call, or to pick up what rings there. @param {Element | undefined} row */
function buttonOf(row) {
  const [call, pickUp] = ["call", "pick-up"].map(
    (action) => /** @type {HTMLElement | null | undefined} */ (row?.querySelector(`[data-call-action="${action}"]`)),
  );
  return call?.checkVisibility() ? call : pickUp;
}
