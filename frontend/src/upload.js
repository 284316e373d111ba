// <upload-tray>: files by the picker, as a folder, dropped anywhere on the page or pasted. Each has its line
// with its own progress, its own words and its own remedy; all of them outlive the page, see sending/desk.js.
import { el, icon } from "./elements.js";
import { acts, arrival, net, resume, take, watch } from "./sending/desk.js";
import { filesIn, wanted } from "./sending/folders.js";
import { makeRow, read } from "./sending/row.js";
import { fileSize } from "./sizes.js";
import { text } from "./texts.js";

class UploadTray extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.rows = new Map();
    this.list = el("ul", { class: "tray__files" });
    this.tools = this.#tools();
    this.append(this.#dropPlace(), this.tools, this.list, el("p", { class: "unseen", role: "status" }));
    this.#listenToPage();
    this.#replace(this.querySelector("[data-fallback]"));
    watch((files) => this.#show(files));
    resume();
  }

  /**
   * The plain form gives way. What somebody chose there before this script had arrived is not lost
   * with it, nor what they choose in a file dialog that is still open.
   */
  #replace(plain) {
    plain?.setAttribute("hidden", "");
    for (const input of plain?.querySelectorAll("input[type=file]") ?? []) {
      this.#takeFrom(input);
      input.addEventListener("change", () => this.#takeFrom(input));
    }
  }

  #takeFrom(input) {
    this.#take(wanted(input.files));
    input.value = "";
  }

  #input(more) {
    return el("input", { type: "file", multiple: true, ...more, change: (event) => this.#takeFrom(event.target) });
  }

  #dropPlace() {
    const folder = this.#input({ webkitdirectory: true, hidden: true, "aria-label": text("upload_folder") });
    return el("div", { class: "tray__ways" },
      el("label", { class: "tray__drop" }, icon("cloud-upload"), el("span", {}, this.dataset.label), this.#input({ accept: this.dataset.accept ?? null })),
      el("button", { class: "button button--quiet", type: "button", click: () => folder.click() }, icon("upload"), el("span", {}, text("upload_folder"))), folder);
  }

  /** Anywhere on the page, unless something there has its own use for it, as the editor has. */
  #listenToPage() {
    const carries = (event) => !event.defaultPrevented && event.dataTransfer?.types.includes("Files");
    const over = (event) => { if (carries(event)) { event.preventDefault(); this.dataset.over = ""; } };
    const handlers = {
      dragenter: over,
      dragover: over,
      dragleave: (event) => { if (!event.relatedTarget) delete this.dataset.over; },
      drop: async (event) => {
        delete this.dataset.over;
        if (!carries(event)) return;
        event.preventDefault();
        this.#take(await filesIn(event.dataTransfer));
      },
      paste: async (event) => {
        if (event.defaultPrevented || !event.clipboardData?.files.length || event.target.closest?.("input, textarea, [contenteditable]")) return;
        event.preventDefault();
        this.#take(await filesIn(event.clipboardData));
      },
    };
    for (const [name, act] of Object.entries(handlers)) document.addEventListener(name, (event) => { if (this.isConnected) act(event); });
  }

  /**
   * One file from elsewhere on the page, shown in the list like all others.
   * @param {File} file
   * @returns {Promise<any>} the card of what it became; null when it was refused
   */
  async send(file) {
    const [id] = await this.#take([file]);
    return arrival(id);
  }

  async #take(files) {
    const { put, about, right } = this.dataset;
    if (!files.length) return [];
    return take(files, { place: { put, about }, words: { rights: right || "unknown" }, refusal: (file) => this.#refusal(file) });
  }

  #refusal(file) {
    const most = Number(this.dataset.mostBytes);
    if (!file.size) return text("upload_empty");
    return most && file.size > most ? text("upload_too_big", { most: fileSize(most) }) : "";
  }

  // ---- the list

  /** A story's tray shows what goes to that story; the one of the catalogue shows everything. */
  #show(files) {
    const mine = files.filter((file) => !this.dataset.put || file.place?.put === this.dataset.put);
    const here = new Set(mine.map((file) => file.id));
    for (const [id, { row }] of this.rows) if (!here.has(id)) { row.remove(); this.rows.delete(id); }
    for (const file of mine) {
      const known = this.rows.get(file.id) ?? this.#added(file);
      known.update(file, net);
      known.file = file;
    }
    this.tools.hidden = mine.length < 2;
    this.#say(mine);
  }

  #added(file) {
    const made = makeRow(file, { acts, fields: (suffix) => this.#fields(suffix) });
    this.rows.set(file.id, made);
    this.list.append(made.row);
    return made;
  }

  /** What the server drew for describing one file; null where this tray asks for nothing. */
  #fields(suffix) {
    const template = /** @type {HTMLTemplateElement | null} */ (this.querySelector("template[data-describe]"));
    if (!template) return null;
    const made = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    for (const each of made.querySelectorAll("[id]")) each.id += `-${suffix}`;
    for (const each of made.querySelectorAll("[for]")) each.setAttribute("for", `${each.getAttribute("for")}-${suffix}`);
    return made;
  }

  /** For those who hear the page: how many there are and how many are done, when that changes. */
  #say(mine) {
    const done = mine.filter((file) => file.state === "done").length;
    const words = mine.length ? text("upload_progress", { done, all: mine.length }) : "";
    const line = this.querySelector("[role=status]");
    if (line.textContent !== words) line.textContent = words;
  }

  // ---- all at once

  #tools() {
    const each = (states, act) => () => { for (const { file } of this.rows.values()) if (states.includes(file.state) && !file.later) act(file.id); };
    const tool = (name, drawing, does) => el("button", { class: "button button--quiet", type: "button", click: does }, icon(drawing), el("span", {}, text(name)));
    const chosen = el("input", { type: "checkbox", change: () => { for (const row of this.rows.values()) row.choose(chosen.checked); } });
    return el("div", { class: "tray__tools", hidden: true },
      el("label", { class: "check" }, chosen, el("span", {}, text("upload_select_all"))),
      tool("upload_pause_all", "hand-stop", each(["waiting"], acts.pause)),
      tool("upload_resume_all", "player-play", each(["paused"], acts.resume)),
      tool("upload_clear_done", "x", each(["done"], acts.remove)),
      this.#forAll());
  }

  /** Says the same about all that are chosen; what is left empty stays as it is with each. */
  #forAll() {
    const inside = this.#fields("all");
    if (!inside) return el("span");
    const about = el("details", { class: "tray__about" }, el("summary", {}, text("upload_describe_chosen")), inside,
      el("button", { class: "button", type: "button", click: () => this.#describeChosen(about) }, icon("check"), el("span", {}, text("upload_apply"))));
    return about;
  }

  #describeChosen(about) {
    const said = Object.fromEntries(Object.entries(read(about)).filter(([, value]) => value));
    const chosen = [...this.rows.values()].filter((row) => row.isChosen() && !row.file.known);
    for (const row of chosen) { row.fill(said); acts.describe(row.file.id, said, true); }
    this.querySelector("[role=status]").textContent = text("upload_described", { count: chosen.length });
  }
}

customElements.define("upload-tray", UploadTray);
