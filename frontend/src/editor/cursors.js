// Where the others are: a caret with a name for each, and what they have selected.
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { el } from "../elements.js";

const key = new PluginKey("cursors");

/** @typedef {{client: string, name: string, colour: number, anchor: number, head: number}} Writer places in the present text */

/** Between two tellings the carets wander with the text. */
export const cursors = () => new Plugin({
  key,
  state: {
    init: () => DecorationSet.empty,
    apply: (transaction, shown) => {
      const writers = transaction.getMeta(key);
      return writers ? drawn(transaction.doc, writers) : shown.map(transaction.mapping, transaction.doc);
    },
  },
  props: { decorations: (state) => key.getState(state) },
});

/** @param {import("prosemirror-view").EditorView} view @param {Writer[]} writers */
export function showCursors(view, writers) {
  view.dispatch(view.state.tr.setMeta(key, writers).setMeta("addToHistory", false));
}

function drawn(doc, writers) {
  return DecorationSet.create(doc, writers.flatMap((writer) => [caret(doc, writer), ...selected(doc, writer)]));
}

const within = (doc, place) => Math.min(Math.max(place, 0), doc.content.size);

/** The name is drawn by the style sheet: it is no part of the text, and nobody copies it along. */
const caret = (doc, { client, name, colour, head }) => Decoration.widget(within(doc, head), () => el(
  "span", { class: `caret writer--${colour}`, "data-name": name, "aria-hidden": "true" }),
{ key: `${client} ${colour} ${name}`, side: 10, ignoreSelection: true });

function selected(doc, { colour, anchor, head }) {
  const [from, to] = [within(doc, Math.min(anchor, head)), within(doc, Math.max(anchor, head))];
  return from === to ? [] : [Decoration.inline(from, to, { class: `selected writer--${colour}` })];
}
