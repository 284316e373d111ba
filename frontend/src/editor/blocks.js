// Blocks: which there are, making one of another, moving, deleting, and how keys behave within one.
import { setBlockType } from "prosemirror-commands";
import { Fragment } from "prosemirror-model";
import { NodeSelection, TextSelection } from "prosemirror-state";
import { schema } from "./schema.js";
import { newTable } from "./tables.js";

const { nodes } = schema;
const textOnly = (content) => content.size ? schema.text(content.textBetween(0, content.size, "", " ")) : null;
const paragraphs = (contents) => contents.map((content) => nodes.paragraph.create(null, content));
const each = (type, attrs = null) => (contents) => contents.map((content) => type.create(attrs, content));
const listOf = (type) => (contents) => [type.create(null, paragraphs(contents).map((one) => nodes.list_item.create(null, one)))];

/**
 * Everything that can be inserted. `keys` are the initials in pinyin by which it is found besides
 * its name; `made` makes it of texts; `asks` names the question that comes first.
 */
export const BLOCKS = [
  { name: "paragraph", icon: "text-size", keys: "zw", type: nodes.paragraph, made: paragraphs },
  { name: "heading2", icon: "h-2", keys: "xbt", type: nodes.heading, attrs: { level: 2 }, made: each(nodes.heading, { level: 2 }) },
  { name: "heading3", icon: "h-3", keys: "cjxbt", type: nodes.heading, attrs: { level: 3 }, made: each(nodes.heading, { level: 3 }) },
  { name: "lead", icon: "news", keys: "dy", type: nodes.lead, made: each(nodes.lead) },
  { name: "blockquote", icon: "blockquote", keys: "yw", made: (contents) => [nodes.blockquote.create(null, paragraphs(contents))] },
  { name: "bullet_list", icon: "list", keys: "xmlb", made: listOf(nodes.bullet_list) },
  { name: "ordered_list", icon: "list-numbers", keys: "bhlb", made: listOf(nodes.ordered_list) },
  { name: "pull_quote", icon: "quote", keys: "jj", made: ([words, ...rest]) => [
    nodes.pull_quote.create(null, [nodes.pull_words.create(null, words), nodes.pull_source.create(null, textOnly(Fragment.from(rest.flatMap((one) => one.content))))])] },
  { name: "data_card", icon: "chart-bar", keys: "sjk", made: (contents) => [nodes.data_card.create(null, [
    nodes.data_figure.create(), nodes.data_unit.create(), nodes.data_words.create(null, textOnly(Fragment.from(contents.flatMap((one) => one.content))))])] },
  { name: "fact_box", icon: "notes", keys: "zlk", made: (contents) => [nodes.fact_box.create(null, [nodes.box_title.create(), ...paragraphs(contents)])] },
  { name: "author_note", icon: "user", keys: "zzl", type: nodes.author_note, made: each(nodes.author_note) },
  { name: "source_note", icon: "paperclip", keys: "lysm", type: nodes.source_note, made: each(nodes.source_note) },
  { name: "figure", icon: "photo-plus", keys: "tp", asks: "askFigure" },
  { name: "film", icon: "video", keys: "sp", asks: "askFilm" },
  { name: "qr_code", icon: "qrcode", keys: "ewm", asks: "askCode" },
  { name: "table", icon: "table", keys: "bg", made: () => [newTable(3, 3)] },
  { name: "rule", icon: "minus", keys: "fgx", made: () => [nodes.horizontal_rule.create()] },
];
export const TEXT_BLOCKS = BLOCKS.filter(({ name, made }) => made && !["table", "rule"].includes(name));

/** The outermost block in which the selection begins. @returns {{pos: number, node: import("prosemirror-model").Node} | null} */
export function blockOf(state) {
  const { selection: { $from }, doc } = state;
  const pos = $from.depth ? $from.before(1) : $from.pos;
  const node = doc.nodeAt(pos);
  return node?.isBlock ? { pos, node } : null;
}

/** The blocks that the selection touches change places with the one before (-1) or behind (1). */
export const moveBlock = (step) => (state, dispatch) => {
  const { $from, $to } = state.selection;
  const [first, last] = [$from.index(0), $to.depth ? $to.index(0) : $to.index(0) - 1];
  const neighbour = state.doc.maybeChild(step < 0 ? first - 1 : last + 1);
  if (!neighbour) return false;
  const start = $from.posAtIndex(first, 0);
  const end = $from.posAtIndex(last + 1, 0);
  const { tr } = state;
  if (step < 0) tr.insert(end, neighbour).delete(start - neighbour.nodeSize, start);
  else tr.delete(end, end + neighbour.nodeSize).insert(start, neighbour);
  dispatch?.(tr.scrollIntoView());
  return true;
};

export const deleteBlock = (state, dispatch) => {
  const block = blockOf(state);
  if (!block) return false;
  const { tr } = state;
  const { pos, node } = block;
  if (state.doc.childCount === 1) tr.replaceWith(pos, pos + node.nodeSize, nodes.paragraph.create());
  else tr.delete(pos, pos + node.nodeSize);
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(pos + 1, tr.doc.content.size)), -1)).scrollIntoView());
  return true;
};

/** The texts of a block: of a list its items, of a data card its parts; empty ones are not counted. */
function textsOf(node) {
  if (node.isTextblock) return [node.content];
  const found = [];
  node.descendants((child) => { if (child.isTextblock && child.content.size) found.push(child.content); });
  return found.length ? found : [Fragment.empty];
}

/** Makes the block of the selection into another; what was written stays. */
export const turnInto = (kind) => (state, dispatch) => {
  const block = blockOf(state);
  if (!block || block.node.isAtom || block.node.type === nodes.table) return false;
  if (kind.type && block.node.isTextblock) return setBlockType(kind.type, kind.attrs)(state, dispatch);
  dispatch?.(replaced(state.tr, block, kind.made(textsOf(block.node))));
  return true;
};

/** Puts a block in the place of an empty paragraph, else behind the block of the selection. */
export const insertBlocks = (made) => (state, dispatch) => {
  const block = blockOf(state);
  if (!block) return false;
  const empty = block.node.type === nodes.paragraph && !block.node.content.size;
  const end = block.pos + block.node.nodeSize;
  dispatch?.(empty ? replaced(state.tr, block, made) : inserted(state.tr, end, made));
  return true;
};

const replaced = (tr, { pos, node }, made) => inserted(tr.delete(pos, pos + node.nodeSize), pos, made);

/** Nobody should be locked in: behind what cannot be typed into stands a paragraph. */
function inserted(tr, pos, made) {
  const last = made.at(-1);
  const shut = !last.isTextblock && pos === tr.doc.content.size;
  tr.insert(pos, shut ? [...made, nodes.paragraph.create()] : made);
  const inside = made[0].isAtom ? pos + made[0].nodeSize : pos;
  return tr.setSelection(TextSelection.near(tr.doc.resolve(inside), 1)).scrollIntoView();
}

/* ---- keys within a house block ---- */

/** The part of a house block (words, source, figure …) in which the cursor stands. */
function partOf(state) {
  const { $from, empty } = state.selection;
  const part = $from.parent;
  return part.isTextblock && part.type.spec.isolating && !part.type.spec.tableRole ? { $from, part, empty } : null;
}

const blank = (node) => node.textContent === "" && !node.firstChild?.isAtom;

function goTo(state, dispatch, pos, side) {
  dispatch?.(state.tr.setSelection(TextSelection.near(state.doc.resolve(pos), side)).scrollIntoView());
  return true;
}

/** Writes on behind a block, in a new paragraph unless an empty one follows. */
export function leaveBlock(state, dispatch, after) {
  const next = state.doc.resolve(after).nodeAfter;
  if (next?.type === nodes.paragraph && !next.content.size) return goTo(state, dispatch, after + 1, 1);
  const tr = state.tr.insert(after, nodes.paragraph.create());
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(after + 1))).scrollIntoView());
  return true;
}

/** Enter goes to the next part, and out of the last one. */
const nextPart = (state, dispatch) => {
  const at = partOf(state);
  if (!at) return leaveBox(state, dispatch);
  const last = at.$from.indexAfter(-1) === at.$from.node(-1).childCount;
  return last ? leaveBlock(state, dispatch, at.$from.after(-1)) : goTo(state, dispatch, at.$from.after() + 1, 1);
};

/** Enter in the empty last paragraph of a box leaves the box. */
function leaveBox(state, dispatch) {
  const { $from, empty } = state.selection;
  const box = $from.depth > 1 ? $from.node(-1) : null;
  if (!empty || box?.type !== nodes.fact_box || $from.parent.content.size || $from.indexAfter(-1) < box.childCount || box.childCount < 3) return false;
  if (!dispatch) return true;
  const after = $from.after(-1);
  const tr = state.tr.insert(after, nodes.paragraph.create()).delete($from.before(), $from.after());
  dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(tr.mapping.map(after, -1) + 1))).scrollIntoView());
  return true;
}

/** Backspace at the beginning of a part: out of an empty block, else to the part before. */
const backOut = (state, dispatch) => {
  const at = partOf(state);
  if (!at) return backToTitle(state, dispatch);
  if (!at.empty || at.$from.parentOffset) return false;
  const block = blockOf(state);
  if (blank(block.node)) dispatch?.(replaced(state.tr, block, [nodes.paragraph.create()]));
  else if (at.$from.index(-1)) return goTo(state, dispatch, at.$from.before() - 1, -1);
  return true;
};

/** The first paragraph of a box does not flow into its title. */
function backToTitle(state, dispatch) {
  const { $from, empty } = state.selection;
  const first = $from.depth > 1 && $from.node(-1).type === nodes.fact_box && $from.index(-1) === 1;
  return first && empty && !$from.parentOffset && goTo(state, dispatch, $from.before() - 1, -1);
}

/** Delete at the end of a part draws nothing in from outside. */
const stayIn = (state) => {
  const at = partOf(state);
  return Boolean(at?.empty) && at.$from.parentOffset === at.part.content.size;
};

/** Parts of plain text take no line break. */
const noBreak = (state) => {
  const at = partOf(state);
  return Boolean(at) && !at.part.type.contentMatch.matchType(nodes.hard_break);
};

/** Backspace at the beginning of a lead or a note makes it a paragraph again. */
const backToParagraph = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const special = [nodes.lead, nodes.author_note, nodes.source_note].includes($from.parent.type);
  return special && empty && !$from.parentOffset && setBlockType(nodes.paragraph)(state, dispatch);
};

const first = (...commands) => (state, dispatch) => commands.some((command) => command(state, dispatch));

export const PART_KEYS = {
  Enter: nextPart,
  Backspace: first(backOut, backToParagraph),
  Delete: stayIn,
  "Shift-Enter": noBreak,
  "Alt-ArrowUp": moveBlock(-1),
  "Alt-ArrowDown": moveBlock(1),
};

/** Does the selection hold a file (figure, film, code) as a whole? */
export const chosenFile = ({ selection }) => selection instanceof NodeSelection && "asset" in selection.node.attrs ? selection.node : null;

