// The menu of a block: move, turn into, delete, and what its kind adds. It opens by the handle
// beside the block, by a button of the toolbar and by Ctrl+/, on phones as well.
import { Plugin } from "prosemirror-state";
import { el, icon } from "../elements.js";
import { BLOCKS, blockOf, chosenFile, deleteBlock, insertBlocks, moveBlock, TEXT_BLOCKS, turnInto } from "./blocks.js";
import { openMenu } from "./menu.js";
import { isInTable, TABLE_TOOLS } from "./tables.js";
import { Fragment } from "prosemirror-model";

/** @param {{words: Record<string, string>, blocks: any[], run: (command: any) => void}} host */
export function makeBlockMenus(view, host) {
  const { words, run } = host;
  const refocus = () => view().focus();
  const entry = (name, drawing, command, more = {}) => ({ text: words[name], icon: drawing, act: () => run(command), ...more });
  const possible = (command) => command(view().state);

  function entries() {
    const { state } = view();
    const turned = TEXT_BLOCKS.filter((kind) => possible(turnInto(kind)));
    return [
      ...(chosenFile(state) ? [entry("picture_edit", "pencil", "editFile")] : []),
      ...(isInTable(state) ? [{ heading: words.table }, ...TABLE_TOOLS.map(([name, drawing, command]) => entry(name, drawing, command))] : []),
      { heading: words.block },
      ...(possible(moveBlock(-1)) ? [entry("block_up", "arrow-up", moveBlock(-1), { key: "Alt ↑" })] : []),
      ...(possible(moveBlock(1)) ? [entry("block_down", "arrow-down", moveBlock(1), { key: "Alt ↓" })] : []),
      entry("block_delete", "trash", deleteBlock, { danger: true }),
      ...(turned.length ? [{ heading: words.turn_into }, ...turned.map((kind) => entry(kind.name, kind.icon, turnInto(kind)))] : []),
    ];
  }

  const cursor = () => view().coordsAtPos(view().state.selection.from);
  return {
    openBlock: (place = cursor()) => openMenu(view().dom, place, words.block_menu, entries(), refocus),
    openInsert: (place = cursor()) => openMenu(view().dom, place, words.insert,
      host.blocks.map((block) => entry(block.name, block.icon, block.asks ?? insertBlocks(block.made([Fragment.empty])))), refocus),
  };
}

/** The handle in the margin, beside the block of the selection; looked for once a frame at most. */
export function handlePlugin({ words, run }) {
  return new Plugin({
    view(view) {
      const handle = el("button", { class: "editor__handle button button--quiet button--icon", type: "button", "aria-label": words.block_menu, title: words.block_menu, hidden: true,
        mousedown: (event) => event.preventDefault(), click: () => run("openBlock", handle.getBoundingClientRect()) }, icon("grip-vertical"));
      view.dom.before(handle);
      let frame = 0;
      let beside = null;
      let at = -1;
      // where a block stands is asked of the layout, which is dear: only for another block, or one that moved
      const place = () => {
        frame = 0;
        const block = blockOf(view.state);
        const dom = block && view.nodeDOM(block.pos);
        if (dom === beside && block?.pos === at) return;
        [beside, at] = [dom, block?.pos];
        handle.hidden = !(dom instanceof HTMLElement);
        if (!handle.hidden) handle.style.top = `${dom.offsetTop}px`;
      };
      return {
        update: (_view, before) => {
          if (before.selection !== view.state.selection && !view.composing) frame ||= requestAnimationFrame(place);
        },
        destroy: () => { cancelAnimationFrame(frame); handle.remove(); },
      };
    },
    props: {
      handleKeyDown(view, pressed) {
        if (pressed.key !== "/" || !(pressed.ctrlKey || pressed.metaKey)) return false;
        run("openBlock");
        return true;
      },
    },
  });
}

/** What this editor can insert: nothing that asks a page that is not there. */
export const blocksFor = ({ picturesUrl, codesUrl }) => BLOCKS.filter(({ asks }) =>
  !asks || (asks === "askCode" ? codesUrl : picturesUrl));
