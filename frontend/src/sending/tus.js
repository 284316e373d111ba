// Resumable upload by tus 1.0, as much of it as the queue needs. What is told apart is what to do next:
// the network is away or the server is full (wait), the place was wrong (ask), the upload is gone (begin
// anew), refused (say so). We ask later what became of a large file: its last piece is answered at once.

const PIECE = 5 * 1024 * 1024;
/** What a wire that is cut again and again still carries: a piece that is cut counts for nothing. */
const LEAST = 256 * 1024;
let pieceSize = PIECE;

const VERSION = { "Tus-Resumable": "1.0.0" };
const LATER = "respond-async";

export class Away extends Error {}
/** The server has no room; its sentence says what becomes of what it has. */
export class Full extends Away {}
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
  if (response.status === 507) throw new Full((await refusalOf(response)).message);
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

/** What is empty is not said. */
const said = (words) => Object.fromEntries(Object.entries(words).filter(([, value]) => value));

/** @returns {Promise<{url: string, known: string | null}>} the upload's own address, and the asset of the same bytes */
export async function begin(token, size, about) {
  const metadata = Object.entries(said(about)).map(([name, value]) => `${name} ${inBase64(value)}`).join(",");
  const headers = { ...VERSION, "X-CSRFToken": token, "Upload-Length": String(size), "Upload-Metadata": metadata };
  const response = await ask("/files/tus", { method: "POST", headers });
  if (response.status !== 201) throw await refusalOf(response);
  return { url: new URL(response.headers.get("Location"), location.href).pathname, known: response.headers.get("Upload-Known") };
}

/** Says something else about a file; what was in the catalogue before is described by its owner alone. */
export async function sendWords(token, url, words) {
  const headers = { ...VERSION, "X-CSRFToken": token, "Content-Type": "application/json" };
  const response = await ask(`${url}/words`, { method: "PUT", headers, body: JSON.stringify(said(words)) });
  if (!response.ok && response.status !== 409) throw await refusalOf(response);
}

/** What became of a file of which all was sent. @returns {Promise<{stands: string, asset: string, known: boolean, failure: string, arrived: any}>} */
export async function outcome(url) {
  const response = await ask(url, { headers: { ...VERSION, Accept: "application/json" } });
  if (!response.ok) throw await refusalOf(response);
  return response.json();
}

export async function sendThumb(token, url, thumb) {
  await ask(`${url}/thumb`, { method: "PUT", headers: { ...VERSION, "X-CSRFToken": token, "Content-Type": "image/jpeg" }, body: thumb });
}

/** @returns {Promise<{offset: number, asset: string | null, later: boolean}>} */
export async function look(url) {
  return standing(await ask(url, { method: "HEAD", headers: VERSION }));
}

const standing = (response) => ({
  offset: Number(response.headers.get("Upload-Offset")),
  asset: response.headers.get("Upload-Asset"),
  later: response.headers.get("Preference-Applied") === LATER,
});

/**
 * Sends the rest of a file from where the server stands, until it says which asset it became, or that it
 * will look at it.
 * @param {(offset: number) => Promise<boolean>} goOn hears how far it is; false stops
 * @returns {Promise<{asset?: string, later?: boolean}>} neither where it was stopped
 */
export async function send(token, url, blob, goOn) {
  let now = await look(url);
  while (!now.asset && !now.later) {
    if (!(await goOn(now.offset))) return {};
    now = await sendPiece(token, url, blob, now.offset);
  }
  return now;
}

async function sendPiece(token, url, blob, offset) {
  const piece = blob.slice(offset, offset + pieceSize);
  const headers = { ...VERSION, "X-CSRFToken": token, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream", Prefer: LATER, ...(await checksum(piece)) };
  const response = await ask(url, { method: "PATCH", headers, body: piece }).catch((error) => { pieceSize = Math.max(LEAST, pieceSize / 4); throw error; });
  pieceSize = Math.min(PIECE, pieceSize * 2);
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
