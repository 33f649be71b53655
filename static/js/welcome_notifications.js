// Second step: notifications of calls, asked for by a click.

import { permission } from "./welcome_microphone.js";

/** @typedef {import("./welcome_view.js").StepView} StepView */

/** @param {StepView} view */
export function notificationStep(view) {
  /** @type {PermissionStatus | null} */
  let remembered = null;
  let isOver = false;

  function show(wasAsked = false) {
    if (isOver) return;
    if (!("Notification" in window)) return settle("unsupported");
    if (Notification.permission === "granted") return settle("granted");
    if (Notification.permission === "denied") {
      view.say("refused", "bad");
      view.offer(false); // the browser answers such a question by itself, until its settings say otherwise
    } else if (wasAsked) {
      view.say("unanswered");
      view.again();
    }
  }

  /** @param {"granted" | "unsupported"} answer */
  function settle(answer) {
    view.say(answer, answer === "granted" ? "good" : "");
    view.offer(false);
    view.done(true);
  }

  permission("notifications").then((status) => {
    remembered = isOver ? null : status;
    if (remembered) remembered.onchange = () => show();
  });
  show();

  return {
    async ask() {
      view.say("asking");
      try {
        await Notification.requestPermission();
      } finally {
        show(true);
      }
    },
    leave() {
      isOver = true;
      if (remembered) remembered.onchange = null;
    },
  };
}
