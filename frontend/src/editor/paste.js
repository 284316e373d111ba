// What is pasted from Word, WPS, WeChat and the web: structure stays, everything else is left
// behind before the schema takes from it what it knows. Nothing here is a guard: the schema admits
// only its own nodes, and the server checks every document again.
import { Fragment, Slice } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import { toast } from "../desk/toasts.js";
import { fill } from "../texts.js";
import { schema } from "./schema.js";

const UNREAD = /<(style|script|xml|title)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<base\b[^>]*>|<\/?\w+:[^>]*>/gi;
const OUR_OWN = /<[^>]*\sdata-pm-slice=/;
const TAG = /<[a-z][^>]*>/gi;
const REMOVED = "script, style, meta, link, base, title, noscript, template, iframe, frame, object, embed, applet, svg, math, canvas, audio, video, form, input, button, select, textarea, colgroup";
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, td, th, section, div, blockquote, figcaption";
const BLANK = "[ \\t\\r\\n\\u00a0\\u3000\\u200b\\ufeff]";
const INDENT = new RegExp(`^${BLANK}+`);
const ONLY_BLANK = new RegExp(`^${BLANK}*$`);
const NUMBERED = /^[(（]?(\d+|[a-z]|[ivx]+|[一二三四五六七八九十]+)[.、)）．]/i;
/** Names told of pictures that were left out; more would be a wall of words. */
const NAMED = 3;

/** Inline styles and handlers are renamed: the page's policy forbids them, even while being read. */
const disarm = (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son(\w+)\s*=/gi, " data-on-$1=");

const styleOf = (element) => element.dataset?.style ?? "";

/**
 * @param {string} markup as the clipboard gives it
 * @returns {{html: string, strangers: string[]}} what is worth keeping, and the pictures that are not ours
 */
export function cleaned(markup) {
  const harmless = markup.replace(UNREAD, "").replace(TAG, disarm);
  if (OUR_OWN.test(harmless)) return { html: harmless, strangers: [] };
  const { body } = new DOMParser().parseFromString(harmless, "text/html");
  for (const unwanted of body.querySelectorAll(REMOVED)) unwanted.remove();
  for (const hidden of body.querySelectorAll("[data-style]")) if (/display:\s*none/i.test(styleOf(hidden))) hidden.remove();
  const strangers = takeOutPictures(body);
  makeHeadings(body);
  makeLists(body);
  simplifyTables(body);
  trimBlocks(body);
  return { html: body.innerHTML, strangers };
}

/** A picture without our name for it cannot stand in a piece: nobody knows whose it is. */
function takeOutPictures(body) {
  const strangers = [];
  for (const picture of body.querySelectorAll("img")) {
    if (picture.closest("figure[data-asset]")) continue;
    const source = picture.dataset.src ?? picture.getAttribute("src") ?? "";
    strangers.push(picture.alt || decoded(source.startsWith("data:") ? "" : source.split(/[?#]/)[0].split(/[\\/]/).at(-1)));
    picture.remove();
  }
  return strangers;
}

function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Word and WPS say the level of a heading in the style of a paragraph. */
function makeHeadings(body) {
  for (const paragraph of body.querySelectorAll("p[data-style]")) {
    const level = /mso-outline-level:\s*(\d)/i.exec(styleOf(paragraph))?.[1];
    if (level) rename(paragraph, level === "1" ? "h2" : "h3");
  }
}

function rename(element, tag) {
  const made = element.ownerDocument.createElement(tag);
  made.append(...element.childNodes);
  element.replaceWith(made);
  return made;
}

/** Word writes lists as paragraphs that begin with a drawn number; neighbours become one list. */
function makeLists(body) {
  const stack = [];
  let last = null;
  for (const paragraph of body.querySelectorAll("p[data-style*='mso-list']")) {
    const level = Number(/level(\d+)/i.exec(styleOf(paragraph))?.[1] ?? 1);
    if (last?.parentNode === null || paragraph.previousElementSibling !== last) stack.length = 0;
    last = toItem(paragraph, level, stack);
  }
}

/** Moves one drawn paragraph into the list of its level. @returns the outermost list */
function toItem(paragraph, level, stack) {
  const { ownerDocument: page } = paragraph;
  const mark = [...paragraph.querySelectorAll("span[data-style]")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
  const tag = NUMBERED.test(mark?.textContent.trim() ?? "") ? "ol" : "ul";
  mark?.remove();
  while (stack.length > level || (stack.length === level && stack.at(-1).localName !== tag)) stack.pop();
  while (stack.length < level) {
    const list = page.createElement(stack.length === level - 1 ? tag : "ul");
    const parent = stack.at(-1)?.lastElementChild;
    if (stack.length && parent) parent.append(list);
    else if (!stack.length) paragraph.before(list);
    stack.push(list);
    if (stack.length < level) list.append(page.createElement("li"));
  }
  const item = page.createElement("li");
  item.append(paragraph);
  stack.at(-1).append(item);
  return stack[0];
}

/** Tables that only draw a frame go; in the others cells hold lines, and the first row is the head. */
function simplifyTables(body) {
  for (const inner of body.querySelectorAll("table table")) inner.replaceWith(inner.textContent);
  for (const table of body.querySelectorAll("table")) {
    const cells = [...table.querySelectorAll("td, th")];
    if (cells.length <= 1) {
      table.replaceWith(...(cells[0]?.childNodes ?? []));
      continue;
    }
    for (const cell of cells) flatten(cell);
    if (!table.querySelector("th")) for (const cell of table.querySelectorAll("tr:first-child > td")) headerOf(cell);
  }
}

function headerOf(cell) {
  const { colSpan, rowSpan } = cell;
  Object.assign(rename(cell, "th"), { colSpan, rowSpan });
}

/** Paragraphs in a cell become lines. */
function flatten(cell) {
  const blocks = [...cell.querySelectorAll("p, div, li, section, h1, h2, h3, h4, h5, h6")].filter((block) => !ONLY_BLANK.test(block.textContent));
  for (const block of blocks.slice(0, -1)) if (!block.querySelector(BLOCKS)) block.append(cell.ownerDocument.createElement("br"));
  for (const block of cell.querySelectorAll("p, div, li, section, ul, ol, blockquote, h1, h2, h3, h4, h5, h6")) block.replaceWith(...block.childNodes);
  while (cell.lastChild && ONLY_BLANK.test(cell.lastChild.textContent)) cell.lastChild.remove();
}

/** Indents made of blanks belong to the layout, and so do empty paragraphs. */
function trimBlocks(body) {
  for (const block of body.querySelectorAll(BLOCKS)) {
    const walker = block.ownerDocument.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const first = walker.nextNode();
    if (first) first.data = first.data.replace(INDENT, "");
  }
  for (const block of [...body.querySelectorAll(BLOCKS)].reverse()) {
    const filled = !ONLY_BLANK.test(block.textContent) || block.querySelector("figure[data-asset], hr, table");
    if (!filled && !["TD", "TH"].includes(block.tagName) && !block.closest("figure[data-asset]")) block.remove();
  }
}

/** Full-width blanks that stand for an indent belong to the layout, not to the text. @param {string} words */
export const withoutIndents = (words) => words.replace(/^[ \t\u3000]+/gm, "");

/** @param {{words: Record<string, string>}} host */
export function pastePlugin({ words }) {
  return new Plugin({
    props: {
      transformPastedText: withoutIndents,
      transformPastedHTML(markup) {
        const { html, strangers } = cleaned(markup);
        if (strangers.length) tell(words, strangers);
        return html;
      },
      handlePaste: (view, event, slice) => pasteWithin(view, slice),
    },
  });
}

function tell(words, strangers) {
  const names = strangers.filter(Boolean).slice(0, NAMED).map((name) => `“${name.slice(0, 40)}”`).join("");
  toast(fill(words.paste_pictures, { count: strangers.length, names }), { tone: "warn" });
}

/** Into a cell, or a part of a house block, comes text and no block; another table goes by cells. */
function pasteWithin(view, slice) {
  const { $from, $to } = view.state.selection;
  const { parent } = $from;
  const table = slice.content.firstChild?.type.spec.tableRole;
  if (!parent.type.spec.isolating || parent !== $to.parent || (table && parent.type.spec.tableRole)) return false;
  const plain = !parent.type.contentMatch.matchType(schema.nodes.hard_break);
  view.dispatch(view.state.tr.replaceSelection(new Slice(inline(slice.content, plain), 0, 0)).scrollIntoView());
  return true;
}

function inline(content, plain) {
  const lines = [];
  if (content.firstChild?.isInline) lines.push(content);
  content.descendants((node) => { if (node.isTextblock) lines.push(node.content); return !node.isTextblock; });
  if (plain) return Fragment.from(wordsOf(lines));
  const parts = lines.flatMap((line, index) => index ? [schema.nodes.hard_break.create(), ...line.content] : [...line.content]);
  return Fragment.from(parts);
}

function wordsOf(lines) {
  const said = lines.map((line) => line.textBetween(0, line.size, "", " ")).join(" ");
  return said ? schema.text(said) : null;
}
