// What each button asks of the desk: `data-call-action`, and `data-call` for a call that is not the one in front.

/** @typedef {import("./desk.js").PhoneDesk} PhoneDesk */

/** @type {Record<string, (desk: PhoneDesk, button: Element, call: string) => unknown>} */
const ACTIONS = {
  call: (desk, button) => desk.dial(numberOf(button)),
  "pick-up": (desk, button) => desk.pickUp(numberOf(button)),
  fetch: (desk, button) => desk.fetch(Number(button.getAttribute("data-slot"))),
  answer: (desk, _, call) => desk.answer(call),
  decline: (desk, _, call) => desk.decline(call),
  "hang-up": (desk, _, call) => desk.hangUp(call),
  swap: (desk, _, call) => desk.swap(call),
  join: (desk, button) => desk.join(button.getAttribute("data-with") ?? ""),
  mute: (desk) => desk.toggleMute(),
  hold: (desk) => desk.toggleHold(),
  transfer: (desk) => desk.openTransfer(),
  keypad: (desk) => desk.openKeypad(),
  key: (desk, button) => desk.press(button.getAttribute("data-key") ?? ""),
  park: (desk) => desk.park(),
  dismiss: (desk) => desk.dismiss(),
};

/**
 * @param {PhoneDesk} desk
 * @param {Element} button
 */
export function act(desk, button) {
  const call = button.closest("#call-lines [data-call]")?.getAttribute("data-call") ?? "";
  ACTIONS[button.getAttribute("data-call-action") ?? ""]?.(desk, button, call);
}

/** Of the button itself, or of the colleague's row it stands in. @param {Element} button */
function numberOf(button) {
  const row = button.closest("[data-extension]");
  return button.getAttribute("data-number") ?? row?.getAttribute("data-extension") ?? "";
}
