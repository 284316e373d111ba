// Bringing files into the text by hand: cards dragged from beside it, files dropped from outside,
// and the same by a button, for those who cannot drag.
import { Plugin, PluginKey } from "prosemirror-state";
import { dropPoint } from "prosemirror-transform";
import { Decoration, DecorationSet } from "prosemirror-view";
import { el, on } from "../elements.js";
import { insertBlocks } from "./blocks.js";
import { schema } from "./schema.js";

/** What a card carries while it is dragged; no other page can read or forge more than words in it. */
const CARD = "application/x-kitchen-asset";
const key = new PluginKey("drop");

on("dragstart", "[data-asset-card]", (card, happened) => {
  happened.dataTransfer.setData(CARD, card.getAttribute("data-asset-card"));
  happened.dataTransfer.effectAllowed = "copy";
});

/** A card as a node; null when the words are no card. */
export function nodeOfCard(words) {
  try {
    const { kind, ...attrs } = JSON.parse(words);
    const named = /^[A-Za-z0-9]{1,22}$/.test(attrs.asset) && /^[0-9a-f]{64}$/.test(attrs.sha256) && /^\/(?!\/)/.test(attrs.src);
    const type = kind === "video" ? schema.nodes.film : schema.nodes.figure;
    const known = Object.fromEntries(Object.keys(type.spec.attrs).filter((name) => typeof attrs[name] === "string").map((name) => [name, attrs[name]]));
    return named ? type.create(known) : null;
  } catch {
    return null;
  }
}

/**
 * @param {{words: Record<string, string>, upload: (file: File) => Promise<any[]>}} host
 *   upload answers the cards of what was stored, and none when it was refused
 */
export function dropPlugin(host) {
  return new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, waiting) {
        const { add, remove } = tr.getMeta(key) ?? {};
        const moved = waiting.map(tr.mapping, tr.doc);
        if (add) return moved.add(tr.doc, [Decoration.widget(add.pos, () => el("span", { class: "editor__coming" }, add.words), { id: add.id, side: 1 })]);
        return remove ? moved.remove(moved.find(undefined, undefined, (spec) => spec.id === remove)) : moved;
      },
    },
    props: {
      decorations: (state) => key.getState(state),
      handleDrop(view, event) {
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.selection.from;
        const node = nodeOfCard(event.dataTransfer.getData(CARD));
        if (node) placeAt(view, at, node);
        else if (event.dataTransfer.files.length) bringIn(view, at, [...event.dataTransfer.files], host);
        else return false;
        event.preventDefault();
        return true;
      },
      handlePaste(view, event) {
        const { files = [], types = [] } = event.clipboardData ?? {};
        if (!files.length || types.includes("text/html")) return false;
        bringIn(view, view.state.selection.from, [...files], host);
        event.preventDefault();
        return true;
      },
    },
  });
}

function placeAt(view, pos, node) {
  const { doc, tr } = view.state;
  const point = dropPoint(doc, pos, schema.nodes.doc.create(null, node).slice(0)) ?? doc.resolve(pos).after(1);
  view.dispatch(tr.insert(point, node));
  view.focus();
}

/** Sends files one after the other, so that they stand in the order in which they were dropped. */
export async function bringIn(view, pos, files, host) {
  const id = {};
  view.dispatch(view.state.tr.setMeta(key, { add: { id, pos, words: host.words.uploading } }));
  const place = () => key.getState(view.state)?.find(undefined, undefined, (spec) => spec.id === id)[0];
  for (const file of files) {
    for (const card of await host.upload(file)) {
      const node = nodeOfCard(JSON.stringify(card));
      if (node && place()) placeAt(view, place().from, node);
    }
  }
  if (place()) view.dispatch(view.state.tr.setMeta(key, { remove: id }));
}

/**
 * Files go through the upload tray of the page, which shows how far they are. Its script may come
 * after the editor's: what is dropped before that waits for it.
 */
export function uploadBeside(editor) {
  return async (file) => {
    const tray = editor.ownerDocument.querySelector("upload-tray");
    if (!tray) return [];
    await customElements.whenDefined("upload-tray");
    const card = await tray.send(file);
    return card ? [card] : [];
  };
}

/** "Place in the text" beside each card. @param {() => import("prosemirror-view").EditorView} view */
export function listenToCards(view, signal) {
  for (const button of document.querySelectorAll("[data-places]")) {
    button.removeAttribute("hidden");
    button.addEventListener("click", () => {
      const node = nodeOfCard(button.getAttribute("data-places"));
      if (node) insertBlocks([node])(view().state, view().dispatch);
      view().focus();
    }, { signal });
  }
}
