// The browser's offer to install Lampfield comes once and early: it is kept until somebody wants it.

/** @typedef {Event & { prompt: () => Promise<unknown>, userChoice: Promise<{ outcome: "accepted" | "dismissed" }> }} InstallOffer */

/** @type {{ offer: InstallOffer | null }} */
export const kept = { offer: null };

export function keepInstallOffer() {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    setOffer(/** @type {InstallOffer} */ (event));
  });
  window.addEventListener("appinstalled", () => setOffer(null));
}

/** @param {InstallOffer | null} offer */
export function setOffer(offer) {
  kept.offer = offer;
  document.dispatchEvent(new CustomEvent("lampfield:install-changed"));
}
