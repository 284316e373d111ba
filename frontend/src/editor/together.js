// The text of a story that several people write at once. The server puts everybody's steps in one
// order, ours after those that we missed; we do the same here with what it tells. One exchange at a
// time, none while a character is composed.
import { getVersion, sendableSteps } from "prosemirror-collab";
import { csrfHeader } from "../token.js";
import { asOneStep, runs, settled, standsFor, swallowed, under } from "./waiting.js";

const ALONE = { send: 600, look: 1_000 };
const LONGEST = 2_000;
const BUSY = { part: 0.5, least: 20, longest: 200 }; // of a round trip, for each writer: the more there are, the more is gathered
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
 * @property {(state: State, why?: string, kept?: boolean) => void} show `kept`: whether it is safe on this device
 * @property {(standing: object) => void} onStanding what else the server told
 * @property {(version: number) => void} onSaved the story's version
 * @property {(place: object) => void} onPlaced the others know where we are
 * @property {(doc: import("prosemirror-model").Node) => Promise<boolean>} onBranch a text that finds no place; once it is safe, or refused for good
 * @property {(why: "lost_ground" | "twin") => void} onLostGround the server is not where it should be by what we know
 * @property {(open: boolean) => void} onOpen whether the story may be written in
 * @property {(copy: object | null) => Promise<boolean | void>} keep writes the copy on this device, or forgets it
 * @property {(doc: import("prosemirror-model").Node, version: number, client: string) => import("prosemirror-state").EditorState} stateOf
 */

export class Together {
  #host;
  #timer = 0;
  #due = Infinity;
  #copyTimer = 0;
  #since = 0; // when the oldest unsent change was made
  #flying = null;
  #sending = false;
  #behind = false;
  #trip = BUSY.least; // what a round trip takes these days
  #rested = 0; // when the last exchange was over
  #refused = false;
  #asOne = false; // after a refusal: what waits is sent as one step, for what was refused may be taken back in it
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
    if (!this.#sending) this.#host.show("editing");
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
    if (!this.dirty || this.#flying || this.#view.composing) return;
    const { steps } = this.#parcel();
    const body = JSON.stringify(this.#batch(steps));
    if (steps.length && body.length < KEEPALIVE_MOST / 3) this.#call({ method: "POST", body, keepalive: true }).catch(() => {});
  }

  /** @returns {Promise<boolean>} whether what waits is safe on this device */
  async copyHere() {
    clearTimeout(this.#copyTimer);
    this.#copyTimer = 0;
    const mine = this.#open ? sendableSteps(this.#view.state) : null;
    const kept = await this.#host.keep(mine && {
      client: this.client, confirmed: this.#confirmed, version: mine.version,
      doc: this.base.toJSON(), steps: mine.steps.map((step) => step.toJSON()), at: Date.now(),
    });
    return kept !== false;
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
    if (this.writers > 1) return this.#rested + Math.min(Math.max(BUSY.part * this.writers * this.#trip, BUSY.least), BUSY.longest) - Date.now();
    return this.#since ? Math.min(ALONE[what], this.#since + LONGEST - Date.now()) : ALONE[what];
  }

  #exchange() {
    this.#flying ??= this.#talk().finally(() => {
      this.#flying = null;
      this.#sending = false;
      this.#rested = Date.now();
      if (this.dirty && !this.#refused) this.#soon(this.#pause("send"));
      else if (this.#behind) this.#soon(this.#pause("look"));
    });
    return this.#flying;
  }

  async #talk() {
    await this.#still();
    if (this.#view.isDestroyed) return; // the page has moved on
    const sends = this.dirty && !this.#refused;
    if (!sends && !this.#behind) return;
    this.#sending = sends;
    if (sends) this.#host.show("saving");
    try {
      if (sends) await this.#send(this.#parcel());
      else await this.#fetch();
    } catch {
      this.#failed("offline");
    }
  }

  /** What is sent next, how many of ours it stands for, and whether those are all. */
  #parcel() {
    const { steps } = sendableSteps(this.#view.state);
    const next = this.#asOne ? [asOneStep(this.base, this.#view.state.doc)].filter(Boolean) : steps.slice(0, BATCH);
    const count = this.#asOne ? steps.length : next.length;
    return { steps: next, count, whole: count === steps.length };
  }

  async #send(parcel) {
    this.#since = 0;
    if (!parcel.steps.length) { this.#holds(parcel); this.#saved(); return; } // all of it was taken back
    const sent = this.#view.state;
    const { anchor, head } = sent.selection;
    const body = { ...this.#batch(parcel.steps), ...(parcel.whole && { cursor: { anchor, head } }) };
    const answer = await this.#call({ method: "POST", body: JSON.stringify(body) });
    if (this.#unable(answer)) return;
    const told = await answer.json().catch(() => ({}));
    await this.#still();
    const calm = parcel.whole && sent.doc === this.#view.state.doc && sent.selection.eq(this.#view.state.selection);
    if (answer.ok) await this.#landed(told, parcel);
    else if (answer.status === 409 && told.theirs?.steps) await this.#overtaken(told.theirs);
    else if (answer.status === 409) await this.#closed();
    else this.#declined(parcel, told.title ?? `${answer.status}`);
    if (answer.ok && calm && this.#open) this.#host.onPlaced(this.cursor());
  }

  /** Nothing of it was taken; of several steps together more may be wanted than of each. */
  #declined({ count }, why) {
    const again = !this.#asOne && count > 1;
    this.#behind = true;
    this.#asOne = true;
    if (!again) this.#refuse(why);
  }

  /** Others were first; or our own steps, by another page's count. */
  async #overtaken(theirs) {
    if (!theirs.steps.length && theirs.head >= this.version) await this.#loseGround("twin");
    else if (await this.#takeIn(theirs)) this.#saved();
  }

  async #fetch() {
    const since = this.version;
    const answer = await this.#call({}, `?since=${since}`);
    if (this.#unable(answer)) return;
    const told = await answer.json();
    if (since !== this.version) { this.#behind = true; return; } // resumed meanwhile, from another text
    if (!answer.ok) { this.#refuse(told.title ?? `${answer.status}`); return; }
    await this.#still();
    this.#wait = RETRY_FIRST;
    this.#notBefore = 0;
    if (!(await this.#takeIn(told))) return;
    if (!told.open) await this.#closed();
    else if (!this.#open) { this.#open = true; this.#host.onOpen(true); this.#host.show("saved"); }
    else if (!this.#refused) this.#saved();
    this.#host.onStanding(told);
  }

  /** What stands for many of ours is not moved: it might become something else than those do. */
  #batch(steps) {
    return {
      version: this.version, client: this.client, first: this.#confirmed + 1, movable: !this.#asOne, steps: steps.map((step) => step.toJSON()),
    };
  }

  async #call(how, query = "") {
    const headers = { Accept: "application/json", ...(how.body && { "Content-Type": "application/json" }), ...csrfHeader() };
    const begun = Date.now();
    this.#behind = false; // whatever is asked, the answer has the news
    const answer = await fetch(this.#host.url + query, { ...how, headers, signal: AbortSignal.timeout?.(PATIENCE) });
    this.#trip += (Date.now() - begun - this.#trip) / 4;
    return answer;
  }

  #unable(answer) {
    if (answer.redirected || answer.status === 401) this.#failed("signed_out");
    else if (answer.status >= 500 || answer.status === 429) this.#failed("offline");
    else return false;
    return true;
  }

  async #landed({ version, story_version: storyVersion, steps }, parcel) {
    this.#wait = RETRY_FIRST;
    this.#notBefore = 0;
    if (!steps.length) this.#holds(parcel);
    else if (!(await this.#takeIn({ head: version, version, steps }))) return;
    this.#host.onSaved(storyVersion);
    this.copyHere();
    this.#saved();
  }

  #saved() {
    if (!this.dirty) this.#host.show("saved");
  }

  /** The server holds these steps, which stand for so many of ours. */
  #holds({ steps, count }) {
    this.#asOne = false;
    this.#confirmed += steps.length;
    this.#ground(steps);
    this.#view.dispatch(settled(this.#view.state, steps.length, count).setMeta("together", true));
  }

  /** Steps that everybody has now. */
  #ground(steps) {
    for (const step of steps) {
      this.base = step.apply(this.base).doc;
      this.#maps.push(step.getMap());
    }
    this.#maps.splice(0, Math.max(0, this.#maps.length - MAPS_KEPT));
  }

  /** @returns {Promise<boolean>} whether we still stand on the server's ground */
  async #takeIn({ head, version, steps: told }) {
    if (head < this.version) return this.#loseGround("lost_ground");
    this.#behind ||= version < head;
    if (!told.length) return true;
    for (const { own, steps } of runs(told, this.client)) {
      if (!own) { this.#receive(steps); continue; }
      const count = standsFor(this.base, steps, sendableSteps(this.#view.state)?.steps ?? []);
      if (count === null) return this.#loseGround("twin");
      this.#holds({ steps, count });
    }
    this.copyHere();
    return true;
  }

  /** Puts steps of others under ours; what finds no place by that becomes a version. */
  #receive(steps) {
    const { state } = this.#view;
    const waiting = sendableSteps(state)?.steps ?? [];
    this.#ground(steps);
    const put = under(state, steps);
    if (!put) {
      this.#host.onBranch(state.doc);
      this.#view.updateState(this.#host.stateOf(this.base, getVersion(state) + steps.length, this.client));
      return;
    }
    this.#view.dispatch(put.setMeta("together", true));
    const left = sendableSteps(this.#view.state)?.steps ?? [];
    if (swallowed(steps, left)) this.#host.onBranch(this.base);
    if (left.length < waiting.length && waiting.some((step) => step.slice?.size > 0)) this.#host.onBranch(state.doc);
  }

  /** The server does not go on from where we are: what stands here becomes a version, and the page begins anew. */
  async #loseGround(why) {
    const unsent = this.dirty || why === "lost_ground" ? this.#view.state.doc : null;
    this.#open = false;
    if (unsent && !(await this.#host.onBranch(unsent))) { this.#host.show("closed", undefined, false); return false; }
    await this.copyHere();
    this.#host.onLostGround(why);
    return false;
  }

  /** Under review, or out: what was not taken any more becomes a version of its own. */
  async #closed() {
    const unsent = sendableSteps(this.#view.state) && this.#view.state.doc;
    const wasOpen = this.#open;
    this.#open = false;
    if (wasOpen) this.#host.onOpen(false);
    const kept = !unsent || (wasOpen && await this.#host.onBranch(unsent)); // refused once, it stays before the writer's eyes
    if (this.#view.isDestroyed) return;
    if (unsent && kept) this.#view.updateState(this.#host.stateOf(this.base, this.version, this.client));
    if (kept) await this.copyHere();
    this.#host.show("closed", undefined, kept);
  }

  #failed(state) {
    this.#tell(state);
    this.#behind = true;
    this.#notBefore = Date.now() + this.#wait;
    this.#wait = Math.min(this.#wait * 2, RETRY_LONGEST);
    this.#soon(0);
  }

  /** Saying it again would not help; taking the last change back may. */
  #refuse(why) {
    this.#refused = true;
    this.#tell("refused", why);
  }

  /** Says what went wrong, once it is known whether this device keeps the words. */
  async #tell(state, why) {
    this.#host.show(state, why, await this.copyHere());
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
