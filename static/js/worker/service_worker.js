// The service worker: keeps hashed files and the offline page of one release, and no page. The server puts
// `lampfieldRelease` in front (webclient/worker_release.py).

import { startCallNotices } from "./call_notices.js";

/** @typedef {{ version: string, files: string[], offline: string[], home: string }} Release */

const worker = /** @type {ServiceWorkerGlobalScope & { lampfieldRelease: Release }} */ (
  /** @type {unknown} */ (globalThis)
);
const { version, files, offline, home } = worker.lampfieldRelease;
const PREFIX = "lampfield-";
const CACHE = PREFIX + version;
const FILES = new Set([...files, ...offline.slice(1)]);
/** What a proxy says while the server behind it starts again; Lampfield itself never does. */
const NO_SERVER = new Set([502, 504]);

worker.addEventListener("install", (event) => {
  event.waitUntil(keepOffline());
  // Nothing waits: files carry hashes and pages are never kept, so the new worker can serve a page of the old release.
  worker.skipWaiting();
});

worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const isPage = request.mode === "navigate" && request.destination === "document";
  if (isPage) event.respondWith(page(event));
  else if (FILES.has(new URL(request.url).pathname)) event.respondWith(file(event));
});

worker.addEventListener("message", ({ data, source }) => {
  if (data?.type === "lampfield:release?") source?.postMessage({ type: "lampfield:release", version });
});

startCallNotices(worker, home);

async function keepOffline() {
  const cache = await caches.open(CACHE);
  await cache.addAll(offline);
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** From the server, always; without one the page that says so. @param {FetchEvent} event */
async function page(event) {
  const answer = await answerOf(event);
  if (answer && !NO_SERVER.has(answer.status)) return answer;
  return (await kept(offline[0] ?? "")) ?? answer ?? Response.error();
}

/**
 * @param {FetchEvent} event
 * @returns {Promise<Response | null>}
 */
async function answerOf(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return null;
  }
}

/** @param {FetchEvent} event */
async function file(event) {
  const { request } = event;
  const found = await kept(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.status === 200) event.waitUntil(keep(request, answer.clone()));
  return answer;
}

/** @param {RequestInfo} request */
function kept(request) {
  return caches.match(request, { cacheName: CACHE, ignoreVary: true });
}

/**
 * @param {Request} request
 * @param {Response} answer
 */
async function keep(request, answer) {
  try {
    await (await caches.open(CACHE)).put(request, answer);
  } catch {
    return; // no room left: the browser's own cache does
  }
}
