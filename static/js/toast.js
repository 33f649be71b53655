// Short messages that go by themselves; errors stay until they are closed.

import { word } from "./words.js";

const SHOWN_MS = 6000;

/**
 * @param {string} text
 * @param {{ kind?: "info" | "error", action?: { label: string, run: () => void } }} [options]
 */
export function toast(text, { kind = "info", action } = {}) {
  const shelf = document.getElementById("toasts");
  if (!shelf) return;
  const box = document.createElement("div");
  box.className = `toast toast-${kind}`;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  const message = document.createElement("span");
  message.className = "grow";
  message.textContent = text;
  box.append(message);
  if (action) box.append(toastButton(action.label, box, action.run));
  box.append(toastButton(word("close"), box));
  shelf.append(box);
  if (kind === "info") setTimeout(() => box.remove(), SHOWN_MS);
}

/**
 * @param {string} label
 * @param {HTMLElement} box
 * @param {() => void} [run]
 */
function toastButton(label, box, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = label;
  button.addEventListener("click", () => {
    box.remove();
    run?.();
  });
  return button;
}
