// <asset-grid>: the timeline of assets by keyboard and with marks. Without this script every tile is a
// link with a box beside it, and the boxes are sent by the form below.
import { openLightbox } from "./desk/lightbox.js";
import { Strip } from "./strip.js";
import { fill } from "./texts.js";

const STEPS = { ",": -1, ".": 1 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class AssetGrid extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.form = this.querySelector("form.marked");
    if (!this.form) return;
    this.anchor = null;
    this.addEventListener("keydown", (pressed) => this.#press(pressed));
    this.addEventListener("click", (clicked) => this.#click(clicked));
    this.addEventListener("change", () => this.#count());
    this.#passBy();
    window.addEventListener("pageshow", () => this.#count()); // a browser that comes back keeps its marks
    this.#count();
  }

  get tiles() { return [...this.querySelectorAll("[data-tile]")]; }

  #press(pressed) {
    const tile = pressed.target.closest?.("[data-tile]");
    if (!tile || pressed.isComposing || pressed.altKey || pressed.ctrlKey || pressed.metaKey) return;
    if (pressed.key in ARROWS) this.#go(tile, ARROWS[pressed.key], pressed.shiftKey);
    else if (pressed.key === " ") this.#preview(tile);
    else if (pressed.key in STEPS) this.#step(tile, STEPS[pressed.key]);
    else if (pressed.key === "Home") this.#focus(this.tiles[0]);
    else if (pressed.key === "End") this.#focus(this.tiles.at(-1));
    else if (pressed.key === "Escape" && this.marks.length) this.#clear();
    else return;
    pressed.preventDefault();
    pressed.stopPropagation();
  }

  /** To the neighbour; with shift everything from where it began is marked. */
  #go(tile, [across, down], marking) {
    const tiles = this.tiles;
    const at = tiles.indexOf(tile);
    const next = across ? tiles[at + across] : above(tiles, at, down);
    if (marking) this.anchor ??= tile;
    else this.anchor = null;
    if (!next) return;
    this.#focus(next);
    if (marking) this.#markTo(next);
  }

  #focus(tile) {
    tile?.focus();
    tile?.scrollIntoView({ block: "nearest" });
  }

  /** Frames of the film under the pointer, or of the one that has the focus. */
  #passBy() {
    this.addEventListener("pointermove", (moved) => {
      if (moved.pointerType === "touch") return;
      const tile = moved.target.closest?.(".tile");
      this.#frames(tile);
      const box = tile?.getBoundingClientRect();
      if (box) this.strip?.follow((moved.clientX - box.left) / box.width);
    });
    this.addEventListener("pointerleave", () => this.#frames(null));
    this.addEventListener("focusin", (came) => {
      if (!came.target.matches("[data-tile]:focus-visible")) return;
      this.#frames(came.target.closest(".tile"));
      this.strip?.play();
    });
    this.addEventListener("focusout", () => this.#frames(null));
  }

  #frames(tile) {
    if (tile === this.filmed) return;
    this.strip?.hide();
    this.filmed = tile;
    this.strip = Strip.of(tile);
  }

  #step(tile, by) {
    this.#frames(tile.closest(".tile"));
    this.strip?.step(by);
  }

  #preview(tile) {
    const links = this.tiles.filter((one) => one.dataset.preview);
    if (tile.dataset.preview) openLightbox(links, links.indexOf(tile));
  }

  #click(clicked) {
    const mark = clicked.target.closest?.("[data-mark]");
    const tile = clicked.target.closest?.("[data-tile]") ?? mark?.closest("li")?.querySelector("[data-tile]");
    if (!tile || clicked.ctrlKey || clicked.metaKey) return;
    if (clicked.shiftKey) {
      if (!mark) clicked.preventDefault();
      this.anchor ??= this.tiles[0];
      this.#markTo(tile);
    } else if (mark?.checked) this.anchor = tile;
  }

  #markTo(tile) {
    const tiles = this.tiles;
    const [from, to] = [tiles.indexOf(this.anchor), tiles.indexOf(tile)].sort((one, other) => one - other);
    for (const one of tiles.slice(Math.max(0, from), to + 1)) boxOf(one).checked = true;
    this.#count();
  }

  get marks() { return [...this.querySelectorAll("[data-mark]:checked")]; }

  #clear() {
    for (const mark of this.marks) mark.checked = false;
    this.anchor = null;
    this.#count();
  }

  #count() {
    const count = this.marks.length;
    const told = this.form.querySelector("[data-marked]");
    told.textContent = count ? fill(told.dataset.words, { count }) : "";
    this.form.toggleAttribute("data-some", count > 0);
    for (const button of this.form.querySelectorAll("button")) button.disabled = count === 0;
  }
}

const boxOf = (tile) => tile.closest("li").querySelector("[data-mark]");

/** The tile in the next row that lies nearest above or below. */
function above(tiles, at, down) {
  const here = tiles[at].getBoundingClientRect();
  const middle = here.left + here.width / 2;
  const rest = down > 0 ? tiles.slice(at + 1) : tiles.slice(0, at).reverse();
  let row = null;
  let best = null;
  for (const tile of rest) {
    const box = tile.getBoundingClientRect();
    if (Math.abs(box.top - here.top) < 4) continue;
    row ??= box.top;
    if (Math.abs(box.top - row) >= 4) break;
    const away = Math.abs(box.left + box.width / 2 - middle);
    if (!best || away < best.away) best = { tile, away };
  }
  return best?.tile ?? null;
}

customElements.define("asset-grid", AssetGrid);
