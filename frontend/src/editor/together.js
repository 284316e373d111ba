// The text of a story that several people write at once. The server puts everybody's steps in one
// order; ours go on top of what it tells. One exchange at a time, none while a character is composed.
import { getVersion, receiveTransaction, sendableSteps } from "prosemirror-collab";
import { Step } from "prosemirror-transform";
import { csrfHeader } from "../token.js";
import { schema } from "./schema.js";

const ALONE = { send: 600, look: 1_000 };
const LONGEST = 2_000;
const BUSY = 15; // for each writer: the more there are, the more is gathered
const COPY_EVERY = 300;
const PATIENCE = 20_000;
const RETRY_FIRST = 1_000;
const RETRY_LONGEST = 30_000;
const BATCH = 200;
const STILL = 40;
const KEEPALIVE_MOST = 60_000;
const MAPS_KEPT = 500;

/**
 * @typedef {"editing" | "saving" | "saved" | "offline" | "refused" | "signed_out" | "closed"} State
 * @typedef {object} Host what the writing room gives
 * @property {import("prosemirror-view").EditorView} view
 * @property {string} url of the steps
 * @property {(state: State, why?: string) => void} show
 * @property {(standing: object) => void} onStanding what else the server told
 * @property {(version: number) => void} onSaved the story's version
 * @property {(doc: import("prosemirror-model").Node) => Promise<void>} onBranch a text that finds no place
 * @property {() => void} onLostGround the server stands before what it told us once
 * @property {(open: boolean) => void} onOpen whether the story may be written in
 * @property {(copy: object | null) => Promise<void>} keep writes the copy on this device, or forgets it
 * @property {(doc: import("prosemirror-model").Node, version: number, client: string) => import("prosemirror-state").EditorState} stateOf
 */

/** Whether something that others put in lies in what ours delete. */
function swallowed(others, ours) {
  const maps = others.map((step) => step.getMap());
  return maps.some((map, index) => {
    let found = false;
    map.forEach((_from, _to, start, stop) => {
      const [from, to] = narrowed(maps.slice(index + 1), start, stop);
      const [low, high] = narrowed(ours.map((step) => step.getMap()), from, to);
      found ||= from < to && high - low < to - from;
    });
    return found;
  });
}

const narrowed = (maps, from, to) => maps.reduce(([start, stop], map) => [map.map(start, 1), map.map(stop, -1)], [from, to]);

export class Together {
  #host;
  #timer = 0;
  #due = Infinity;
  #copyTimer = 0;
  #since = 0; // when the oldest unsent change was made
  #flying = null;
  #behind = false;
  #refused = false;
  #wait = RETRY_FIRST;
  #notBefore = 0;
  #confirmed = 0; // our steps that the server holds
  #maps = []; // of the newest steps that everybody has, for the places of others
  #open = true;
  writers = 1;

  /** @param {Host} host @param {string} client @param {import("prosemirror-model").Node} base the text at the server's version */
  constructor(host, client, base) {
    this.#host = host;
    this.client = client;
    this.base = base;
  }

  get #view() { return this.#host.view; }
  get version() { return getVersion(this.#view.state); }
  get dirty() { return this.#open && sendableSteps(this.#view.state) !== null; }
  get open() { return this.#open; }

  /** Goes on with what another page of this device left behind. */
  resume({ client, confirmed, version }, base, steps) {
    this.client = client;
    this.#confirmed = confirmed;
    this.base = base;
    const state = this.#host.stateOf(base, version, client);
    const { tr } = state;
    for (const step of steps) tr.step(step);
    this.#view.updateState(state.apply(tr));
    this.look();
  }

  /** Something was typed. */
  changed() {
    this.#since ||= Date.now();
    this.#refused = false;
    this.#copyTimer ||= setTimeout(() => this.copyHere(), COPY_EVERY);
    if (!this.#flying) this.#host.show("editing");
    this.#soon(this.#pause("send"));
  }

  /** Others may have written. */
  look() {
    this.#behind = true;
    this.#soon(this.#pause("look"));
  }

  retryNow() {
    this.#notBefore = 0;
    this.#behind = true;
    this.#soon(0);
  }

  /** @returns {Promise<boolean>} whether the server holds everything */
  async flush() {
    for (let round = 0; round < 20 && this.dirty && !this.#refused && !this.#notBefore; round += 1) await this.#exchange();
    return !this.dirty;
  }

  /** The page is going away: what fits is sent along, the rest is in the copy. */
  leave() {
    this.copyHere();
    const mine = sendableSteps(this.#view.state);
    if (!mine || this.#flying || this.#view.composing) return;
    const body = JSON.stringify(this.#batch(mine.version, mine.steps));
    if (body.length < KEEPALIVE_MOST / 3) this.#call({ method: "POST", body, keepalive: true }).catch(() => {});
  }

  async copyHere() {
    clearTimeout(this.#copyTimer);
    this.#copyTimer = 0;
    const mine = this.#open ? sendableSteps(this.#view.state) : null;
    await this.#host.keep(mine && {
      client: this.client, confirmed: this.#confirmed, version: mine.version,
      doc: this.base.toJSON(), steps: mine.steps.map((step) => step.toJSON()), at: Date.now(),
    });
  }

  /** Where a place in the text of `version` is now; null where that is too long ago. */
  placeNow(place, version) {
    const missing = this.version - version;
    if (missing < 0 || missing > this.#maps.length) return null;
    const waiting = sendableSteps(this.#view.state)?.steps.map((step) => step.getMap()) ?? [];
    return [...this.#maps.slice(this.#maps.length - missing), ...waiting].reduce((at, map) => map.map(at, -1), place);
  }

  /** Our selection, as others may place it; null while they cannot know the text it stands in. */
  cursor() {
    if (this.dirty) return null;
    const { anchor, head } = this.#view.state.selection;
    return { version: this.version, cursor: { anchor, head } };
  }

  #soon(after) {
    const due = Math.max(Date.now() + Math.max(after, 0), this.#notBefore);
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => { this.#due = Infinity; if (!this.#flying) this.#exchange(); }, due - Date.now());
  }

  /** Somebody who writes alone is not in a hurry. @param {"send" | "look"} what */
  #pause(what) {
    if (this.writers > 1) return BUSY * this.writers;
    return this.#since ? Math.min(ALONE[what], this.#since + LONGEST - Date.now()) : ALONE[what];
  }

  #exchange() {
    this.#flying ??= this.#talk().finally(() => {
      this.#flying = null;
      if (this.dirty && !this.#refused) this.#soon(this.#pause("send"));
      else if (this.#behind) this.#soon(this.#pause("look"));
    });
    return this.#flying;
  }

  async #talk() {
    await this.#still();
    if (this.#view.isDestroyed) return; // the page has moved on
    const mine = this.#open && !this.#refused ? sendableSteps(this.#view.state) : null;
    if (!mine && !this.#behind) return;
    if (mine) this.#host.show("saving");
    try {
      if (mine) await this.#send(mine.version, mine.steps.slice(0, BATCH), mine.steps.length <= BATCH);
      else await this.#fetch();
    } catch {
      this.#failed("offline");
    }
  }

  async #send(version, steps, whole) {
    this.#since = 0;
    const { anchor, head } = this.#view.state.selection;
    const body = { ...this.#batch(version, steps), ...(whole && { cursor: { anchor, head } }) };
    const answer = await this.#call({ method: "POST", body: JSON.stringify(body) });
    if (this.#unable(answer)) return;
    const told = await answer.json().catch(() => ({}));
    await this.#still();
    if (answer.ok) this.#landed(told, steps);
    else if (answer.status === 409 && told.theirs?.steps) await this.#takeIn(told.theirs);
    else if (answer.status === 409) await this.#closed();
    else this.#refuse(told.title ?? `${answer.status}`);
  }

  async #fetch() {
    this.#behind = false;
    const answer = await this.#call({}, `?since=${this.version}`);
    if (this.#unable(answer)) return;
    const told = await answer.json();
    if (!answer.ok) { this.#refuse(told.title ?? `${answer.status}`); return; }
    await this.#still();
    this.#wait = RETRY_FIRST;
    this.#notBefore = 0;
    if (!(await this.#takeIn(told))) return;
    if (!told.open) await this.#closed();
    else if (!this.#open) { this.#open = true; this.#host.onOpen(true); this.#host.show("saved"); }
    else if (!this.dirty && !this.#refused) this.#host.show("saved");
    this.#host.onStanding(told);
  }

  #batch(version, steps) {
    return { version, client: this.client, first: this.#confirmed + 1, steps: steps.map((step) => step.toJSON()) };
  }

  #call(how, query = "") {
    const headers = { Accept: "application/json", ...(how.body && { "Content-Type": "application/json" }), ...csrfHeader() };
    return fetch(this.#host.url + query, { ...how, headers, signal: AbortSignal.timeout?.(PATIENCE) });
  }

  #unable(answer) {
    if (answer.redirected || answer.status === 401) this.#failed("signed_out");
    else if (answer.status >= 500 || answer.status === 429) this.#failed("offline");
    else return false;
    return true;
  }

  #landed(told, steps) {
    this.#wait = RETRY_FIRST;
    this.#notBefore = 0;
    this.#receive(steps, steps.map(() => this.client));
    this.#host.onSaved(told.story_version);
    this.copyHere();
    if (!this.dirty) this.#host.show("saved");
  }

  /** @returns {Promise<boolean>} whether we still stand on the server's ground */
  async #takeIn({ head, version, steps }) {
    if (head < this.version) {
      this.#open = false;
      await this.#host.onBranch(this.#view.state.doc);
      await this.copyHere();
      this.#host.onLostGround();
      return false;
    }
    this.#behind = version < head;
    if (!steps.length) return true;
    const before = this.#view.state.doc;
    const lost = this.#receive(steps.map(({ step }) => Step.fromJSON(schema, step)), steps.map(({ client }) => client));
    this.copyHere();
    if (lost) await this.#host.onBranch(before);
    return true;
  }

  /** Puts steps of the common order under ours. @returns {boolean} whether words of ours found no place any more */
  #receive(steps, clients) {
    const { state } = this.#view;
    const waiting = sendableSteps(state)?.steps ?? [];
    const others = clients.findIndex((client) => client !== this.client);
    const ours = others < 0 ? clients.length : others;
    this.#confirmed += ours;
    for (const step of steps) {
      this.base = step.apply(this.base).doc;
      this.#maps.push(step.getMap());
    }
    this.#maps.splice(0, Math.max(0, this.#maps.length - MAPS_KEPT));
    this.#view.dispatch(receiveTransaction(state, steps, clients, { mapSelectionBackward: true }).setMeta("together", true));
    const left = sendableSteps(this.#view.state)?.steps ?? [];
    if (swallowed(steps.slice(ours), left)) this.#host.onBranch(this.base);
    return left.length < waiting.length - ours && waiting.slice(ours).some((step) => step.slice?.size > 0);
  }

  /** Under review, or out: what was not taken any more becomes a version of its own. */
  async #closed() {
    const unsent = this.dirty ? this.#view.state.doc : null;
    const wasOpen = this.#open;
    this.#open = false;
    if (unsent) {
      this.#view.updateState(this.#host.stateOf(this.base, this.version, this.client));
      await this.#host.onBranch(unsent);
    }
    await this.copyHere();
    if (wasOpen) this.#host.onOpen(false);
    this.#host.show("closed");
  }

  #failed(state) {
    this.copyHere();
    this.#host.show(state);
    this.#behind = true;
    this.#notBefore = Date.now() + this.#wait;
    this.#wait = Math.min(this.#wait * 2, RETRY_LONGEST);
    this.#soon(0);
  }

  /** Saying it again would not help; taking the last change back may. */
  #refuse(why) {
    this.#refused = true;
    this.copyHere();
    this.#host.show("refused", why);
  }

  /** Until no character is being composed: to change the page meanwhile would break it off. */
  #still() {
    const view = this.#view;
    return new Promise((resolve) => {
      const look = () => { if (view.composing) setTimeout(look, STILL); else resolve(undefined); };
      look();
    });
  }
}
