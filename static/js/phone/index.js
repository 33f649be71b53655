// The phone of this window: clicks and dialled numbers go to the desk.

import { pageConfig } from "../words.js";
import { PhoneDesk } from "./desk.js";
import { startVoicemailPage } from "./voicemail_page.js";
import { windowId } from "./window_id.js";

export function startPhone() {
  const path = pageConfig().urls?.phone_socket;
  const card = document.getElementById("call-card");
  if (!path || !card) return;
  startVoicemailPage();
  // Clicks count from now on, also while the window is still finding its name.
  const desk = windowId().then((name) => new PhoneDesk(card, path, name));
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-call-action]") : null;
    if (button) desk.then((there) => act(there, button));
  });
  document.addEventListener("lampfield:dial", (event) => {
    const { number } = /** @type {CustomEvent<{ number: string }>} */ (event).detail;
    desk.then((there) => there.dial(number));
  });
  // How well the sound gets through, for whoever looks from outside: figures only.
  Object.defineProperty(window, "lampfieldPhone", {
    value: Object.freeze({ stats: async () => (await desk).stats() }),
  });
}

/**
 * @param {PhoneDesk} desk
 * @param {Element} button
 */
function act(desk, button) {
  switch (button.getAttribute("data-call-action")) {
    case "call": {
      const row = button.closest("[data-extension]");
      return desk.dial(button.getAttribute("data-number") ?? row?.getAttribute("data-extension") ?? "");
    }
    case "answer":
      return desk.answer();
    case "decline":
      return desk.decline();
    case "hang-up":
      return desk.hangUp();
    case "mute":
      return desk.toggleMute();
    case "dismiss":
      return desk.dismiss();
  }
}
