// <story-editor>: the writing room. ProseMirror holds the text, autosave keeps it, the page without
// this script shows the same story to read.
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { Node } from "prosemirror-model";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { el } from "./elements.js";
import { fill } from "./texts.js";
import { Autosave } from "./editor/autosave.js";
import { INNER_KEYS, KEYS, typingRules } from "./editor/commands.js";
import { makeConflictPanel } from "./editor/conflict.js";
import { sizeOf } from "./editor/counting.js";
import { dropPlugin, listenToCards, uploadBeside } from "./editor/drop.js";
import { composingIn, readFields, sameFields, writeFields } from "./editor/fields.js";
import { findPlugin, openFind } from "./editor/find.js";
import { blocksFor, handlePlugin, makeBlockMenus } from "./editor/handle.js";
import { LocalCopies } from "./editor/local-copy.js";
import { pastePlugin } from "./editor/paste.js";
import { makeQuestions } from "./editor/questions.js";
import { newClient, Room, togetherPlugins } from "./editor/room.js";
import { schema } from "./editor/schema.js";
import { slashMenu } from "./editor/slash.js";
import { tableEditing } from "./editor/tables.js";
import { makeToolbar } from "./editor/toolbar.js";
import { toast } from "./desk/toasts.js";

const COUNT_EVERY = 250;
const LINK_WAITS = 2_000;
/** Parts of house blocks that say what belongs there (css/editor.css). */
const HINTED = ["lead", "words", "source", "figure", "unit", "meaning", "title", "author", "origin"];

class StoryEditor extends HTMLElement {
  connectedCallback() {
    if (this.view) return;
    this.words = JSON.parse(this.dataset.texts);
    this.doc = Node.fromJSON(schema, JSON.parse(this.querySelector("script[data-doc]").textContent));
    this.readonly = this.hasAttribute("data-readonly");
    this.together = !this.readonly && this.hasAttribute("data-steps-url");
    this.client = newClient();
    this.form = /** @type {HTMLFormElement | null} */ (document.getElementById(this.dataset.fields ?? ""));
    this.#mount();
    if (!this.readonly) this.#startSaving();
  }

  disconnectedCallback() {
    this.leaving?.abort();
    this.saving?.leave();
    this.view?.destroy();
    this.view = null;
  }

  #mount() {
    const paper = this.querySelector("[data-fallback]");
    paper.replaceChildren();
    this.view = new EditorView({ mount: paper }, {
      state: this.#stateOf(this.doc, Number(this.dataset.textVersion), this.client),
      editable: () => !this.readonly,
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": this.dataset.label, "aria-readonly": String(this.readonly) },
      dispatchTransaction: (transaction) => this.#apply(transaction),
      handleDoubleClickOn: (view, position, node) => "asset" in node.attrs && !this.readonly && (this.#run("editFile"), true),
    });
    if (this.readonly) return;
    this.toolbar = makeToolbar(this.words, (command, place) => this.#run(command, place));
    this.counter = el("span", { class: "number" });
    this.toolbar.state.append(this.counter);
    this.prepend(this.toolbar.bar);
    for (const part of HINTED) this.style.setProperty(`--hint-${part}`, JSON.stringify(this.words[`hint_${part}`]));
    this.toolbar.update(this.view.state);
    this.#count();
  }

  #stateOf(doc, version, client) {
    const alone = this.readonly ? [] : this.#plugins();
    return EditorState.create({ doc, plugins: this.together ? [...alone, ...togetherPlugins(version, client)] : alone });
  }

  #plugins() {
    const { picturesUrl, codesUrl } = this.dataset;
    const view = () => this.view;
    const host = { words: this.words, run: (command, place) => this.#run(command, place), blocks: blocksFor({ picturesUrl, codesUrl }), upload: uploadBeside(this) };
    this.asking = { ...makeQuestions({ view, words: this.words, picturesUrl, codesUrl }), ...makeBlockMenus(view, host) };
    return [slashMenu(host), findPlugin(this.words), handlePlugin(host), dropPlugin(host), pastePlugin(host),
      typingRules, keymap(INNER_KEYS), keymap(KEYS), tableEditing(), history(), dropCursor(), gapCursor()];
  }

  #apply(transaction) {
    this.view.updateState(this.view.state.apply(transaction));
    this.toolbarFrame ??= requestAnimationFrame(() => { this.toolbarFrame = undefined; if (this.view) this.toolbar?.update(this.view.state); });
    if (transaction.selectionSet || transaction.docChanged) this.room?.moved();
    if (!transaction.docChanged) return;
    if (!this.room) this.saving?.changed();
    else if (!transaction.getMeta("together")) this.room.typed();
    this.countTimer ??= setTimeout(() => this.#count(), COUNT_EVERY);
  }

  #count() {
    this.countTimer = undefined;
    if (!this.view) return;
    const { count, minutes } = sizeOf(this.view.state.doc);
    this.counter.textContent = fill(this.words.count, { count: count.toLocaleString("en"), minutes });
  }

  async #run(command, place) {
    if (this.view.composing) return;
    const opens = typeof command === "string" && command.startsWith("open");
    if (typeof command === "string") await this.asking[command](place);
    else command(this.view.state, this.view.dispatch, this.view);
    if (!opens && command !== openFind) this.view?.focus();
  }

  /* ---- saving ---- */

  #startSaving() {
    this.stateLine = document.querySelector("[data-save-state]") ?? el("span", { class: "save-state", role: "status", "aria-live": "polite" });
    if (!this.stateLine.isConnected) this.toolbar.state.append(this.stateLine);
    const person = document.querySelector("meta[name='actor']")?.getAttribute("content") ?? "";
    this.copies = new LocalCopies(`${person} ${this.dataset.autosaveUrl}`);
    this.leaving = new AbortController();
    if (this.together) this.#writeTogether();
    else this.#saveWhole();
    this.#listen();
    listenToCards(() => this.view, this.leaving.signal);
  }

  #writeTogether() {
    this.room = this.saving = new Room({
      view: this.view, form: this.form, words: this.words, copies: this.copies,
      stateOf: (doc, version, client) => this.#stateOf(doc, version, client),
      setEditable: (open) => { this.readonly = !open; this.view.setProps({}); },
      show: (...told) => this.#show(...told),
      announce: (version) => this.#announce(version),
      showConflict: (texts, acts) => this.#showPanel(texts, acts),
    }, this.dataset, this.client);
    this.toolbar.bar.after(this.room.writers.list);
    this.room.start(this.leaving.signal);
  }

  #saveWhole() {
    const composing = composingIn(this.form);
    this.saving = new Autosave({
      url: this.dataset.autosaveUrl,
      content: () => this.#content(),
      composing: () => this.view.composing || composing(),
      same: (one, other) => this.#same(one, other),
      show: (...told) => this.#show(...told),
      onConflict: (theirs) => this.#showConflict(theirs),
      onSaved: (version) => this.#announce(version),
      copies: this.copies,
    }, Number(this.dataset.version));
    this.#bringBack();
  }

  #listen() {
    const { signal } = this.leaving;
    this.form?.addEventListener("input", (event) => { if (!this.contains(event.target)) this.saving.changed(); }, { signal }); // the text tells of itself
    window.addEventListener("online", () => this.saving.retryNow(), { signal });
    window.addEventListener("pagehide", () => this.saving.leave(), { signal });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.saving.leave(); else this.saving.retryNow(); }, { signal });
    document.addEventListener("submit", (event) => this.#saveFirst(event), { signal, capture: true });
    document.addEventListener("click", (event) => this.#saveBeforeLink(event), { signal, capture: true });
  }

  /** What is sent for review must be what stands here: other forms wait until the text is saved. */
  async #saveFirst(event) {
    const form = event.target;
    if (this.room && form === this.form) { event.preventDefault(); this.saving.retryNow(); return; } // it is saved by itself
    if (event.defaultPrevented || form.method !== "post" || (!this.saving.dirty && !this.saving.conflicted)) return;
    const submitter = event.submitter;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await this.saving.flush()) form.requestSubmit(submitter);
    else toast(this.stateLine.textContent, { tone: "warn" });
  }

  /** Nor does a link lead on before that; pressed once more, it does. */
  async #saveBeforeLink(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || !leadsAway(link, event) || !this.saving.dirty || link === this.insisted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const saved = await Promise.race([this.saving.flush(), new Promise((late) => { setTimeout(late, LINK_WAITS, false); })]);
    this.insisted = saved ? undefined : link;
    if (saved) link.click();
    else toast(this.words.leaving, { tone: "warn" });
  }

  #content() {
    const fields = readFields(this.form);
    return { doc: this.view.state.doc.toJSON(), title: String(fields.title ?? ""), fields };
  }

  #same(one, other) {
    const doc = (content) => Node.fromJSON(schema, content.doc);
    try {
      return doc(one).eq(doc(other)) && sameFields({ title: one.title, ...one.fields }, { title: other.title, ...other.fields });
    } catch {
      return false;
    }
  }

  #show(state, why, kept = true) {
    const time = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    this.stateLine.dataset.state = state;
    if (state === "saved") this.insisted = undefined;
    const told = fill(this.words[kept ? state : `${state}_unkept`], { time, why: why ?? "" });
    if (told !== this.stateLine.textContent) this.stateLine.textContent = told; // a change costs a layout
  }

  #announce(version) {
    for (const field of document.querySelectorAll("input[data-story-version]")) field.value = String(version);
    this.dispatchEvent(new CustomEvent("story:saved", { bubbles: true, detail: { version } }));
  }

  /** What was typed here and never reached the server comes back; if the server has moved on, both stay. */
  async #bringBack() {
    const copy = await this.copies.read();
    if (!copy) return;
    const server = { ...this.#content(), by: undefined };
    if (this.#same(copy, server)) { await this.copies.forget(); return; }
    this.#put(copy);
    if (copy.version === this.saving.version) toast(this.words.restored, { tone: "info" });
    else this.saving.conflict(server, this.saving.version);
  }

  /** Replaces the whole text by one step that can be undone. */
  #put(content) {
    const doc = Node.fromJSON(schema, content.doc);
    const { tr } = this.view.state;
    this.view.dispatch(tr.replaceWith(0, tr.doc.content.size, doc.content));
    writeFields(this.form, content.fields ?? {});
  }

  #showConflict(theirs) {
    this.#showPanel({ mine: this.#lines(this.#content()), theirs: this.#lines(theirs), by: theirs.by }, {
      keepMine: () => this.saving.keepMine(),
      takeTheirs: () => this.#takeTheirs(theirs),
    });
  }

  #showPanel(texts, acts) {
    this.querySelector(".conflict")?.remove();
    const panel = makeConflictPanel(this.words, texts, acts);
    this.prepend(panel);
    panel.scrollIntoView({ block: "nearest" });
  }

  async #takeTheirs(theirs) {
    await this.copies.setAside({ ...this.#content(), version: this.saving.version, at: new Date().toISOString() });
    this.#put(theirs);
    await this.saving.takeTheirs();
    this.#announce(this.saving.version);
  }

  #lines({ title, doc }) {
    return [title, ...this.#plain(Node.fromJSON(schema, doc))].filter(Boolean);
  }

  /** The text block by block, captions among them. @param {Node} doc @returns {string[]} */
  #plain(doc) {
    const lines = [];
    doc.descendants((node) => {
      if (node.isTextblock) lines.push(node.textContent);
      else if (node.type === schema.nodes.figure && node.attrs.caption) lines.push(node.attrs.caption);
    });
    return lines;
  }
}

/** A plain click on a link that takes this page away. */
function leadsAway(link, { button, ctrlKey, metaKey, shiftKey, altKey }) {
  const plain = button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey;
  const elsewhere = link.pathname + link.search !== location.pathname + location.search;
  return plain && elsewhere && link.origin === location.origin && !link.matches("[target], [download], [hx-get], .ProseMirror *");
}

customElements.define("story-editor", StoryEditor);
