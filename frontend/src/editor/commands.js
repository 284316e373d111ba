// What the toolbar and the keys do.
import { baseKeymap, chainCommands, exitCode, lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { leaveBlock, PART_KEYS } from "./blocks.js";
import { openFind } from "./find.js";
import { schema } from "./schema.js";
import { tableKeys } from "./tables.js";

const { nodes, marks } = schema;

/** Does an ancestor of the selection have this type (and level)? */
export function inside(state, type, attrs = {}) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type === type && Object.entries(attrs).every(([name, value]) => node.attrs[name] === value)) return true;
  }
  return false;
}

export function marked(state, type) {
  const { from, to, empty, $from } = state.selection;
  return empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type);
}

const heading = (level) => (state, dispatch) => inside(state, nodes.heading, { level })
  ? setBlockType(nodes.paragraph)(state, dispatch)
  : setBlockType(nodes.heading, { level })(state, dispatch);

const quote = (state, dispatch) => (inside(state, nodes.blockquote) ? lift : wrapIn(nodes.blockquote))(state, dispatch);

const list = (type) => (state, dispatch) =>
  (inside(state, type) ? liftListItem(nodes.list_item) : wrapInList(type))(state, dispatch);

const breakLine = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});

/** The link in which the cursor stands, or that begins in the selection: its address and how far it reaches. */
export function linkAt({ $from, empty }) {
  const { parent } = $from;
  const linked = (index) => marks.link.isInSet(parent.maybeChild(index)?.marks ?? []);
  const index = empty && !$from.textOffset && !linked($from.index()) ? $from.index() - 1 : $from.index();
  const mark = linked(index);
  if (!mark) return null;
  let [first, last] = [index, index];
  while (linked(first - 1)?.eq(mark)) first -= 1;
  while (linked(last + 1)?.eq(mark)) last += 1;
  return { href: mark.attrs.href, from: $from.posAtIndex(first), to: $from.posAtIndex(last + 1) };
}

/** @param {string | null} href null takes the link away */
export function setLink(href) {
  return (state, dispatch) => {
    const { empty } = state.selection;
    const link = empty ? linkAt(state.selection) : null;
    const { from, to } = link ?? state.selection;
    if (empty && !link && href) dispatch?.(state.tr.insert(from, schema.text(href, [marks.link.create({ href })])));
    else dispatch?.(href ? state.tr.addMark(from, to, marks.link.create({ href })) : state.tr.removeMark(from, to, marks.link));
    return true;
  };
}

/** name -> [drawing, command, is it on?]; null stands for a gap. A command in words asks or opens something first. */
export const TOOLS = [
  ["strong", "bold", toggleMark(marks.strong), (state) => marked(state, marks.strong)],
  ["em", "typography", toggleMark(marks.em), (state) => marked(state, marks.em)],
  null,
  ["heading2", "h-2", heading(2), (state) => inside(state, nodes.heading, { level: 2 })],
  ["heading3", "h-3", heading(3), (state) => inside(state, nodes.heading, { level: 3 })],
  ["blockquote", "blockquote", quote, (state) => inside(state, nodes.blockquote)],
  ["bullet_list", "list", list(nodes.bullet_list), (state) => inside(state, nodes.bullet_list)],
  ["ordered_list", "list-numbers", list(nodes.ordered_list), (state) => inside(state, nodes.ordered_list)],
  null,
  ["link", "link", "askLink", (state) => marked(state, marks.link)],
  ["figure", "photo-plus", "askFigure", (state) => state.selection.node?.type === nodes.figure],
  ["insert", "plus", "openInsert", null],
  ["block", "grip-vertical", "openBlock", null],
  ["find", "search", openFind, null],
  null,
  ["undo", "arrow-back-up", undo, null],
  ["redo", "arrow-forward-up", redo, null],
];

const layers = (...maps) => Object.fromEntries([...new Set(maps.flatMap(Object.keys))].map((key) =>
  [key, chainCommands(...maps.map((map) => map[key]).filter(Boolean))]));

/** Before everything else: how keys behave within tables and house blocks. */
export const INNER_KEYS = layers(tableKeys(leaveBlock), PART_KEYS);

export const KEYS = {
  ...baseKeymap,
  "Mod-b": toggleMark(marks.strong),
  "Mod-i": toggleMark(marks.em),
  "Mod-z": undo,
  "Mod-y": redo,
  "Shift-Mod-z": redo,
  "Mod-]": sinkListItem(nodes.list_item),
  "Mod-[": liftListItem(nodes.list_item),
  "Shift-Enter": breakLine,
  Enter: chainCommands(splitListItem(nodes.list_item), baseKeymap.Enter),
};
delete KEYS["Mod-Enter"]; // submits the page

export const typingRules = inputRules({
  rules: [
    textblockTypeInputRule(/^(#{2,3})\s$/, nodes.heading, (match) => ({ level: match[1].length })),
    wrappingInputRule(/^\s*[>》]\s$/, nodes.blockquote),
    wrappingInputRule(/^\s*[-*•]\s$/, nodes.bullet_list),
    wrappingInputRule(/^(\d+)[.、]\s$/, nodes.ordered_list, (match) => ({ order: Number(match[1]) })),
  ],
});
