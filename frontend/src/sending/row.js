// One line of the tray: a file, how far it is in words and as a bar, what can be done about it, and what is
// said about it. A line is changed in place, so that nobody's typing is disturbed.
import { el, icon } from "../elements.js";
import { fileSize } from "../sizes.js";
import { text } from "../texts.js";
import { isHere } from "./store.js";

/**
 * @param {import("./store.js").Shot} file
 * @param {{acts: any, fields: (suffix: string) => DocumentFragment | null}} tray
 */
export function makeRow(file, { acts, fields }) {
  const box = el("input", { type: "checkbox", "aria-label": text("upload_select", { name: file.name }), "data-select": true });
  const state = el("span", { class: "tray__state number" });
  const bar = /** @type {HTMLProgressElement} */ (el("progress", { max: "1", value: "0", "aria-label": file.name }));
  const said = el("div", { class: "tray__notes" });
  const buttons = el("div", { class: "tray__acts" });
  const about = describing(file, acts, fields);
  const row = el("li", { class: "tray__file", "data-file": file.id },
    el("div", { class: "tray__line" }, box, el("span", { class: "tray__name", title: file.name }, file.name), el("span", { class: "tray__size number" }, fileSize(file.size)), state, buttons),
    bar, said, about);
  let shown = "";

  function update(now, net) {
    const away = now.state === "waiting" && !now.later ? (net.closed && "signed_out") || (net.away && "offline") : "";
    const look = { ...now, offset: undefined, words: undefined, told: undefined, away, here: isHere(now), needs: needsRights(now) };
    const share = now.size ? Math.min(1, now.offset / now.size) : 1;
    bar.value = share;
    row.dataset.state = now.state;
    state.textContent = stateOf(now, away, share);
    if (about) about.hidden = Boolean(now.known || now.final);
    const key = JSON.stringify(look);
    if (key === shown) return;
    shown = key;
    const focused = buttons.contains(document.activeElement);
    said.replaceChildren(...notes(now));
    buttons.replaceChildren(...choices(now, acts, said));
    if (focused) /** @type {HTMLElement | null} */ (buttons.querySelector("button, a"))?.focus();
  }
  return { row, update, isChosen: () => box.checked, choose: (yes) => { box.checked = yes; }, fill: (words) => put(about, words) };
}

const needsFile = (file) => file.lost || (file.state !== "done" && !file.later && !file.final && !isHere(file));

const needsRights = (file) => Boolean(file.words) && !file.known && !file.final && (file.words.rights || "unknown") === "unknown";

function stateOf(file, away, share) {
  if (away) return text(`upload_${away}`);
  if (file.later && file.state === "waiting") return text("upload_checking");
  if (file.state !== "waiting") return text(file.known ? "upload_known" : `upload_${file.state}`);
  if (!file.url) return text("upload_waiting");
  return share === 1 ? text("upload_checking") : `${text("upload_sending")} ${Math.floor(share * 100)}%`;
}

function notes(file) {
  const note = (words, tone = "tray__said") => el("p", { class: tone }, words);
  return [
    ...(file.said ? [note(file.said)] : []),
    ...(file.refused ? [note(file.refused)] : []),
    ...(needsFile(file) ? [note(text("upload_needs_file"))] : file.unkept && file.state !== "done" ? [note(text("upload_unkept"), "tray__hint")] : []),
    ...(needsRights(file) ? [note(text("upload_needs_rights"), "tray__needs")] : []),
  ];
}

function choices(file, acts, said) {
  const act = (name, drawing, does) => el("button", { class: "button button--quiet", type: "button", "aria-label": `${text(`upload_${name}`)} ${file.name}`, click: does }, icon(drawing), el("span", {}, text(`upload_${name}`)));
  if (file.state === "done") {
    const name = file.asset;
    return [...(name ? [el("a", { class: "button button--quiet", href: `/assets/${name}`, "aria-label": `${text("upload_open")} ${file.name}` }, icon("external-link"), el("span", {}, text("upload_open")))] : []),
      act("clear", "x", () => acts.remove(file.id))];
  }
  if (file.final) return [act("clear", "x", () => acts.remove(file.id))];
  const next = needsFile(file) ? act("again", "upload", () => chooseAgain(file, acts, said))
    : { waiting: () => act("pause", "hand-stop", () => acts.pause(file.id)), paused: () => act("resume", "player-play", () => acts.resume(file.id)), failed: () => act("retry", "refresh", () => acts.resume(file.id)) }[file.state]();
  return file.later && file.state === "waiting" ? [] : [next, act("cancel", "x", () => acts.remove(file.id))];
}

function chooseAgain(file, acts, said) {
  const input = /** @type {HTMLInputElement} */ (el("input", { type: "file" }));
  input.addEventListener("change", async () => {
    const [blob] = input.files;
    if (blob && !(await acts.choose(file.id, blob))) said.append(el("p", { class: "tray__said" }, text("upload_other_file")));
  });
  input.click();
}

// ---- what is said about it

function describing(file, acts, fields) {
  const inside = fields(file.id);
  if (!inside) return null;
  const about = el("details", { class: "tray__about" }, el("summary", {}, text("upload_describe")), inside);
  put(about, file.words ?? {});
  about.addEventListener("input", () => acts.describe(file.id, read(about), false));
  about.addEventListener("change", () => acts.describe(file.id, read(about), true));
  return about;
}

const inputs = (within) => /** @type {HTMLInputElement[]} */ ([...(within?.querySelectorAll("[name]") ?? [])]);

/** @returns {Record<string, string>} */
export const read = (within) => Object.fromEntries(inputs(within).map((input) => [input.name, input.value]));

function put(within, words) {
  for (const input of inputs(within)) if (words[input.name] !== undefined) input.value = words[input.name];
}
