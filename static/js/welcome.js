/**
 * The first steps of a new user: one after the other, each skipped or done. What each asks for is asked by a click;
 * what it answers stands in the page's own words (`data-answer`). Without this script the page explains.
 */

import { installingStep } from "./welcome_install.js";
import { microphoneStep } from "./welcome_microphone.js";
import { notificationStep } from "./welcome_notifications.js";
import { StepView } from "./welcome_view.js";

/** @typedef {{ ask: () => unknown, leave: () => void }} Step */

/** @type {Record<string, (view: StepView) => Step>} */
const STEPS = { microphone: microphoneStep, notifications: notificationStep, installing: installingStep };

/** @type {{ section: HTMLElement, step: Step } | null} */
let open = null;

/** @returns {HTMLElement[]} */
function sections() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#welcome [data-step]"))];
}

function arrive() {
  if (open?.section.isConnected) return;
  open?.step.leave();
  open = null;
  const [first] = sections();
  if (first) show(first);
}

/** @param {HTMLElement} section */
function show(section) {
  open?.step.leave();
  for (const each of sections()) each.hidden = each !== section;
  const make = STEPS[section.dataset.step ?? ""];
  open = make ? { section, step: make(new StepView(section)) } : null;
  const list = /** @type {HTMLElement | null} */ (document.querySelector('#welcome [data-role="progress"]'));
  if (!list) return;
  list.hidden = false;
  for (const [place, item] of [...list.children].entries()) {
    if (place === sections().indexOf(section)) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
}

/** @param {MouseEvent} event */
function onClick({ target }) {
  const button = target instanceof Element ? target.closest("#welcome button") : null;
  const role = button?.getAttribute("data-role");
  if (role === "ask") open?.step.ask();
  const isOnward = button?.getAttribute("type") === "button" && (role === "next" || role === "skip");
  if (isOnward) goOn();
}

function goOn() {
  const next = open && sections()[sections().indexOf(open.section) + 1];
  if (!next) return;
  show(next);
  next.querySelector("h2")?.focus();
}

document.addEventListener("lampfield:swapped", arrive);
document.addEventListener("click", onClick);
arrive();
