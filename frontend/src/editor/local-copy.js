// The copy of a story on this device, until the server has said that it holds the same.
import { openDB } from "idb";

const NAME = "kitchen-stories";
const STORE = "unsaved";

const open = () => openDB(NAME, 1, {
  upgrade: (database) => { database.createObjectStore(STORE); },
  // signing out deletes the database: let go of it
  blocking: (now, next, event) => event.target.close(),
});

/**
 * @typedef {{doc: object, title: string, fields: Record<string, any>}} Content
 * @typedef {Content & {version: number, at: string}} LocalCopy
 */
export class LocalCopies {
  /** @param {string} key who and which story */
  constructor(key) {
    this.key = key;
    this.database = open();
    this.database.catch(() => {}); // a browser in private mode may forbid it: then the server alone keeps
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
    await this.#attempt((database) => database.put(STORE, copy, `${this.key} aside ${copy.at}`));
  }

  async #attempt(act) {
    try {
      return await act(await this.database);
    } catch {
      return undefined;
    }
  }
}
