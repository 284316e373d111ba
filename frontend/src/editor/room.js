// The writing room where several people write: the text by steps, the fields beside it each by
// itself, who else is here, and what happens to words that find no place.
import { collab } from "prosemirror-collab";
import { Node } from "prosemirror-model";
import { Step } from "prosemirror-transform";
import { fill } from "../texts.js";
import { csrfHeader } from "../token.js";
import { toast } from "../desk/toasts.js";
import { Autosave } from "./autosave.js";
import { hold } from "./claim.js";
import { cursors, showCursors } from "./cursors.js";
import { composingIn, FieldBook, sameFields } from "./fields.js";
import { schema } from "./schema.js";
import { Together } from "./together.js";
import { makeWriters } from "./writers.js";

const SIGN_OF_LIFE = 15_000;
const CURSOR_EVERY = 300; // with one other; the more there are, the more everybody has to draw
const SEND_AGAIN = 3_000;
const URGENCY = ["saved", "editing", "saving", "offline", "refused", "closed", "conflict", "signed_out"];

const LATER = new Set([401, 408, 429]); // signed out, or too much at once

export const newClient = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What an editor needs for writing together. */
export const togetherPlugins = (version, client) => [collab({ version, clientID: client }), cursors()];

export class Room {
  #host;
  #data;
  #words;
  #states = { text: ["saved"], fields: ["saved"] };
  #cursorTimer = 0;
  #told = "";
  #others = [];
  #homeless = 0; // texts that are on this page alone
  #refused = new Set(); // branches that the server will not have

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
    const composing = composingIn(host.form);
    this.text = new Together({
      view: host.view,
      url: data.stepsUrl,
      show: (...told) => this.#show("text", told),
      onStanding: (standing) => this.#heard(standing),
      onSaved: (version) => host.announce(version),
      onPlaced: (place) => { this.#told = JSON.stringify(place); },
      onBranch: (doc) => this.#branch(doc),
      onLostGround: (why) => { toast(this.#words[why], { tone: "warn" }); location.reload(); },
      onOpen: (open) => host.setEditable(open),
      keep: (copy) => copy ? host.copies.put("text", this.text.client, copy) : host.copies.drop("text", this.text.client),
      stateOf: host.stateOf,
    }, client, host.view.state.doc);
    this.beside = new Autosave({
      url: data.autosaveUrl,
      content: () => this.fields.changes(),
      composing: () => host.view.composing || composing(),
      same: (one, other) => sameFields(one.fields, other.fields),
      show: (...told) => this.#show("fields", told),
      onConflict: (theirs) => this.#fieldConflict(theirs),
      onSaved: (version, content) => { this.fields.landed(content.fields); host.announce(version); },
      copies: host.copies,
    }, Number(data.version));
  }

  get dirty() { return this.text.dirty || this.beside.dirty || this.#homeless > 0; }
  get conflicted() { return this.beside.conflicted; }

  changed() { this.beside.changed(); }

  typed() { this.text.changed(); }

  /** The selection moved, or the text. */
  moved() {
    const { length } = this.#others;
    if (length) this.#cursorTimer ||= setTimeout(() => this.#sign(), CURSOR_EVERY * Math.sqrt(length));
  }

  async flush() {
    const saved = await Promise.all([this.text.flush(), this.beside.flush()]);
    return saved.every(Boolean) && !this.#homeless;
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
    document.addEventListener("live:changed", ({ detail: { topic, by } }) => {
      if (topic === liveTopic && by !== this.text.client) this.text.look();
    }, { signal });
    document.addEventListener("live:opened", () => this.text.look(), { signal });
    window.addEventListener("pagehide", () => this.#tell({ leaving: true }, true), { signal });
    hold(this.text.client, signal);
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
    if (version >= this.beside.version) this.fields.takeIn(fields); // told before our own save: no news
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

  /**
   * A text that could not be merged: kept here until the server keeps it as a version. Where this
   * device keeps nothing, it is safe only then. @returns {Promise<boolean>} false: refused for good
   */
  async #branch(doc) {
    const [name, copy] = [newClient(), { doc: doc.toJSON() }];
    if (await this.#host.copies.put("branch", name, copy)) { this.#sendBranches(); return true; }
    this.#homeless += 1;
    const number = await this.#insist(name, copy);
    this.#homeless -= 1;
    return Boolean(number);
  }

  async #insist(name, copy) {
    for (let warned = false; ; warned = true) {
      const { number, refused } = await this.#sendBranch(name, copy);
      if (number || refused) return number;
      if (!warned) toast(this.#words.branch_unkept, { tone: "danger" });
      await new Promise((again) => { setTimeout(again, SEND_AGAIN); });
    }
  }

  async #sendBranches() {
    for (const { name, copy } of await this.#host.copies.all("branch")) {
      if (this.#refused.has(name)) continue;
      const { number, refused } = await this.#sendBranch(name, copy);
      if (number) await this.#host.copies.drop("branch", name);
      else if (refused) this.#refused.add(name);
      else { toast(this.#words.branch_waits, { tone: "warn" }); return; }
    }
  }

  /** @returns {Promise<{number?: number, refused?: boolean}>} neither: another time perhaps */
  async #sendBranch(name, { doc }) {
    try {
      const answer = await fetch(this.#data.branchUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": `branch-${name}`, ...csrfHeader() },
        body: JSON.stringify({ doc, note: this.#words.branch_note }),
      });
      if (answer.redirected || LATER.has(answer.status) || answer.status >= 500) return {};
      const { number, title } = await answer.json();
      if (!answer.ok) toast(fill(this.#words.branch_refused, { why: title ?? "" }), { tone: "danger" });
      else toast(fill(this.#words.branched, { number }), { tone: "warn", url: `${this.#data.versionsUrl}/${number}` });
      return answer.ok ? { number } : { refused: true };
    } catch {
      return {};
    }
  }

  /** What an earlier page typed and never got rid of comes back: as the same editor, so that nothing counts twice. */
  async #bringBack(signal) {
    await this.#bringBackFields();
    for (const { name } of await this.#left()) {
      const letGo = await hold(name, signal);
      if (!letGo) continue; // a page that is still open
      const copy = (await this.#left()).find((left) => left.name === name)?.copy; // as it is now that nobody else writes it
      if (copy && !this.text.dirty) { await this.#goOn(name, copy); return; }
      letGo(); // somebody types already: it comes back with the next page
    }
  }

  async #goOn(name, copy) {
    try {
      const base = Node.fromJSON(schema, copy.doc);
      const steps = copy.steps.map((step) => Step.fromJSON(schema, step));
      this.#tell({ leaving: true });
      this.text.resume(copy, base, steps);
      toast(this.#words.restored, { tone: "info" });
      this.#sign(true);
    } catch {
      await this.#host.copies.drop("text", name);
      await this.#host.copies.put("aside", String(copy.at), copy);
    }
  }

  /** Copies of other pages, the newest first. */
  async #left() {
    const copies = await this.#host.copies.all("text");
    return copies.filter(({ name }) => name !== this.text.client).sort((one, other) => other.copy.at - one.copy.at);
  }

  async #bringBackFields() {
    const copy = await this.#host.copies.read();
    if (!copy?.before) return;
    if (this.fields.bringBack(copy)) { toast(this.#words.restored, { tone: "info" }); this.beside.changed(); }
    else await this.#host.copies.forget();
  }

  /* ---- fields ---- */

  /** What only one side changed is not in question: theirs is shown, mine will be saved. */
  #fieldConflict(theirs) {
    this.fields.takeIn(theirs.fields);
    const names = this.fields.contested(theirs.fields);
    const told = Object.fromEntries(names.map((name) => [name, theirs.fields[name]]));
    const touched = Object.keys(this.fields.changes().fields);
    const seen = () => this.fields.landed(Object.fromEntries(touched.map((name) => [name, theirs.fields[name]])));
    const lines = (values) => names.map((name) => String(values[name] ?? "")).filter(Boolean);
    this.#host.showConflict({ mine: lines(this.fields.changes().fields), theirs: lines(told), by: theirs.by }, {
      keepMine: () => { seen(); this.beside.keepMine(); },
      takeTheirs: async () => {
        this.fields.replace(told);
        seen();
        await this.beside.takeTheirs();
        if (Object.keys(this.fields.changes().fields).length) this.changed();
      },
    });
  }

  /** One line tells of both: the one that wants attention more. */
  #show(which, told) {
    this.#states[which] = told;
    const { text, fields } = this.#states;
    const [first, second] = which === "text" ? [text, fields] : [fields, text];
    this.#host.show(...(URGENCY.indexOf(second[0]) <= URGENCY.indexOf(first[0]) ? first : second));
  }
}
