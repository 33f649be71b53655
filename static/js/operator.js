// The operator panel: ticks with Shift ranges, the bar that counts them, and the tabs of the edit form.
// Without it every box is ticked by hand and the tabs stand one below the other.

/** The box ticked last: where a range begins. @type {HTMLInputElement | null} */
let anchor = null;

function arrive() {
  anchor = null;
  const all = pageBox();
  if (all) all.hidden = false;
  showSelection();
  makeTabs();
}

/** @returns {HTMLFormElement | null} */
function selectionForm() {
  return document.querySelector("#extension-selection");
}

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [
    .../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#extension-selection [name=ids]")),
  ];
}

/** @returns {HTMLInputElement | null} */
function pageBox() {
  return document.querySelector('[data-role="tick-page"]');
}

/** @returns {HTMLInputElement | null} */
function allMatchingBox() {
  return document.querySelector('[data-role="all-matching"]');
}

/** @param {MouseEvent} event */
function onClick(event) {
  const { target, shiftKey } = event;
  if (target instanceof HTMLElement && target.getAttribute("role") === "tab") {
    openTab(target);
    return;
  }
  if (target instanceof HTMLAnchorElement && target.closest('[data-role="error-summary"]')) {
    event.preventDefault();
    showControl(document.querySelector(target.hash));
    return;
  }
  if (!(target instanceof HTMLInputElement) || target.name !== "ids") return;
  if (shiftKey && anchor?.isConnected) tickRange(anchor, target);
  anchor = target;
  showSelection();
}

/**
 * @param {HTMLInputElement} from
 * @param {HTMLInputElement} to
 */
function tickRange(from, to) {
  const every = boxes();
  const [here, there] = [every.indexOf(from), every.indexOf(to)];
  for (const box of every.slice(Math.min(here, there), Math.max(here, there) + 1)) box.checked = to.checked;
}

/** @param {Event} event */
function onChange({ target }) {
  if (!(target instanceof HTMLInputElement) || target.form?.id !== "extension-selection") return;
  if (target === pageBox()) for (const box of boxes()) box.checked = target.checked;
  showSelection();
}

function showSelection() {
  const form = selectionForm();
  const words = /** @type {HTMLElement | null} */ (form?.querySelector('[data-role="selected"]'));
  if (!form || !words) return;
  const ticked = boxes().filter((box) => box.checked).length;
  const isAll = Boolean(allMatchingBox()?.checked);
  const count = isAll ? Number(form.dataset.found) : ticked;
  form.dataset.selected = String(count);
  words.textContent = (words.dataset.words ?? "").replace("{count}", String(count));
  for (const button of form.querySelectorAll("button")) button.disabled = count === 0;
  const all = pageBox();
  if (!all) return;
  all.checked = ticked > 0 && ticked === boxes().length;
  all.indeterminate = ticked > 0 && !all.checked;
}

/** @returns {HTMLElement[]} */
function panels() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".edit-panel"))];
}

/** @returns {HTMLElement[]} */
function tabs() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-role="tabs"] [role="tab"]'))];
}

function makeTabs() {
  const place = /** @type {HTMLElement | null} */ (document.querySelector('[data-role="tabs"]'));
  if (!place || place.childElementCount) return;
  place.setAttribute("role", "tablist");
  place.hidden = false;
  for (const panel of panels()) {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `open-${panel.id}`;
    tab.textContent = panel.dataset.tab ?? "";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    place.append(tab);
  }
  openPanel(panels().find((panel) => `#${panel.id}` === location.hash) ?? panels()[0]);
  showControl(document.querySelector('.edit-panel [aria-invalid="true"]'));
}

/** In a tab that is closed nothing can have the focus. @param {Element | null} control */
function showControl(control) {
  const panel = /** @type {HTMLElement | null | undefined} */ (control?.closest(".edit-panel"));
  if (panel) openPanel(panel);
  /** @type {HTMLElement | null} */ (control)?.focus();
}

/** @param {HTMLElement} tab */
function openTab(tab) {
  openPanel(panels().find((panel) => panel.id === tab.getAttribute("aria-controls")));
}

/** @param {HTMLElement | undefined} open */
function openPanel(open) {
  for (const panel of panels()) panel.hidden = panel !== open;
  for (const tab of tabs()) {
    const isOpen = tab.getAttribute("aria-controls") === open?.id;
    tab.setAttribute("aria-selected", String(isOpen));
    tab.tabIndex = isOpen ? 0 : -1;
  }
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const { target, key } = event;
  if (!(target instanceof HTMLElement) || target.getAttribute("role") !== "tab") return;
  const every = tabs();
  const here = every.indexOf(target);
  const goal = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 }[key];
  if (goal === undefined || here < 0) return;
  event.preventDefault();
  const next = every.at(goal % every.length);
  if (!next) return;
  openTab(next);
  next.focus();
}

document.addEventListener("lampfield:swapped", arrive);
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
document.addEventListener("keydown", onKeyDown);
arrive();
