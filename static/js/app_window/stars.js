// The star of a row: shown at once, kept by the server, taken back with a message when that fails.

import { toast } from "../toast.js";
import { pageConfig, word } from "../words.js";

export function startStars() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const star = event.submitter;
    if (!(form instanceof HTMLFormElement) || form.id !== "star-form" || !(star instanceof HTMLButtonElement)) return;
    event.preventDefault();
    keep(form, star);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} star
 */
async function keep(form, star) {
  const body = new FormData(form, star);
  const wasStarred = star.ariaPressed === "true";
  show(star, !wasStarred);
  try {
    // Whoever leaves at once has starred nevertheless.
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "HX-Request": "true" },
      keepalive: true,
    });
    if (answer.status === 204) return;
    if (answer.redirected && new URL(answer.url).pathname === pageConfig().urls.login) return location.reload();
    toast(word("request_failed"), { kind: "error" });
  } catch {
    toast(word("network_failed"), { kind: "error" });
  }
  show(star, wasStarred);
}

/**
 * Its name says what the next press will do: without script the form says it to the server.
 * @param {HTMLButtonElement} star
 * @param {boolean} isStarred
 */
function show(star, isStarred) {
  star.ariaPressed = String(isStarred);
  star.name = isStarred ? "unstar" : "star";
}
