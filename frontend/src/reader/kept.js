// What this device keeps of the site for reading without a network, as page and worker both see it.
// Pieces are kept by path: the language of their address does not make them others.

/** What the reader saved, and what was read last. */
export const SAVED = "saved";
export const READ = "read";
const PIECE = /^\/a\/[^/]+$/;
const LOOSE = { ignoreSearch: true, ignoreVary: true };

/** @param {string} path */
export const isPiece = (path) => PIECE.test(path);

/** @param {string} name @returns {Promise<string[]>} paths, the first kept first */
export async function paths(name) {
  const requests = await (await caches.open(name)).keys();
  return requests.map((request) => new URL(request.url).pathname);
}

/** @param {string} path @returns {Promise<Response | undefined>} */
export async function kept(path) {
  for (const name of [SAVED, READ]) {
    const found = await (await caches.open(name)).match(path, LOOSE);
    if (found) return found;
  }
  return undefined;
}

/** Forget a page wherever it is kept. @param {string} path */
export async function forget(path) {
  for (const name of [SAVED, READ]) await (await caches.open(name)).delete(path, LOOSE);
}
