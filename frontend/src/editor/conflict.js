// Somebody else saved meanwhile: both texts stay, side by side, until the writer decides.
import { el, icon } from "../elements.js";
import { copy } from "../desk/copy.js";
import { toast } from "../desk/toasts.js";

/**
 * @param {Record<string, string>} words
 * @param {{mine: string[], theirs: string[], by?: string}} texts titles and paragraphs
 * @param {{keepMine: () => void, takeTheirs: () => void}} acts
 */
export function makeConflictPanel(words, { mine, theirs, by }, { keepMine, takeTheirs }) {
  const sides = el("div", { class: "conflict__sides", hidden: true }, side(words.mine, mine, theirs), side(by ?? words.theirs, theirs, mine));
  const compare = el("button", {
    class: "button", type: "button", "aria-expanded": "false",
    click: () => { sides.hidden = !sides.hidden; compare.setAttribute("aria-expanded", String(!sides.hidden)); },
  }, icon("git-compare"), words.compare);
  const panel = el("section", { class: "conflict", role: "alert", tabindex: "-1" },
    el("h2", {}, icon("alert-triangle"), words.conflict_title), el("p", {}, words.conflict_text), sides,
    el("div", { class: "toolbar" }, compare,
      act(words.keep_mine, "button--primary", () => { panel.remove(); keepMine(); }),
      act(words.take_theirs, "", () => { panel.remove(); takeTheirs(); }),
      act(words.copy_all, "button--quiet", async () => { if (await copy(mine.join("\n\n"))) toast(words.copied, { tone: "ok" }); })));
  return panel;
}

const act = (label, kind, click) => el("button", { class: `button ${kind}`, type: "button", click }, label);

/** A paragraph that the other side does not have, word for word, is marked. */
function side(name, own, other) {
  const others = new Set(other);
  return el("div", {}, el("h3", {}, name), ...own.map((words) => el("p", {}, others.has(words) ? words : el("mark", {}, words))));
}
