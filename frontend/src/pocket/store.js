// What waits on this phone: drafts, leads and files, each the property of the person signed in when it
// was put there. Nobody else is shown it or sends it, and signing out deletes all of it.
import { openDB } from "idb";

export const DATABASE = "kitchen-pocket";

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

/** @param {string} owner @returns {Promise<Record<string, string> | undefined>} */
export const draftOf = async (owner) => (await database()).get("drafts", owner);

export async function keepDraft(owner, fields) {
  await (await database()).put("drafts", fields, owner);
}

export async function forgetDraft(owner) {
  await (await database()).delete("drafts", owner);
}

/** All or nothing: a lead without its pictures would look as if it had none. */
export async function enqueue(lead, files) {
  const transaction = (await database()).transaction(["leads", "files"], "readwrite");
  transaction.objectStore("leads").add(lead);
  for (const file of files) transaction.objectStore("files").add(file);
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
  await transaction.objectStore("leads").delete(id);
  for (const key of await transaction.objectStore("files").index("lead").getAllKeys(id)) transaction.objectStore("files").delete(key);
  await transaction.done;
}

/** Whether anything here has not reached the newsroom. */
export async function isPending() {
  const all = await database();
  const unsent = (await all.getAll("leads")).some((lead) => lead.state !== "sent");
  return unsent || (await all.getAll("files")).some((file) => file.state !== "done") || (await all.count("drafts")) > 0;
}
