/**
 * Settings > Status: mirrors the internal rules into the external ones where both shall be the same, and suggests
 * extensions while a number or name is typed. Without it the server does the first and numbers are typed whole.
 */

const SUGGEST_AFTER_MS = 150;

/** @type {number | undefined} */
let suggesting;

/** @param {Event} event */
function onChange({ target }) {
  const control = formControl(target);
  if (!control) return;
  if (control.name === "same") mirrorAll(control);
  else mirror(control);
}

/** @param {Event} event */
function onInput({ target }) {
  const control = formControl(target);
  if (control) mirror(control);
  if (!(target instanceof HTMLInputElement) || target.getAttribute("list") !== "extension-choices") return;
  clearTimeout(suggesting);
  suggesting = setTimeout(() => suggest(target), SUGGEST_AFTER_MS);
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLInputElement | HTMLSelectElement | null}
 */
function formControl(target) {
  const isControl = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  return isControl && target.form?.id === "status-rules" ? target : null;
}

/** @param {HTMLInputElement | HTMLSelectElement} box */
function mirrorAll(box) {
  for (const control of box.form?.querySelectorAll('[name*="internal"]') ?? []) {
    const known = formControl(control);
    if (known) mirror(known);
  }
}

/**
 * An internal rule is copied; an external one that is made to differ unticks the box.
 * @param {HTMLInputElement | HTMLSelectElement} control
 */
function mirror(control) {
  const same = control.form?.elements.namedItem("same");
  if (!(same instanceof HTMLInputElement) || !same.checked) return;
  const isExternal = control.name.includes("external");
  const [own, other] = isExternal ? ["external", "internal"] : ["internal", "external"];
  const twin = control.form?.elements.namedItem(control.name.replace(own, other));
  if (!(twin instanceof HTMLInputElement || twin instanceof HTMLSelectElement)) return;
  if (!isExternal) twin.value = control.value;
  else if (twin.value !== control.value) same.checked = false;
}

/** In every form of rules, the operator's too. @param {HTMLInputElement} control */
async function suggest(control) {
  const text = control.value.trim();
  const list = document.getElementById("extension-choices");
  const url = control.form?.dataset.choicesUrl;
  if (!text || !list || !url) return;
  try {
    const response = await fetch(`${url}?${new URLSearchParams({ q: text })}`, {
      headers: { Accept: "application/json" },
    });
    if (!response.ok || control.value.trim() !== text) return;
    /** @type {{ extensions: { number: string, name: string }[] }} */
    const { extensions } = await response.json();
    list.replaceChildren(...extensions.map(({ number, name }) => new Option("", `${number} ${name}`)));
  } catch {
    // Suggestions are a convenience: a number can be typed without them.
  }
}

// Pages come and go, the listeners stay.
document.addEventListener("change", onChange);
document.addEventListener("input", onInput);
