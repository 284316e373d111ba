// What waits on this phone: drafts, leads and files, each the property of the person signed in when it
// was put there. Nobody else is shown it or sends it, and signing out deletes all of it.
import { openDB } from "idb";

export const DATABASE = "kitchen-pocket";
/** The owner of what was put here while nobody was known. */
export const NOBODY = "";

/**
 * @typedef {{id: string, owner: string, at: number, fields: Record<string, string>, state: "waiting" | "sent" | "failed", uid?: string, said?: string}} Lead
 * @typedef {{id: string, lead: string, owner: string, at: number, name: string, film: boolean, size: number, blob?: Blob, sha256?: string, url?: string, offset: number, thumbed?: boolean, asset?: string, state: "waiting" | "paused" | "done" | "failed", said?: string}} Shot
 */

/** @type {Promise<import("idb").IDBPDatabase> | undefined} */
let opened;

const database = () => (opened ??= openDB(DATABASE, 1, {
  upgrade: (made) => {
    made.createObjectStore("drafts");
    made.createObjectStore("leads", { keyPath: "id" });
    made.createObjectStore("files", { keyPath: "id" }).createIndex("lead", "lead");
  },
  // signing out, here or on the desk, deletes the database: let go of it
  blocking: (_now, _next, event) => { event.target.close(); opened = undefined; },
}));

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

/**
 * All or nothing: a lead without its pictures would look as if it had none.
 * @param {string} [instead] the lead that this one was made of, which goes
 */
export async function enqueue(lead, files, instead) {
  const transaction = (await database()).transaction(["leads", "files"], "readwrite");
  transaction.objectStore("leads").add(lead);
  for (const file of files) transaction.objectStore("files").add(file);
  if (instead) await drop(transaction, instead);
  await transaction.done;
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
  return found ? { ...found, ...changes } : undefined;
}

export const the = async (kind, id) => (await database()).get(kind, id);

export async function remove(kind, id) {
  await (await database()).delete(kind, id);
}

/** A lead with its files. */
export async function removeLead(id) {
  const transaction = (await database()).transaction(["leads", "files"], "readwrite");
  await drop(transaction, id);
  await transaction.done;
}

async function drop(transaction, id) {
  await transaction.objectStore("leads").delete(id);
  for (const key of await transaction.objectStore("files").index("lead").getAllKeys(id)) transaction.objectStore("files").delete(key);
}

/** Whether anything here has not reached the newsroom. */
export async function isPending() {
  const all = await database();
  const unsent = (await all.getAll("leads")).some((lead) => lead.state !== "sent");
  return unsent || (await all.getAll("files")).some((file) => file.state !== "done") || (await all.count("drafts")) > 0;
}
