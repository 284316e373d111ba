// What waits in this browser: drafts and leads of the phone, files of phone and desk, each the property of
// the person signed in when it was put there. Nobody else is shown it or sends it, and signing out deletes
// all of it.
import { openDB } from "idb";

export const DATABASE = "kitchen-pocket";
/** The owner of what was put here while nobody was known. */
export const NOBODY = "";

/**
 * @typedef {{id: string, owner: string, at: number, fields: Record<string, string>, state: "waiting" | "sent" | "failed", uid?: string, said?: string}} Lead
 * @typedef {{about?: string, put?: string}} Place what a file belongs to, and the address to which its asset is put
 * @typedef {{id: string, lead?: string, place?: Place, words?: Record<string, string>, told?: string, owner: string, at: number, name: string, film: boolean, size: number, sha256?: string, url?: string, offset: number, thumbed?: boolean, later?: boolean, asset?: string, known?: boolean, arrived?: any, keeping?: boolean, unkept?: boolean, lost?: boolean, final?: boolean, state: "waiting" | "paused" | "done" | "failed", said?: string, refused?: string, tries?: number}} Shot
 */

/** @type {Promise<import("idb").IDBPDatabase> | undefined} */
let opened;

// bytes lie apart from what is said about them: a browser writes a file anew with every row that holds it
const database = () => (opened ??= openDB(DATABASE, 2, {
  upgrade: (made, before, _now, transaction) => {
    if (before < 1) {
      made.createObjectStore("drafts");
      made.createObjectStore("leads", { keyPath: "id" });
      made.createObjectStore("files", { keyPath: "id" }).createIndex("lead", "lead");
    }
    made.createObjectStore("bytes");
    if (before === 1) return setBytesApart(transaction);
  },
  // signing out, here or on the desk, deletes the database: let go of it
  blocking: (_now, _next, event) => { event.target.close(); opened = undefined; },
}));

async function setBytesApart(transaction) {
  for (let at = await transaction.objectStore("files").openCursor(); at; at = await at.continue()) {
    const { blob, ...file } = at.value;
    if (blob) transaction.objectStore("bytes").put(blob, file.id);
    at.update(file);
  }
}

// ---- every page of this browser hears of a change

const others = "BroadcastChannel" in window ? new BroadcastChannel(DATABASE) : undefined;
/** @type {Record<"changed" | "added", Set<() => void>>} */
const listeners = { changed: new Set(), added: new Set() };
const pending = {};

/** Calls `listener` soon after something changed (or was added), here or in another tab. */
export const on = (kind, listener) => { listeners[kind].add(listener); };

function hear(kind) {
  pending[kind] ??= setTimeout(() => { delete pending[kind]; for (const listener of listeners[kind]) listener(); }, 100);
}

function tell(kind = "changed") {
  hear(kind);
  others?.postMessage(kind);
}

others?.addEventListener("message", (event) => hear(event.data));

// ---- drafts and leads

/**
 * What `owner` had begun. Where that is nothing, what nobody signed becomes theirs: it will lie before them,
 * and is not sent by itself.
 * @param {string} owner @returns {Promise<Record<string, string> | undefined>}
 */
export async function draftFor(owner) {
  const transaction = (await database()).transaction("drafts", "readwrite");
  const own = await transaction.store.get(owner);
  const draft = own ?? (await transaction.store.get(NOBODY));
  if (draft && !own) {
    await transaction.store.delete(NOBODY);
    await transaction.store.put(draft, owner);
  }
  await transaction.done;
  return draft;
}

export async function keepDraft(owner, fields) {
  await (await database()).put("drafts", fields, owner);
}

export async function forgetDraft(owner) {
  await (await database()).delete("drafts", owner);
}

const ALL = ["leads", "files", "bytes"];

/**
 * All or nothing: a lead without its pictures would look as if it had none.
 * @param {{file: Shot, blob: Blob}[]} shots
 * @param {string} [instead] the lead that this one was made of, which goes
 */
export async function enqueue(lead, shots, instead) {
  const transaction = (await database()).transaction(ALL, "readwrite");
  transaction.objectStore("leads").add(lead);
  for (const { file, blob } of shots) {
    transaction.objectStore("files").add(file);
    transaction.objectStore("bytes").add(blob, file.id);
  }
  if (instead) await drop(transaction, instead);
  await transaction.done;
  tell();
}

/** A lead that nobody signed becomes `owner`'s, with its files. */
export async function adopt(id, owner) {
  const transaction = (await database()).transaction(["leads", "files"], "readwrite");
  const [leads, files] = [transaction.objectStore("leads"), transaction.objectStore("files")];
  const lead = await leads.get(id);
  if (lead) leads.put({ ...lead, owner });
  for (const file of await files.index("lead").getAll(id)) files.put({ ...file, owner });
  await transaction.done;
}

/** @returns {Promise<Lead[]>} oldest first */
export async function leadsOf(owner) {
  const all = await (await database()).getAll("leads");
  return all.filter((lead) => lead.owner === owner).sort((one, other) => one.at - other.at);
}

/** @returns {Promise<Shot[]>} in the order in which they were chosen */
export async function filesOf(owner) {
  const all = await (await database()).getAll("files");
  return all.filter((file) => file.owner === owner).sort((one, other) => one.at - other.at);
}

/** Changes what stands now, so that a pause by hand and progress do not undo each other. */
export async function change(kind, id, changes) {
  const transaction = (await database()).transaction(kind, "readwrite");
  const found = await transaction.store.get(id);
  if (found) await transaction.store.put({ ...found, ...changes });
  await transaction.done;
  tell();
  return found ? { ...found, ...changes } : undefined;
}

export const the = async (kind, id) => (await database()).get(kind, id);

// ---- files and their bytes

/** Bytes that are in this page only: being put away, or too large for what the browser lends us. @type {Map<string, Blob>} */
const held = new Map();

/** Whether this page can send it: its bytes are put away, or are here. @param {Shot} file */
export const isHere = (file) => held.has(file.id) || !(file.keeping || file.unkept);

/** @param {{file: Shot, blob?: Blob}[]} shots shown and sent from now on; their bytes are being put away */
export async function addFiles(shots) {
  const transaction = (await database()).transaction("files", "readwrite");
  for (const { file, blob } of shots) {
    if (blob) held.set(file.id, blob);
    transaction.store.put({ ...file, keeping: Boolean(blob) });
  }
  await transaction.done;
  tell();
  tell("added");
  keepAll(shots);
}

async function keepAll(shots) {
  for (const { file, blob } of shots) if (blob) await keepBytes(file.id, blob);
}

/** Puts a file's bytes away for the next page; where there is no room they last as long as this one, and it says so. */
export async function keepBytes(id, blob) {
  held.set(id, blob);
  try {
    await (await database()).put("bytes", blob, id);
    held.delete(id);
    await change("files", id, { keeping: undefined, unkept: undefined });
    others?.postMessage("added"); // from now on any tab can send it
  } catch {
    await change("files", id, { keeping: undefined, unkept: true });
  }
  const file = await the("files", id);
  if (!file || file.state === "done") await forgetBytes(id); // it arrived or was removed meanwhile
}

/** @returns {Promise<Blob | undefined>} */
export const bytesOf = async (id) => held.get(id) ?? (await database()).get("bytes", id);

export async function forgetBytes(id) {
  held.delete(id);
  await (await database()).delete("bytes", id);
}

export async function removeFile(id) {
  await (await database()).delete("files", id);
  await forgetBytes(id);
  tell();
}

/** A lead with its files. */
export async function removeLead(id) {
  const transaction = (await database()).transaction(ALL, "readwrite");
  await drop(transaction, id);
  await transaction.done;
  tell();
}

async function drop(transaction, id) {
  await transaction.objectStore("leads").delete(id);
  for (const key of await transaction.objectStore("files").index("lead").getAllKeys(id)) {
    transaction.objectStore("files").delete(key);
    transaction.objectStore("bytes").delete(key);
  }
}

/** Whether anything here has not reached the newsroom. */
export async function isPending() {
  const all = await database();
  const unsent = (await all.getAll("leads")).some((lead) => lead.state !== "sent");
  return unsent || (await all.getAll("files")).some((file) => file.state !== "done" && !file.final) || (await all.count("drafts")) > 0;
}
