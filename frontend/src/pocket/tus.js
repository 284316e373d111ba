// Resumable upload by tus 1.0, as much of it as the queue needs. What is told apart is what to do next:
// the network is away (wait), the place was wrong (ask), the upload is gone (begin anew), refused (say so).

const PIECE = 5 * 1024 * 1024;
const VERSION = { "Tus-Resumable": "1.0.0" };

export class Away extends Error {}
export class Gone extends Error {}
export class SignedOut extends Error {}
export class Refused extends Error {}

/** A request that may fail in the ways above; other answers come back. */
export async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "manual", ...options });
  } catch {
    throw new Away();
  }
  if (response.status === 401 || response.type === "opaqueredirect") throw new SignedOut();
  if (response.status === 404 || response.status === 410) throw new Gone();
  if (response.status === 423 || response.status === 429 || response.status >= 500 || response.status === 400) throw new Away();
  return response;
}

/** The server's own sentence for what it refuses. @param {Response} response */
export async function refusalOf(response) {
  try {
    const told = await response.json();
    const fields = Object.values(told.fields ?? {}).flat().filter((said) => typeof said === "string");
    return new Refused(fields.join(" ") || told.title || "");
  } catch {
    return new Refused("");
  }
}

const inBase64 = (words) => btoa(String.fromCharCode(...new TextEncoder().encode(words)));

/** @returns {Promise<string>} the upload's own address */
export async function begin(token, size, about) {
  const metadata = Object.entries(about).filter(([, value]) => value).map(([name, value]) => `${name} ${inBase64(value)}`).join(",");
  const headers = { ...VERSION, "X-CSRFToken": token, "Upload-Length": String(size), "Upload-Metadata": metadata };
  const response = await ask("/files/tus", { method: "POST", headers });
  if (response.status !== 201) throw await refusalOf(response);
  return new URL(response.headers.get("Location"), location.href).pathname;
}

export async function sendThumb(token, url, thumb) {
  await ask(`${url}/thumb`, { method: "PUT", headers: { ...VERSION, "X-CSRFToken": token, "Content-Type": "image/jpeg" }, body: thumb });
}

/** @returns {Promise<{offset: number, asset: string | null}>} */
export async function look(url) {
  return standing(await ask(url, { method: "HEAD", headers: VERSION }));
}

const standing = (response) => ({ offset: Number(response.headers.get("Upload-Offset")), asset: response.headers.get("Upload-Asset") });

/**
 * Sends the rest of a file from where the server stands, until it says which asset it became.
 * @param {(offset: number) => Promise<boolean>} goOn hears how far it is; false stops
 * @returns {Promise<string | null>} the asset; null where it was stopped
 */
export async function send(token, url, blob, goOn) {
  let { offset, asset } = await look(url);
  while (!asset) {
    if (!(await goOn(offset))) return null;
    ({ offset, asset } = await sendPiece(token, url, blob, offset));
  }
  return asset;
}

async function sendPiece(token, url, blob, offset) {
  const piece = blob.slice(offset, offset + PIECE);
  const headers = { ...VERSION, "X-CSRFToken": token, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream", ...(await checksum(piece)) };
  const response = await ask(url, { method: "PATCH", headers, body: piece });
  if (response.status === 409) return look(url);
  if (response.status === 460) return retried(url, offset, await refusalOf(response));
  if (response.status !== 204) throw await refusalOf(response);
  return standing(response);
}

/** A piece that arrived damaged is sent again; a whole file that did is gone, and says so. */
async function retried(url, offset, refusal) {
  const now = await look(url).catch((error) => { throw error instanceof Gone ? refusal : error; });
  if (now.offset !== offset) throw refusal;
  return now;
}

async function checksum(piece) {
  if (!piece.size || !crypto.subtle) return {};
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await piece.arrayBuffer()));
  return { "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...digest))}` };
}

export async function end(token, url) {
  await ask(url, { method: "DELETE", headers: { ...VERSION, "X-CSRFToken": token } });
}
