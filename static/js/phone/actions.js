// What each button asks of the desk: `data-call-action`, and `data-call` for a call that is not the one in front.

/** @typedef {import("./desk.js").PhoneDesk} PhoneDesk */

/** @type {Record<string, (desk: PhoneDesk, button: Element, call: string) => unknown>} */
const ACTIONS = {
  call: (desk, button) => desk.errands.dial(numberOf(button)),
  "pick-up": (desk, button) => desk.errands.pickUp(numberOf(button)),
  fetch: (desk, button) => desk.errands.fetch(Number(button.getAttribute("data-slot"))),
  answer: (desk, _, call) => desk.errands.answer(call),
  decline: (desk, _, call) => desk.errands.decline(call),
  "hang-up": (desk, _, call) => desk.errands.hangUp(call),
  swap: (desk, _, call) => desk.errands.swap(call),
  join: (desk, button) => desk.errands.join(button.getAttribute("data-with") ?? ""),
  mute: (desk) => desk.errands.toggleMute(),
  hold: (desk) => desk.errands.toggleHold(),
  transfer: (desk) => desk.openTransfer(),
  keypad: (desk) => desk.openKeypad(),
  quality: (desk) => desk.openQuality(),
  key: (desk, button) => desk.press(button.getAttribute("data-key") ?? ""),
  park: (desk) => desk.errands.park(),
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
