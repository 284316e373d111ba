// The phone's worker: the network first, always; without one the page that knows nobody. Nothing else is
// ever kept, so that a phone that changes hands tells nothing.
// kitchen/screens/pocket_views.py puts the list of the shell's files before it as self.SHELL.

const SHELL = `pocket ${self.SHELL.join(" ")}`;
const OFFLINE = self.SHELL[0];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(self.SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE, { ignoreVary: true })));
  else if (url.pathname.startsWith("/static/dist/")) event.respondWith(shell(request));
});

async function shell(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function dropOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("pocket ") && name !== SHELL).map((name) => caches.delete(name)));
}
