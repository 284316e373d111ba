// The writing room where several people write: the text by steps, the fields beside it each by
// itself, who else is here, and what happens to words that find no place.
import { collab } from "prosemirror-collab";
import { Node } from "prosemirror-model";
import { Step } from "prosemirror-transform";
import { fill } from "../texts.js";
import { csrfHeader } from "../token.js";
import { toast } from "../desk/toasts.js";
import { Autosave } from "./autosave.js";
import { cursors, showCursors } from "./cursors.js";
import { FieldBook, sameFields } from "./fields.js";
import { schema } from "./schema.js";
import { Together } from "./together.js";
import { makeWriters } from "./writers.js";

const SIGN_OF_LIFE = 15_000;
const CURSOR_EVERY = 300;
const ABANDONED = 90_000; // without locks (no https): a copy that nobody has touched for so long
const URGENCY = ["saved", "editing", "saving", "offline", "refused", "closed", "conflict", "signed_out"];

export const newClient = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What an editor needs for writing together. */
export const togetherPlugins = (version, client) => [collab({ version, clientID: client }), cursors()];

export class Room {
  #host;
  #data;
  #words;
  #states = { text: "saved", fields: "saved" };
  #cursorTimer = 0;
  #told = "";
  #others = [];

  /**
   * @param {object} host the editor: view, form, words, copies, stateOf, setEditable, show, announce, showConflict
   * @param {DOMStringMap} data addresses
   */
  constructor(host, data, client) {
    this.#host = host;
    this.#data = data;
    this.#words = host.words;
    this.writers = makeWriters(host.words);
    this.fields = new FieldBook(host.form);
    this.text = new Together({
      view: host.view,
      url: data.stepsUrl,
      show: (state, why) => this.#show("text", state, why),
      onStanding: (standing) => this.#heard(standing),
      onSaved: (version) => host.announce(version),
      onBranch: (doc) => this.#branch(doc),
      onLostGround: () => { toast(this.#words.lost_ground, { tone: "warn" }); location.reload(); },
      onOpen: (open) => host.setEditable(open),
      keep: (copy) => copy ? host.copies.put("text", this.text.client, copy) : host.copies.drop("text", this.text.client),
      stateOf: host.stateOf,
    }, client, host.view.state.doc);
    this.beside = new Autosave({
      url: data.autosaveUrl,
      content: () => this.fields.changes(),
      composing: () => host.view.composing,
      same: (one, other) => sameFields(one.fields, other.fields),
      show: (state, why) => this.#show("fields", state, why),
      onConflict: (theirs) => this.#fieldConflict(theirs),
      onSaved: (version, content) => { this.fields.landed(content.fields); host.announce(version); },
      copies: host.copies,
    }, Number(data.version));
  }

  get dirty() { return this.text.dirty || this.beside.dirty; }
  get conflicted() { return this.beside.conflicted; }

  changed() { this.beside.changed(); }

  typed() { this.text.changed(); }

  /** The selection moved, or the text. */
  moved() {
    if (this.#others.length) this.#cursorTimer ||= setTimeout(() => this.#sign(), CURSOR_EVERY);
  }

  async flush() {
    const saved = await Promise.all([this.text.flush(), this.beside.flush()]);
    return saved.every(Boolean);
  }

  leave() {
    this.text.leave();
    this.beside.leave();
  }

  retryNow() {
    this.text.retryNow();
    this.beside.retryNow();
    this.#sendBranches();
  }

  /** @param {AbortSignal} signal ends it */
  start(signal) {
    const { liveTopic } = this.#data;
    document.addEventListener("live:changed", (event) => { if (event.detail.topic === liveTopic) this.text.look(); }, { signal });
    document.addEventListener("live:opened", () => this.text.look(), { signal });
    window.addEventListener("pagehide", () => this.#tell({ leaving: true }, true), { signal });
    this.#hold(this.text.client, signal);
    const life = setInterval(() => this.#sign(true), SIGN_OF_LIFE);
    signal.addEventListener("abort", () => { clearInterval(life); this.#tell({ leaving: true }, true); });
    this.#bringBack(signal);
    this.#sign(true);
    this.#sendBranches();
  }

  /* ---- who is here ---- */

  async #sign(always = false) {
    clearTimeout(this.#cursorTimer);
    this.#cursorTimer = 0;
    if (document.hidden && !always) return;
    const place = this.text.cursor();
    const told = JSON.stringify(place);
    if (!always && (!place || told === this.#told)) return;
    this.#told = told;
    const answer = await this.#tell(place ?? {});
    if (!answer) return;
    this.#showPeople(answer.people);
    if (answer.head > this.text.version) this.text.look();
  }

  async #tell(what, keepalive = false) {
    try {
      const answer = await fetch(this.#data.presenceUrl, {
        method: "POST", keepalive,
        headers: { "Content-Type": "application/json", Accept: "application/json", ...csrfHeader() },
        body: JSON.stringify({ client: this.text.client, ...what }),
      });
      return answer.ok && !answer.redirected ? await answer.json() : null;
    } catch {
      return null; // only presence is lost by that
    }
  }

  #heard({ story_version: version, fields, people }) {
    this.#host.announce(version);
    this.fields.takeIn(fields);
    this.#showPeople(people);
  }

  #showPeople(people) {
    this.#others = people.filter(({ client }) => client !== this.text.client);
    this.text.writers = 1 + this.#others.length;
    this.writers.update(this.#others);
    if (!this.#host.view.composing) this.#drawCursors();
  }

  #drawCursors() {
    const placed = this.#others.map((writer) => ({
      ...writer, anchor: this.text.placeNow(writer.anchor, writer.version), head: this.text.placeNow(writer.head, writer.version),
    }));
    showCursors(this.#host.view, placed.filter(({ anchor, head, version }) => anchor !== null && head !== null && (version > 0 || head > 0)));
  }

  /* ---- nothing is lost ---- */

  /** A text that could not be merged: kept here until the server keeps it as a version. */
  async #branch(doc) {
    await this.#host.copies.put("branch", newClient(), { doc: doc.toJSON() });
    await this.#sendBranches();
  }

  async #sendBranches() {
    for (const { name, copy } of await this.#host.copies.all("branch")) {
      const number = await this.#sendBranch(name, copy);
      if (!number) { toast(this.#words.branch_waits, { tone: "warn" }); return; }
      await this.#host.copies.drop("branch", name);
      toast(fill(this.#words.branched, { number }), { tone: "warn", url: `${this.#data.versionsUrl}/${number}` });
    }
  }

  async #sendBranch(name, { doc }) {
    try {
      const answer = await fetch(this.#data.branchUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": `branch-${name}`, ...csrfHeader() },
        body: JSON.stringify({ doc, note: this.#words.branch_note }),
      });
      return answer.ok && !answer.redirected ? (await answer.json()).number : null;
    } catch {
      return null;
    }
  }

  /** What an earlier page typed and never got rid of comes back: as the same editor, so that nothing counts twice. */
  async #bringBack(signal) {
    await this.#bringBackFields();
    const left = await this.#abandoned();
    if (!left) return;
    const { copy } = left;
    try {
      const base = Node.fromJSON(schema, copy.doc);
      const steps = copy.steps.map((step) => Step.fromJSON(schema, step));
      if (this.text.dirty) return; // somebody types already: it comes back with the next page
      this.#tell({ leaving: true });
      this.#hold(copy.client, signal);
      this.text.resume(copy, base, steps);
      toast(this.#words.restored, { tone: "info" });
      this.#sign(true);
    } catch {
      await this.#host.copies.drop("text", left.name);
      await this.#host.copies.put("aside", String(copy.at), copy);
    }
  }

  async #bringBackFields() {
    const copy = await this.#host.copies.read();
    if (!copy?.before) return;
    if (this.fields.bringBack(copy)) { toast(this.#words.restored, { tone: "info" }); this.beside.changed(); }
    else await this.#host.copies.forget();
  }

  /** The newest copy that no open page holds. */
  async #abandoned() {
    const copies = (await this.#host.copies.all("text")).filter(({ copy }) => copy.client !== this.text.client);
    const held = await navigator.locks?.query();
    const names = new Set(held?.held.map(({ name }) => name));
    const free = copies.filter(({ copy }) => held ? !names.has(lockOf(copy.client)) : Date.now() - copy.at > ABANDONED);
    return free.sort((one, other) => other.copy.at - one.copy.at)[0];
  }

  #hold(client, signal) {
    navigator.locks?.request(lockOf(client), () => new Promise((resolve) => { signal.addEventListener("abort", resolve); }));
  }

  /* ---- fields ---- */

  #fieldConflict(theirs) {
    const { fields } = this.fields.changes();
    const lines = (values) => Object.keys(fields).map((name) => String(values[name] ?? "")).filter(Boolean);
    this.#host.showConflict({ mine: lines(fields), theirs: lines(theirs.fields), by: theirs.by }, {
      keepMine: () => { this.fields.landed(theirs.fields); this.beside.keepMine(); },
      takeTheirs: () => { this.fields.replace(theirs.fields); this.beside.takeTheirs(); },
    });
  }

  /** One line tells of both: the one that wants attention more. */
  #show(which, state, why) {
    this.#states[which] = state;
    const other = this.#states[which === "text" ? "fields" : "text"];
    if (URGENCY.indexOf(other) <= URGENCY.indexOf(state)) this.#host.show(state, why);
    else if (other !== "refused") this.#host.show(other);
  }
}

const lockOf = (client) => `story ${client}`;
