// Third step: installing, where the browser offers it.

import { canInstall, install, isInstalled } from "./install.js";

/** @typedef {import("./welcome_view.js").StepView} StepView */

/** @param {StepView} view */
export function installingStep(view) {
  let isDeclined = false;

  function show() {
    view.offer(canInstall());
    // Where nothing is offered there is nothing to skip.
    view.done(!canInstall());
    if (isInstalled()) view.say("installed", "good");
    else if (canInstall()) view.say("");
    else view.say(isDeclined ? "declined" : "by_hand");
  }

  document.addEventListener("lampfield:install-changed", show);
  show();

  return {
    async ask() {
      const isAccepted = await install();
      isDeclined = !isAccepted;
      show();
      if (isAccepted) view.say("installed", "good");
    },
    leave() {
      document.removeEventListener("lampfield:install-changed", show);
    },
  };
}
