// The members of a ring group or queue: moved up and down, taken out, added. Without it their places are typed.

function arrive() {
  const box = /** @type {HTMLElement | null} */ (document.querySelector('[data-role="members"]'));
  if (!box || box.dataset.ready) return;
  box.dataset.ready = "true";
  for (const row of rows(box)) {
    makeMovable(row);
    // What was filled in while the script was on its way stays.
    row.hidden = row.dataset.empty === "true" && !member(row).value.trim();
  }
  const adder = /** @type {HTMLElement | null} */ (box.querySelector('[data-role="member-add"]'));
  if (adder) adder.hidden = false;
  number(box);
}

/** @param {Element} box @returns {HTMLElement[]} */
function rows(box) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll('[data-role="member-row"]'))];
}

/** @param {HTMLElement} row @returns {HTMLInputElement} */
function member(row) {
  return /** @type {HTMLInputElement} */ (row.querySelector('input[list="extension-choices"]'));
}

/** @param {HTMLElement} row @returns {HTMLInputElement} */
function place(row) {
  return /** @type {HTMLInputElement} */ (row.querySelector('input[name$="-position"]'));
}

/** @param {HTMLElement} row */
function makeMovable(row) {
  place(row).hidden = true;
  const buttons = /** @type {HTMLElement | null} */ (row.querySelector('[data-role="member-buttons"]'));
  if (buttons) buttons.hidden = false;
}

/** The places are those of the page. @param {Element} box */
function number(box) {
  const shown = rows(box).filter((row) => !row.hidden);
  for (const [index, row] of shown.entries()) place(row).value = String(index + 1);
  for (const row of rows(box)) if (row.hidden) place(row).value = "";
}

/** @param {MouseEvent} event */
function onClick({ target }) {
  const button = target instanceof Element ? target.closest("[data-member-action]") : null;
  const box = button?.closest('[data-role="members"]');
  if (!button || !box) return;
  const action = button.getAttribute("data-member-action");
  if (action === "add") {
    add(box);
    return;
  }
  const row = /** @type {HTMLElement | null} */ (button.closest('[data-role="member-row"]'));
  if (!row) return;
  if (action === "remove") remove(box, row);
  else move(box, row, action === "up" ? -1 : 1, /** @type {HTMLElement} */ (button));
}

/**
 * @param {Element} box
 * @param {HTMLElement} row
 * @param {number} by
 * @param {HTMLElement} button
 */
function move(box, row, by, button) {
  const shown = rows(box).filter((each) => !each.hidden);
  const other = shown[shown.indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  number(box);
  button.focus();
  say(box, "moved", row);
}

/** @param {Element} box @param {HTMLElement} row */
function remove(box, row) {
  const shown = rows(box).filter((each) => !each.hidden);
  const next = shown[shown.indexOf(row) + 1] ?? shown[shown.indexOf(row) - 1];
  say(box, "removed", row);
  member(row).value = "";
  row.hidden = true;
  number(box);
  const focus = next?.querySelector('[data-member-action="remove"]') ?? box.querySelector('[data-member-action="add"]');
  /** @type {HTMLElement | null} */ (focus)?.focus();
}

/** @param {Element} box */
function add(box) {
  const every = rows(box);
  const row = every.find((each) => each.hidden) ?? another(box);
  if (!row) return;
  row.hidden = false;
  every.at(-1)?.parentElement?.append(row);
  number(box);
  member(row).focus();
}

/** A row more than the page came with, named as the next one. @param {Element} box */
function another(box) {
  const last = rows(box).at(-1);
  if (!last) return null;
  const index = Math.max(...rows(box).map((row) => Number(member(row).name.replace("member-", "")))) + 1;
  const row = /** @type {HTMLElement} */ (last.cloneNode(true));
  for (const errors of row.querySelectorAll(".errorlist, .errors")) errors.remove();
  for (const input of [member(row), place(row)]) {
    const label = row.querySelector(`label[for="${input.id}"]`);
    input.name = input.name.replace(/\d+/, String(index));
    input.id = `id_${input.name}`;
    input.value = "";
    input.removeAttribute("aria-invalid");
    label?.setAttribute("for", input.id);
    if (label) label.textContent = (label.textContent ?? "").replace(/\d+/, String(index + 1));
  }
  return row;
}

/** @param {Element} box @param {"moved" | "removed"} what @param {HTMLElement} row */
function say(box, what, row) {
  const news = /** @type {HTMLElement | null} */ (box.querySelector('[data-role="member-news"]'));
  if (!news) return;
  const words = news.dataset[what] ?? "";
  news.textContent = words.replace("{member}", member(row).value).replace("{place}", place(row).value);
}

document.addEventListener("lampfield:swapped", arrive);
document.addEventListener("click", onClick);
arrive();
