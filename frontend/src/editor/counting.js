// How much is written: 字 and minutes. Blocks never change but are replaced, so each is counted once.
import { countCharacters } from "../sizes.js";

/** 字 that a reader takes in within a minute. */
const PACE = 400;

const known = new WeakMap();

function lengthOf(node) {
  let count = known.get(node);
  if (count === undefined) {
    count = node.isTextblock ? countCharacters(node.textContent) : inside(node);
    known.set(node, count);
  }
  return count;
}

function inside(node) {
  let sum = countCharacters(node.attrs.caption ?? node.attrs.words ?? "");
  node.forEach((child) => { sum += lengthOf(child); });
  return sum;
}

/** @param {import("prosemirror-model").Node} doc */
export function sizeOf(doc) {
  const count = inside(doc);
  return { count, minutes: Math.max(1, Math.round(count / PACE)) };
}
