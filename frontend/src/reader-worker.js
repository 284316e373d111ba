// The reader's worker: the network first, always; what was read or saved when there is none.
// kitchen/outlet/offline.py puts the list of the shell's files before it as self.SHELL.
import { forget, isPiece, kept, paths, READ, SAVED } from "./reader/kept.js";

const SHELL = `shell ${self.SHELL.join(" ")}`;
const OFFLINE = self.SHELL[0];
const MOST_READ = 30;
const MOST_FILES = 90;
/** Milliseconds after which it is asked again whether a kept piece was withdrawn. */
const LOOK_AGAIN = 600_000;
let looked = 0;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(self.SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || request.headers.has("range")) return;
  if (request.mode === "navigate") event.respondWith(page(event, url.pathname));
  else if (url.pathname.startsWith("/static/dist/")) event.respondWith(shell(request));
  else if (url.pathname.startsWith("/media/")) event.respondWith(file(event, url.pathname));
});

async function dropOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("shell ") && name !== SHELL).map((name) => caches.delete(name)));
}

async function page(event, path) {
  try {
    // what was kept by the browser is asked about, so that a withdrawal is seen at once
    const response = await fetch(event.request, { cache: "no-cache" });
    if (isPiece(path)) event.waitUntil(remember(path, response.clone()));
    event.waitUntil(forgetWithdrawn());
    return response;
  } catch {
    return (await kept(path)) ?? caches.match(OFFLINE, { ignoreVary: true });
  }
}

async function shell(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function file(event, path) {
  try {
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(put(READ, path, response.clone()));
    return response;
  } catch {
    return (await kept(path)) ?? Response.error();
  }
}

/** Keeps a piece that was read; what is gone from the site is gone from here. */
async function remember(path, response) {
  if (response.status === 410 || response.status === 404) return forget(path);
  if (!response.ok) return undefined;
  if ((await paths(SAVED)).includes(path)) await put(SAVED, path, response.clone());
  return put(READ, path, response);
}

async function put(name, path, response) {
  const cache = await caches.open(name);
  await cache.delete(path, { ignoreVary: true }); // so that it comes last again
  await cache.put(path, response);
  if (name === READ) await trim(cache);
}

async function trim(cache) {
  const requests = await cache.keys();
  const isOurs = (request) => isPiece(new URL(request.url).pathname);
  const [pieces, files] = [requests.filter(isOurs), requests.filter((request) => !isOurs(request))];
  const old = [...pieces.slice(0, -MOST_READ), ...files.slice(0, -MOST_FILES)];
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** A piece that was withdrawn must not live on here; asked while there is a network, now and then. */
async function forgetWithdrawn() {
  if (Date.now() - looked < LOOK_AGAIN) return;
  looked = Date.now();
  const all = new Set([...(await paths(SAVED)), ...(await paths(READ))].filter(isPiece));
  for (const path of all) {
    const { status } = await fetch(path, { method: "HEAD" });
    if (status === 410 || status === 404) await forget(path);
  }
}
