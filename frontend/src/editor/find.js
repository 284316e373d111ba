// Find and replace in the text. All places are marked while the bar is open; replacing all of them
// is one step to undo. Nothing is searched for while somebody composes.
import { closeHistory } from "prosemirror-history";
import { Plugin, PluginKey, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { el, icon } from "../elements.js";
import { fill } from "../texts.js";

const key = new PluginKey("find");
const LEAF = "\ufffc";
/** Milliseconds after the last change of the text until it is searched again. */
const REST = 150;

const folded = (words) => { const lower = words.toLowerCase(); return lower.length === words.length ? lower : words; };

/** Every place of `words`, block by block; Latin letters in either case. */
export function placesOf(doc, words) {
  const wanted = folded(words);
  const found = [];
  if (!wanted) return found;
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true;
    const text = folded(node.textBetween(0, node.content.size, undefined, LEAF));
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      found.push({ from: pos + 1 + at, to: pos + 1 + at + wanted.length });
    }
    return false;
  });
  return found;
}

const marks = (doc, places, now) => DecorationSet.create(doc,
  places.map(({ from, to }, index) => Decoration.inline(from, to, { class: index === now ? "found found--now" : "found" })));

const NOTHING = { places: [], now: -1, marks: DecorationSet.empty };

/** @param {Record<string, string>} words */
export function findPlugin(words) {
  let bar = null;
  return new Plugin({
    key,
    state: {
      init: () => NOTHING,
      apply(tr, value) {
        const told = tr.getMeta(key);
        if (told) return { ...told, marks: marks(tr.doc, told.places, told.now) };
        if (!tr.docChanged || value === NOTHING) return value;
        const places = value.places.map(({ from, to }) => ({ from: tr.mapping.map(from, 1), to: tr.mapping.map(to, -1) })).filter(({ from, to }) => from < to);
        return { places, now: Math.min(value.now, places.length - 1), marks: value.marks.map(tr.mapping, tr.doc) };
      },
    },
    props: {
      decorations: (state) => key.getState(state).marks,
      handleKeyDown(view, pressed) {
        const wanted = { f: "find", h: "replace" }[pressed.key.toLowerCase()];
        if (!wanted || !(pressed.ctrlKey || pressed.metaKey) || pressed.altKey || pressed.shiftKey) return false;
        bar.open(wanted);
        return true;
      },
    },
    view: (view) => (bar = new FindBar(view, words)),
  });
}

/** Opens the bar of an editor that has one. */
export const openFind = (state, dispatch, view) => {
  if (dispatch) view?.dom.dispatchEvent(new CustomEvent("find:open"));
  return true;
};

class FindBar {
  constructor(view, words) {
    Object.assign(this, { view, words });
    this.wanted = this.#field("find", words.find);
    this.instead = this.#field("replace", words.replace_by);
    this.told = el("span", { class: "find__count number", role: "status" });
    this.bar = el("div", { class: "find", role: "search", "aria-label": words.find_replace, hidden: true, keydown: (pressed) => this.#press(pressed) },
      this.wanted, this.told,
      this.#button("chevron-up", words.find_previous, () => this.#step(-1)),
      this.#button("chevron-down", words.find_next, () => this.#step(1)),
      this.instead,
      el("button", { class: "button", type: "button", click: () => this.#replace() }, words.replace_one),
      el("button", { class: "button", type: "button", click: () => this.#replaceAll() }, words.replace_all),
      this.#button("x", words.cancel, () => this.close()));
    view.dom.before(this.bar);
    this.onOpen = () => this.open("find");
    view.dom.addEventListener("find:open", this.onOpen);
  }

  destroy() {
    clearTimeout(this.timer);
    this.view.dom.removeEventListener("find:open", this.onOpen);
    this.bar.remove();
  }

  update(view, before) {
    if (this.bar.hidden || before.doc === view.state.doc) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (!view.composing) this.#search(this.#state.now); }, REST);
  }

  open(which) {
    const [from, to] = this.#selected();
    const chosen = this.view.state.doc.textBetween(from, to, "\n");
    if (chosen && !chosen.includes("\n")) this.wanted.value = chosen;
    this.bar.hidden = false;
    this.bar.style.setProperty("--above", `${this.view.dom.parentElement.querySelector(".editor__bar")?.offsetHeight ?? 0}px`);
    this.#search(this.#nearest(from));
    const field = which === "replace" && this.wanted.value ? this.instead : this.wanted;
    field.focus();
    field.select();
  }

  close() {
    const place = this.#state.places[this.#state.now];
    this.bar.hidden = true;
    const tr = this.view.state.tr.setMeta(key, NOTHING);
    if (place) tr.setSelection(TextSelection.create(tr.doc, place.from, place.to));
    this.view.dispatch(tr);
    this.view.focus();
  }

  /** Where the page's selection begins and ends: the state learns of it one task later. */
  #selected() {
    const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
    const { dom, state: { selection } } = this.view;
    if (!dom.contains(anchorNode) || !dom.contains(focusNode)) return [selection.from, selection.to];
    const ends = [this.view.posAtDOM(anchorNode, anchorOffset), this.view.posAtDOM(focusNode, focusOffset)];
    return ends.sort((one, other) => one - other);
  }

  get #state() { return key.getState(this.view.state); }

  #field(name, label) {
    const search = () => { if (name === "find") this.#search(this.#nearest(this.view.state.selection.from)); };
    return /** @type {HTMLInputElement} */ (el("input", { class: "input find__field", type: "text", "aria-label": label, placeholder: label, autocomplete: "off",
      input: (event) => { if (!event.isComposing) search(); }, compositionend: () => search() }));
  }

  #button(drawing, label, act) {
    return el("button", { class: "button button--quiet button--icon", type: "button", "aria-label": label, title: label, click: act }, icon(drawing));
  }

  #press(pressed) {
    if (pressed.isComposing || pressed.keyCode === 229) return;
    if (pressed.key === "Escape") this.close();
    else if (pressed.key === "Enter" && pressed.target === this.wanted) this.#step(pressed.shiftKey ? -1 : 1);
    else if (pressed.key === "Enter" && pressed.target === this.instead) this.#replace();
    else return;
    pressed.preventDefault();
    pressed.stopPropagation();
  }

  #nearest(pos) {
    const at = placesOf(this.view.state.doc, this.wanted.value).findIndex(({ to }) => to > pos);
    return Math.max(at, 0);
  }

  #search(now) {
    const places = placesOf(this.view.state.doc, this.wanted.value);
    this.#show(places, places.length ? Math.min(Math.max(now, 0), places.length - 1) : -1);
  }

  #show(places, now) {
    this.view.dispatch(this.view.state.tr.setMeta(key, { places, now }));
    this.told.textContent = this.wanted.value ? fill(this.words.find_count, { now: now + 1, count: places.length }) : "";
    this.view.dom.querySelector(".found--now")?.scrollIntoView({ block: "center" });
  }

  #step(by) {
    const { places, now } = this.#state;
    if (places.length) this.#show(places, (now + by + places.length) % places.length);
  }

  #replace() {
    const { places, now } = this.#state;
    if (!places[now]) return;
    this.#put([places[now]]);
    this.#search(this.#nearest(places[now].from + this.instead.value.length));
  }

  #replaceAll() {
    const { places } = this.#state;
    if (!places.length) return;
    this.#put(places);
    this.#search(0);
    this.told.textContent = fill(this.words.replaced, { count: places.length });
  }

  /** From the last place to the first, so that none moves before its turn; one step to undo. */
  #put(places) {
    const tr = closeHistory(this.view.state.tr);
    for (const { from, to } of [...places].reverse()) {
      if (this.instead.value) tr.insertText(this.instead.value, from, to);
      else tr.delete(from, to);
    }
    this.view.dispatch(tr);
  }
}
