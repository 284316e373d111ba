// The copies of a story on this device, until the server has said that it holds the same.
import { openDB } from "idb";

export const DATABASE = "kitchen-stories";
const STORE = "unsaved";

/** @param {() => void} gone called when the database has to be let go of: signing out deletes it */
const open = (gone) => openDB(DATABASE, 1, {
  upgrade: (database) => { database.createObjectStore(STORE); },
  blocking: (now, next, event) => { gone(); event.target.close(); },
  terminated: gone,
});

/** Whether any story here has something that the server does not. */
export async function isPending() {
  const database = await open(() => {});
  const many = await database.count(STORE);
  database.close();
  return many > 0;
}

/**
 * @typedef {{doc: object, title: string, fields: Record<string, any>}} Content
 * @typedef {Content & {version: number, at: string}} LocalCopy
 */
export class LocalCopies {
  /** @param {string} key who and which story */
  constructor(key) {
    this.key = key;
  }

  /** Opened when it is needed, again after it had to be let go of. */
  #open() {
    const gone = () => { this.database = undefined; };
    return this.database ??= open(gone).catch((error) => { gone(); throw error; });
  }

  /** @returns {Promise<LocalCopy | undefined>} */
  async read() {
    return this.#attempt((database) => database.get(STORE, this.key));
  }

  /** @param {LocalCopy} copy @returns {Promise<boolean>} whether it is safe on this device */
  async write(copy) {
    return (await this.#attempt((database) => database.put(STORE, copy, this.key))) !== undefined;
  }

  async forget() {
    await this.#attempt((database) => database.delete(STORE, this.key));
  }

  /** What was given up for somebody else's version stays here, beside the story's own copy. */
  async setAside(copy) {
    await this.put("aside", copy.at, copy);
  }

  /** Further copies beside the story's own, each under a kind and a name. @returns {Promise<boolean>} whether it is safe */
  async put(kind, name, copy) {
    return (await this.#attempt((database) => database.put(STORE, copy, this.#under(kind) + name))) !== undefined;
  }

  async drop(kind, name) {
    await this.#attempt((database) => database.delete(STORE, this.#under(kind) + name));
  }

  /** @returns {Promise<{name: string, copy: any}[]>} every copy of a kind */
  async all(kind) {
    const under = this.#under(kind);
    const range = IDBKeyRange.bound(under, `${under}\uffff`);
    const found = await this.#attempt(async (database) => {
      const [keys, copies] = await Promise.all([database.getAllKeys(STORE, range), database.getAll(STORE, range)]);
      return keys.map((key, at) => ({ name: key.slice(under.length), copy: copies[at] }));
    });
    return found ?? [];
  }

  #under(kind) { return `${this.key} ${kind} `; }

  async #attempt(act) {
    try {
      return await act(await this.#open());
    } catch {
      return undefined; // full, or forbidden in private mode: then the server alone keeps
    }
  }
}
