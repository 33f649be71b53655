// Which window this is: the same after a reload, and never the same in two open windows.

const WINDOW_KEY = "lampfield.window";
const RELOAD_MS = 800;

/** @returns {string} */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {Promise<string>} */
export async function windowId() {
  const kept = sessionStorage.getItem(WINDOW_KEY);
  // A duplicated tab copies sessionStorage; the lock tells the copy that the name is taken.
  const id = kept && (await holdName(kept)) ? kept : randomId();
  if (id !== kept) {
    sessionStorage.setItem(WINDOW_KEY, id);
    await holdName(id);
  }
  return id;
}

/**
 * Holds the name as long as this page lives. A page that was just reloaded may let go of it a moment late.
 * @param {string} id
 * @returns {Promise<boolean>}
 */
function holdName(id) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const hold = () => {
      resolve(true);
      return new Promise(() => {});
    };
    const signal = AbortSignal.timeout(RELOAD_MS);
    navigator.locks.request(`lampfield-window-${id}`, { signal }, hold).catch(() => resolve(false));
  });
}
