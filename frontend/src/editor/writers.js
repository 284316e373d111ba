// Who else is in the story, above the text: names with the colour of their caret, told in words too.
import { el } from "../elements.js";
import { fill } from "../texts.js";

const NAMED = 3;

/** @param {Record<string, any>} words */
export function makeWriters(words) {
  const list = el("ul", { class: "writers", "aria-label": words.writers, "aria-live": "polite", hidden: true });
  let shown = "";
  const update = (others) => {
    const told = JSON.stringify(others.map(({ client, name, colour }) => [client, name, colour]));
    if (told === shown) return;
    shown = told;
    list.hidden = others.length === 0;
    const named = others.slice(0, NAMED).map((writer) => el("li", { class: `writer writer--${writer.colour}` },
      fill(words.writer, { name: writer.name, colour: words.colours[writer.colour] ?? "" })));
    const rest = others.length > NAMED ? [el("li", {}, fill(words.more_writers, { count: others.length }))] : [];
    list.replaceChildren(...named, ...rest);
  };
  return { list, update };
}
