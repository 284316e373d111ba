// "/" or "、" at the beginning of an empty paragraph: a list of everything that can be inserted,
// narrowed by name or pinyin initials. While somebody composes, it neither moves nor hears keys.
import { Plugin } from "prosemirror-state";
import { el, icon } from "../elements.js";
import { insertBlocks } from "./blocks.js";
import { placeBeside } from "./menu.js";
import { schema } from "./schema.js";
import { Fragment } from "prosemirror-model";

const TYPED = /^[/／、]([\p{L}\p{N}]{0,12})$/u;
const ID = "editor-slash";

/** What was typed behind the slash; null where there is none. */
function queryOf({ selection: { $from, empty } }) {
  if (!empty || $from.depth !== 1 || $from.parent.type !== schema.nodes.paragraph || $from.parent.content.size > 13) return null;
  if ($from.parentOffset !== $from.parent.content.size) return null;
  return TYPED.exec($from.parent.textContent)?.[1].toLowerCase() ?? null;
}

const fits = (query, words) => ({ name, keys }) =>
  words[name].toLowerCase().includes(query) || keys.startsWith(query) || name.startsWith(query);

/**
 * @param {{words: Record<string, string>, blocks: any[], run: (command: any) => void}} host
 */
export function slashMenu(host) {
  let menu = null;
  return new Plugin({
    view: (view) => (menu = new SlashMenu(view, host)),
    props: {
      handleKeyDown: (view, pressed) => !view.composing && !pressed.isComposing && menu.press(pressed),
      handleDOMEvents: {
        compositionend: () => { setTimeout(() => menu.look()); },
        blur: () => { menu.close(); },
      },
    },
  });
}

class SlashMenu {
  constructor(view, host) {
    Object.assign(this, { view, host, found: [], at: 0, dismissed: false });
    this.box = el("ul", { class: "editor-menu", id: ID, role: "listbox", "aria-label": host.words.insert, tabindex: "0", hidden: true,
      mousedown: (event) => event.preventDefault() });
    view.dom.after(this.box);
  }

  destroy() { this.box.remove(); }

  update(view, before) {
    if (!view.composing && (before.doc !== view.state.doc || before.selection !== view.state.selection)) this.look(before.doc !== view.state.doc);
  }

  /** @param {boolean} typed whether the text has changed: walking past a slash opens nothing */
  look(typed = true) {
    const query = this.view.composing ? null : queryOf(this.view.state);
    if (query === null) this.dismissed = false;
    if (query === null || this.dismissed) { this.close(); return; }
    if (!typed && this.box.hidden) return;
    this.found = this.host.blocks.filter(fits(query, this.host.words));
    this.at = 0;
    this.#show();
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    for (const name of ["aria-controls", "aria-activedescendant"]) this.view.dom.removeAttribute(name);
  }

  press({ key }) {
    if (this.box.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (key === "Escape") { this.dismissed = true; this.close(); return true; }
    if (!this.found.length) return false;
    if (step) { this.at = (this.at + step + this.found.length) % this.found.length; this.#mark(); return true; }
    if (key === "Enter" || key === "Tab") { this.#choose(this.found[this.at]); return true; }
    return false;
  }

  #show() {
    const { words } = this.host;
    this.box.replaceChildren(...this.found.map((block, index) => el("li", { id: `${ID}-${index}`, role: "option", click: () => this.#choose(block) },
      icon(block.icon), el("span", {}, words[block.name]), el("kbd", {}, block.keys))));
    if (!this.found.length) this.box.append(el("li", { role: "option", "aria-disabled": "true" }, words.insert_none));
    this.box.hidden = false;
    this.view.dom.setAttribute("aria-controls", ID);
    placeBeside(this.box, this.view.coordsAtPos(this.view.state.selection.from));
    this.#mark();
  }

  #mark() {
    [...this.box.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.at)));
    this.box.children[this.at].scrollIntoView({ block: "nearest" });
    this.view.dom.setAttribute("aria-activedescendant", `${ID}-${this.at}`);
  }

  #choose(block) {
    const { $from } = this.view.state.selection;
    this.view.dispatch(this.view.state.tr.delete($from.start(), $from.end()));
    this.host.run(block.asks ?? insertBlocks(block.made([Fragment.empty])));
  }
}
