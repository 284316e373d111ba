// What waits to be sent: as one step, as what the server says it holds of it, as what others did to it.
import { receiveTransaction } from "prosemirror-collab";
import { Slice } from "prosemirror-model";
import { ReplaceStep, Step } from "prosemirror-transform";
import { schema } from "./schema.js";

/** @typedef {import("prosemirror-model").Node} Doc */

/**
 * What the server told, in its order: others' steps, then some of ours, then others' again.
 * @param {{step: object, client: string}[]} told @returns {{own: boolean, steps: Step[]}[]}
 */
export function runs(told, client) {
  const found = [];
  for (const { step, client: by } of told) {
    const own = by === client;
    if (found.at(-1)?.own !== own) found.push({ own, steps: [] });
    found.at(-1).steps.push(Step.fromJSON(schema, step));
  }
  return found;
}

/** The one step that makes one text of another, no wider than it must be; null: they are the same. */
export function asOneStep(before, after) {
  const start = before.content.findDiffStart(after.content);
  if (start === null) return null;
  const end = before.content.findDiffEnd(after.content);
  const overlap = Math.max(start - Math.min(end.a, end.b), 0);
  const narrow = new ReplaceStep(start, end.a + overlap, after.slice(start, end.b + overlap));
  if (textAfter(before, [narrow])?.eq(after)) return narrow;
  return new ReplaceStep(0, before.content.size, new Slice(after.content, 0, 0));
}

/** @returns {Doc | null} null where they do not fit */
export function textAfter(doc, steps) {
  try {
    return steps.reduce((text, step) => step.apply(text).doc, doc);
  } catch {
    return null;
  }
}

/**
 * How many of ours make what these make, which the server says are ours; null where none do: then
 * another page was the same editor.
 * @param {Doc} doc @param {readonly Step[]} told @param {readonly Step[]} ours
 */
export function standsFor(doc, told, ours) {
  const made = textAfter(doc, told);
  let [text, count] = [doc, 0];
  while (made && text && count < ours.length) {
    text = textAfter(text, [ours[count]]);
    count += 1;
    if (text && made.eq(text)) return count;
  }
  return null;
}

/** The server holds the first of ours, and has counted them as so many versions. */
export function settled(state, versions, count) {
  const waits = state.plugins.find((plugin) => plugin.getState(state)?.unconfirmed);
  const { version, unconfirmed } = waits.getState(state);
  return state.tr.setMeta(waits, { version: version + versions, unconfirmed: unconfirmed.slice(count) });
}

/** Puts steps of others under ours. @returns {import("prosemirror-state").Transaction | null} null: they left no room for ours */
export function under(state, steps) {
  try {
    return receiveTransaction(state, steps, steps.map(() => ""), { mapSelectionBackward: true });
  } catch {
    return null;
  }
}

/** Whether something that others put in lies in what ours delete. */
export function swallowed(others, ours) {
  const maps = others.map((step) => step.getMap());
  return maps.some((map, index) => {
    let found = false;
    map.forEach((_from, _to, start, stop) => {
      const [from, to] = narrowed(maps.slice(index + 1), start, stop);
      const [low, high] = narrowed(ours.map((step) => step.getMap()), from, to);
      found ||= from < to && high - low < to - from;
    });
    return found;
  });
}

const narrowed = (maps, from, to) => maps.reduce(([start, stop], map) => [map.map(start, 1), map.map(stop, -1)], [from, to]);
