// Notifications of calls outlive the window that showed them: their buttons act in a window that lives, and one that
// no window stands for any more goes.

const ANSWER_MAX_MS = 500;
const OPENING_MAX_MS = 15_000;

/** @typedef {{ rings: boolean }} Answer */

/**
 * @param {ServiceWorkerGlobalScope} worker
 * @param {string} home
 */
export function startCallNotices(worker, home) {
  /** Who waits for a window that is being opened, by its id. @type {Map<string, () => void>} */
  const opening = new Map();

  worker.addEventListener("notificationclick", (event) => {
    const { notification, action } = event;
    notification.close();
    event.waitUntil(act(notification.data?.call ?? "", action));
  });

  worker.addEventListener("message", (event) => {
    const source = /** @type {Client | null} */ (event.source);
    if (event.data?.type === "lampfield:sweep") event.waitUntil(sweep(source?.id));
    if (event.data?.type === "lampfield:phone-ready") opening.get(source?.id ?? "")?.();
  });

  /**
   * @param {string} call
   * @param {string} action answer, decline or, for a click beside the buttons, nothing
   */
  async function act(call, action) {
    const windows = await openWindows();
    const ringing = await firstThatRings(windows, call);
    const window = ringing ?? windows[0];
    if (!window) return openHome(call, action);
    if (action !== "decline") await window.focus().catch(() => {}); // not every system lets a window come forward
    if (ringing) say(ringing, call, action);
  }

  /**
   * @param {string} call
   * @param {string} action
   */
  async function openHome(call, action) {
    const opened = await worker.clients.openWindow(home);
    if (!opened) return;
    const isReady = await new Promise((resolve) => {
      opening.set(opened.id, () => resolve(true));
      setTimeout(() => resolve(false), OPENING_MAX_MS);
    });
    opening.delete(opened.id);
    if (isReady) say(opened, call, action);
  }

  /**
   * @param {Client} window
   * @param {string} call
   * @param {string} action
   */
  function say(window, call, action) {
    window.postMessage({ type: "lampfield:call-action", call, action });
  }

  /** A window went: what it showed stays only if another one rings for it. @param {string} [without] its id */
  async function sweep(without) {
    const shown = await worker.registration.getNotifications();
    const windows = (await openWindows()).filter(({ id }) => id !== without);
    await Promise.all(
      shown.map(async (notification) => {
        const { call } = notification.data ?? {};
        if (call && !(await firstThatRings(windows, call))) notification.close();
      }),
    );
  }

  /** The one that was used last comes first. */
  async function openWindows() {
    return worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  }

  /**
   * @param {readonly WindowClient[]} windows
   * @param {string} call
   */
  async function firstThatRings(windows, call) {
    const answers = await Promise.all(windows.map((window) => ask(window, call)));
    return windows.find((_, index) => answers[index]);
  }

  /**
   * @param {WindowClient} window
   * @param {string} call
   * @returns {Promise<boolean>} false also from a window that is no phone, or sleeps
   */
  function ask(window, call) {
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data === true);
      setTimeout(() => resolve(false), ANSWER_MAX_MS);
      window.postMessage({ type: "lampfield:rings?", call }, [port2]);
    });
  }
}
