// What a story may hold. The one source is static/editor-schema.json, which the server reads too;
// here is only how each piece looks in the page and how it is recognised in what is pasted.
import { Schema } from "prosemirror-model";
import source from "../../../static/editor-schema.json";

const safeLink = (href) => /^https?:\/\//i.test(href);

/** Styles arrive as data-style (see paste.js): the page's policy would not let them stand. */
const looksLike = (pattern) => (dom) => pattern.test(dom.dataset.style ?? "") && null;
const BOLD = /font-weight:\s*(bold|[6-9]00)/i;
const ITALIC = /font-style:\s*italic/i;

function figureFrom(dom) {
  const { asset, sha256, caption = "", credit = "" } = dom.dataset;
  const image = dom.querySelector("img");
  return asset && sha256 && image ? { asset, sha256, src: image.getAttribute("src"), alt: image.alt, caption, credit } : false;
}

function figureDom({ attrs: { asset, sha256, src, caption, credit, alt } }) {
  const words = [caption, credit].filter(Boolean).join("　");
  return ["figure", { "data-asset": asset, "data-sha256": sha256, "data-caption": caption, "data-credit": credit },
    ["img", { src, alt, draggable: "false" }], ["figcaption", words]];
}

const NODE_FACES = {
  paragraph: { toDOM: () => ["p", 0], parseDOM: [{ tag: "p" }] },
  heading: {
    toDOM: (node) => [`h${node.attrs.level}`, 0],
    parseDOM: [{ tag: "h1", attrs: { level: 2 } }, { tag: "h2", attrs: { level: 2 } },
      ...["h3", "h4", "h5", "h6"].map((tag) => ({ tag, attrs: { level: 3 } }))],
  },
  blockquote: { toDOM: () => ["blockquote", 0], parseDOM: [{ tag: "blockquote" }] },
  bullet_list: { toDOM: () => ["ul", 0], parseDOM: [{ tag: "ul" }] },
  ordered_list: {
    toDOM: (node) => node.attrs.order === 1 ? ["ol", 0] : ["ol", { start: node.attrs.order }, 0],
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: dom.start || 1 }) }],
  },
  list_item: { toDOM: () => ["li", 0], parseDOM: [{ tag: "li" }] },
  figure: { toDOM: figureDom, parseDOM: [{ tag: "figure[data-asset]", getAttrs: figureFrom }] },
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
    parseDOM: [{ tag: "strong" }, { tag: "b", getAttrs: (dom) => !/font-weight:\s*normal/i.test(dom.dataset.style ?? "") && null },
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
