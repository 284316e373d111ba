// What a story may hold. The one source is static/editor-schema.json, which the server reads too;
// here is only how each piece looks in the page and how it is recognised in what is pasted.
import { Schema } from "prosemirror-model";
import source from "../../../static/editor-schema.json";

/** As the server has it (kitchen/stories/doc.py): the web and mail, and what can be read as such. */
const safeLink = (href) => /^(https?:\/\/[^\s/]|mailto:[^\s@]+@)[^\s"<>]*$/i.test(href) && isAddress(href);

function isAddress(words) {
  try {
    return Boolean(new URL(words));
  } catch {
    return false;
  }
}

/** Styles arrive as data-style (see paste.js): the page's policy would not let them stand. */
const looksLike = (pattern) => (dom) => pattern.test(dom.dataset.style ?? "") && null;
const BOLD = /(?:^|[;\s])font-weight:\s*(bold|[6-9]00)/i;
const NOT_BOLD = /(?:^|[;\s])font-weight:\s*normal/i;
const ITALIC = /font-style:\s*italic/i;

/** Our own file in what is pasted: without its name in the store it is nobody's. */
function fileFrom(dom, ...names) {
  const { asset, sha256 } = dom.dataset;
  const src = dom.querySelector("img")?.getAttribute("src");
  const ours = Boolean(asset && sha256) && /^\/(?!\/)/.test(src ?? "");
  return ours && { asset, sha256, src, ...Object.fromEntries(names.map((name) => [name, dom.dataset[name] ?? ""])) };
}

function fileDom(block, node, words) {
  const { src, ...named } = node.attrs;
  const data = Object.fromEntries(Object.entries(named).map(([name, value]) => [`data-${name}`, value]));
  return ["figure", { ...data, ...(block && { "data-block": block }) },
    ["img", { src, alt: node.attrs.alt ?? words, draggable: "false" }], ["figcaption", words]];
}

const figureWords = ({ attrs: { caption, credit } }) => [caption, credit].filter(Boolean).join("　");
const codeWords = ({ attrs: { address, words } }) => [words, address].filter(Boolean).join("　");

/** A block or a part of one that is an ordinary element with a name (channels/markup.py: BLOCKS). */
const named = (tag, block, more = {}) => ({
  toDOM: () => [tag, { "data-block": block }, 0],
  parseDOM: [{ tag: `${tag}[data-block="${block}"]`, priority: 60, ...more }],
});

const spans = ({ attrs }) => Object.fromEntries(Object.entries(attrs).filter(([, count]) => count !== 1));
const cell = (tag) => ({
  toDOM: (node) => [tag, spans(node), 0],
  parseDOM: [{ tag, getAttrs: (dom) => ({ colspan: bounded(dom.colSpan), rowspan: bounded(dom.rowSpan) }) }],
});
const bounded = (count) => Math.min(Math.max(Number(count) || 1, 1), 20);

const NODE_FACES = {
  paragraph: { toDOM: () => ["p", 0], parseDOM: [{ tag: "p" }] },
  heading: {
    toDOM: (node) => [`h${node.attrs.level}`, 0],
    parseDOM: [{ tag: "h1", attrs: { level: 2 } }, { tag: "h2", attrs: { level: 2 } },
      ...["h3", "h4", "h5", "h6"].map((tag) => ({ tag, attrs: { level: 3 } }))],
  },
  lead: named("p", "lead"),
  blockquote: { toDOM: () => ["blockquote", 0], parseDOM: [{ tag: "blockquote" }] },
  bullet_list: { toDOM: () => ["ul", 0], parseDOM: [{ tag: "ul" }] },
  ordered_list: {
    toDOM: (node) => node.attrs.order === 1 ? ["ol", 0] : ["ol", { start: node.attrs.order }, 0],
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: dom.start || 1 }) }],
  },
  list_item: { toDOM: () => ["li", 0], parseDOM: [{ tag: "li" }] },
  figure: {
    toDOM: (node) => fileDom("", node, figureWords(node)),
    parseDOM: [{ tag: "figure[data-asset]", getAttrs: (dom) => fileFrom(dom, "caption", "credit", "alt") }],
  },
  film: {
    toDOM: (node) => fileDom("film", node, node.attrs.caption),
    parseDOM: [{ tag: 'figure[data-block="film"]', priority: 60, getAttrs: (dom) => fileFrom(dom, "caption") }],
  },
  qr_code: {
    toDOM: (node) => fileDom("code", node, codeWords(node)),
    parseDOM: [{ tag: 'figure[data-block="code"]', priority: 60, getAttrs: (dom) => fileFrom(dom, "address", "words") }],
  },
  pull_quote: named("blockquote", "pull"),
  pull_words: named("p", "words", { context: "pull_quote/" }),
  pull_source: named("p", "source", { context: "pull_quote/" }),
  data_card: named("section", "data"),
  data_figure: named("p", "figure", { context: "data_card/" }),
  data_unit: named("p", "unit", { context: "data_card/" }),
  data_words: named("p", "meaning", { context: "data_card/" }),
  fact_box: named("section", "box"),
  box_title: named("p", "title", { context: "fact_box/" }),
  author_note: named("p", "author"),
  source_note: named("p", "origin"),
  table: { toDOM: () => ["table", ["tbody", 0]], parseDOM: [{ tag: "table" }] },
  table_row: { toDOM: () => ["tr", 0], parseDOM: [{ tag: "tr" }] },
  table_cell: cell("td"),
  table_header: cell("th"),
  horizontal_rule: { toDOM: () => ["hr"], parseDOM: [{ tag: "hr" }] },
  hard_break: { toDOM: () => ["br"], parseDOM: [{ tag: "br" }] },
};

const MARK_FACES = {
  link: {
    toDOM: (mark) => ["a", { href: mark.attrs.href, rel: "noopener nofollow" }, 0],
    parseDOM: [{ tag: "a[href]", getAttrs: (dom) => safeLink(dom.getAttribute("href")) && { href: dom.getAttribute("href") } }],
  },
  em: { toDOM: () => ["em", 0], parseDOM: [{ tag: "em" }, { tag: "i" }, { tag: "span[data-style]", getAttrs: looksLike(ITALIC), consuming: false }] },
  strong: {
    toDOM: () => ["strong", 0],
    parseDOM: [{ tag: "strong" }, { tag: "b", getAttrs: (dom) => !NOT_BOLD.test(dom.dataset.style ?? "") && null },
      { tag: "span[data-style]", getAttrs: looksLike(BOLD), consuming: false }],
  },
};

const withFaces = (specs, faces) =>
  Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { ...spec, ...faces[name] }]));

export const schema = new Schema({
  topNode: source.topNode,
  nodes: withFaces(source.nodes, NODE_FACES),
  marks: withFaces(source.marks, MARK_FACES),
});

export { safeLink };
