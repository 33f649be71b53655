// Copies what stands in a field that is there to be copied.

/** @param {MouseEvent} event */
async function copy({ target }) {
  const button = /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest("[data-copy]") : null);
  const field = document.getElementById(button?.dataset.copy ?? "");
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  field.select();
  const status = button?.parentElement?.querySelector('[data-role="copied"]');
  // Pages without https have no clipboard; what is marked can be copied by hand.
  const isCopied = await navigator.clipboard?.writeText(field.value).then(
    () => true,
    () => false,
  );
  if (status) status.textContent = (isCopied ? button?.dataset.copied : button?.dataset.marked) ?? "";
}

document.addEventListener("click", copy);
