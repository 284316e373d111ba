// Saves a story while it is written: 0.8 s after the last key, at least every 5 s, one request at a
// time, never in the middle of a composed character; a copy stays on the device until acknowledged.
import { csrfHeader } from "../token.js";

const IDLE = 800;
const LONGEST = 5_000;
const COPY_EVERY = 300;
const PATIENCE = 20_000;
const RETRY_FIRST = 2_000;
const RETRY_LONGEST = 30_000;
const KEEPALIVE_MOST = 60_000; // browsers let no more than 64 KB outlive a page

/**
 * @typedef {import("./local-copy.js").Content} Content
 * @typedef {"editing" | "saving" | "saved" | "offline" | "conflict" | "refused" | "signed_out"} State
 * @typedef {object} Host what the editor gives
 * @property {string} url
 * @property {() => Content} content
 * @property {() => boolean} composing
 * @property {(theirs: Content, mine: Content) => boolean} same
 * @property {(state: State, why?: string, kept?: boolean) => void} show `kept`: whether it is safe on this device
 * @property {(theirs: Content & {by?: string}) => void} onConflict
 * @property {(version: number, content: Content) => void} onSaved
 * @property {import("./local-copy.js").LocalCopies} copies
 */

export class Autosave {
  #host;
  #timer = 0;
  #copyTimer = 0;
  #since = 0; // when the oldest unsaved change was made
  #changes = 0;
  #savedChanges = 0;
  #flying = null;
  #wait = RETRY_FIRST;
  #notBefore = 0; // after a failure: when to try again
  #refusal = false;
  /** Sent, but the answer never came: the server may hold any of them. @type {Content[]} */
  #unanswered = [];
  #conflicted = false;
  #keepMine = false;

  /** @param {Host} host @param {number} version what the server held when the page was made */
  constructor(host, version) {
    this.#host = host;
    this.version = version;
  }

  get dirty() { return this.#changes !== this.#savedChanges; }
  get conflicted() { return this.#conflicted; }

  /** Something was typed. */
  changed() {
    this.#changes += 1;
    this.#since ||= Date.now();
    this.#copyTimer ||= setTimeout(() => this.copyHere(), COPY_EVERY);
    if (this.#conflicted) return;
    if (!this.#flying) this.#host.show("editing");
    this.#schedule(Math.min(IDLE, Math.max(0, this.#since + LONGEST - Date.now())));
  }

  /** Writes the copy on this device. @returns {Promise<boolean>} whether what is unsaved is safe there */
  async copyHere() {
    clearTimeout(this.#copyTimer);
    this.#copyTimer = 0;
    return !this.dirty || this.#host.copies.write({ ...this.#host.content(), version: this.version, at: new Date().toISOString() });
  }

  /** Saves now what is unsaved. @returns {Promise<boolean>} whether the server holds everything */
  async flush() {
    await this.#flying;
    if (this.dirty && !this.#conflicted) await this.#save();
    return !this.dirty && !this.#conflicted;
  }

  /** The page is going away: what fits is sent along, the rest is in the copy. */
  leave() {
    this.copyHere();
    if (this.dirty && !this.#flying && !this.#conflicted && !this.#host.composing()) this.#save({ leaving: true });
  }

  /** The writer decided for their own text: it goes on top of the other, which the server keeps. */
  async keepMine() {
    this.#conflicted = false;
    this.#keepMine = true;
    this.#changes += 1;
    return this.flush();
  }

  /** The writer took the other text: nothing is left to save. */
  async takeTheirs() {
    this.#conflicted = false;
    clearTimeout(this.#timer);
    this.#savedChanges = this.#changes;
    this.#since = 0;
    await this.#host.copies.forget();
    this.#host.show("saved");
  }

  /** The network is back. */
  retryNow() {
    this.#notBefore = 0;
    if (this.dirty && !this.#conflicted) this.#schedule(0);
  }

  /** The server has moved on to another text. @param {Content} theirs @param {number} version */
  conflict(theirs, version) {
    this.#conflicted = true;
    this.version = version;
    clearTimeout(this.#timer);
    this.copyHere();
    this.#host.show("conflict");
    this.#host.onConflict(theirs);
  }

  #schedule(after) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#due(), Math.max(after, this.#notBefore - Date.now()));
  }

  #due() {
    if (this.#flying) return; // when it lands it looks again
    if (this.#host.composing()) this.#schedule(COPY_EVERY);
    else this.#save();
  }

  #save(options = {}) {
    this.#flying = this.#send(options).finally(() => { this.#flying = null; });
    return this.#flying.then(() => { if (this.dirty && !this.#conflicted && !this.#refusal) this.#schedule(IDLE); });
  }

  async #send({ leaving = false }) {
    clearTimeout(this.#timer);
    const sent = { changes: this.#changes, content: this.#host.content() };
    this.#refusal = false;
    this.#since = 0;
    this.#host.show("saving");
    let answer;
    try {
      answer = await this.#put(sent.content, leaving);
    } catch {
      this.#failed("offline", sent.content);
      return;
    }
    await this.#understand(answer, sent);
  }

  #put(content, leaving) {
    const body = JSON.stringify({ ...content, version: this.version, ...(this.#keepMine && { keep: "mine" }) });
    return fetch(this.#host.url, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json", "If-Match": `"${this.version}"`, ...csrfHeader() },
      body,
      keepalive: leaving && body.length < KEEPALIVE_MOST / 3, // a 汉字 is three bytes
      signal: AbortSignal.timeout?.(PATIENCE),
    });
  }

  async #understand(answer, sent) {
    if (answer.redirected || answer.status === 401) { this.#failed("signed_out", sent.content); return; }
    if (answer.status >= 500) { this.#failed("offline", sent.content); return; }
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) await this.#landed(told.version, sent);
    else if (answer.status === 409 && told.theirs) await this.#clash(told, sent);
    else this.#refused(told.detail ?? told.title ?? `${answer.status}`);
  }

  /** "Theirs" may be our own: sent before, and only the answer was lost. */
  async #clash(told, sent) {
    if (this.#host.same(told.theirs, sent.content)) await this.#landed(told.version, sent);
    else if (this.#unanswered.some((content) => this.#host.same(told.theirs, content))) this.version = told.version;
    else this.conflict(told.theirs, told.version);
  }

  async #landed(version, sent) {
    this.version = version;
    this.#savedChanges = sent.changes;
    this.#wait = RETRY_FIRST;
    this.#keepMine = false;
    this.#notBefore = 0;
    this.#unanswered = [];
    this.#host.onSaved(version, sent.content);
    if (this.dirty) return;
    await this.#host.copies.forget();
    this.#host.show("saved");
  }

  #failed(state, content) {
    this.#unanswered.push(content);
    this.#tell(state);
    this.#notBefore = Date.now() + this.#wait;
    this.#wait = Math.min(this.#wait * 2, RETRY_LONGEST);
  }

  /** The server will not take this text as it is: saying it again would not help, typing may. */
  #refused(why) {
    this.#refusal = true;
    this.#tell("refused", why);
  }

  /** Says what went wrong, once it is known whether this device keeps the words. */
  async #tell(state, why) {
    this.#host.show(state, why, await this.copyHere());
  }
}
