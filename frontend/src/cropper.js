// Cutting a picture by hand: a frame to drag, to size at its corner or by keys, and the point that
// stays in sight. The numbers in the fields are what is sent; they and the frame follow each other.
import { say } from "./desk/say.js";
import { el } from "./elements.js";
import { fill } from "./texts.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const EDGES = ["left", "top", "width", "height"];
const LEAST = 3;

const within = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

class PictureCropper extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.stage = this.querySelector(".cropper");
    this.picture = this.stage.querySelector("img");
    this.frame = el("div", { class: "cropper__frame", tabindex: "0", role: "group", "aria-label": this.dataset.frame },
      el("span", { class: "cropper__handle" }));
    this.point = el("button", { class: "cropper__point", type: "button", "aria-label": this.dataset.point });
    this.stage.append(this.frame, this.point);
    this.addEventListener("input", (event) => this.#typed(event.target.name));
    this.frame.addEventListener("keydown", (event) => this.#keyed(event));
    this.point.addEventListener("keydown", (event) => this.#pointKeyed(event));
    this.stage.addEventListener("pointerdown", (event) => this.#grabbed(event));
    if (this.picture.complete) this.#begin();
    else this.picture.addEventListener("load", () => this.#begin(), { once: true });
  }

  /** An uncut picture shows the frame that its shape would have, around the point. */
  #begin() {
    if (!this.#field("cut").checked && this.ratio) {
      const width = Math.min(100, 100 * this.ratio);
      this.#set({ width, height: width / this.ratio });
      this.#centre();
    }
    this.#draw();
  }

  /** Height of the frame in percent of the picture, for each percent of width; 0 where it is free. */
  get ratio() {
    const shape = Number(this.dataset.ratio);
    return shape && this.picture.naturalWidth ? shape * this.picture.naturalHeight / this.picture.naturalWidth : 0;
  }

  get box() { return Object.fromEntries(EDGES.map((name) => [name, Number(this.#field(name).value)])); }
  get spot() { return { x: Number(this.#field("focus_x").value), y: Number(this.#field("focus_y").value) }; }

  #field(name) { return this.querySelector(`[name="${name}"]`); }

  #write(name, value) { this.#field(name).value = String(Math.round(value * 100) / 100); }

  #set(box) { for (const [name, value] of Object.entries(box)) this.#write(name, value); }

  #centre() {
    const { width, height } = this.box;
    const { x, y } = this.spot;
    this.#set({ left: within(x - width / 2, 0, 100 - width), top: within(y - height / 2, 0, 100 - height) });
  }

  #typed(name) {
    if (EDGES.includes(name)) {
      this.#field("cut").checked = true;
      if (this.ratio && name === "width") this.#write("height", this.box.width / this.ratio);
      if (this.ratio && name === "height") this.#write("width", this.box.height * this.ratio);
    }
    if (name?.startsWith("focus_") && !this.#field("cut").checked) this.#centre();
    this.#draw();
  }

  #move(left, top) {
    const { width, height } = this.box;
    this.#set({ left: within(left, 0, 100 - width), top: within(top, 0, 100 - height) });
    this.#cut();
  }

  #size(wanted) {
    const { left, top, height } = this.box;
    const most = this.ratio ? Math.min(100 - left, (100 - top) * this.ratio) : 100 - left;
    const width = within(wanted, LEAST, most);
    this.#set({ width, height: this.ratio ? width / this.ratio : height });
    this.#cut();
  }

  #tall(wanted) {
    if (this.ratio) return;
    this.#write("height", within(wanted, LEAST, 100 - this.box.top));
    this.#cut();
  }

  #aim(x, y) {
    this.#set({ focus_x: within(x, 0, 100), focus_y: within(y, 0, 100) });
    if (!this.#field("cut").checked && this.ratio) this.#centre();
    this.#draw();
  }

  #cut() {
    this.#field("cut").checked = true;
    this.#draw();
  }

  #draw() {
    for (const [name, value] of Object.entries(this.box)) this.frame.style.setProperty(`--${name}`, `${value}%`);
    this.point.style.setProperty("--left", `${this.spot.x}%`);
    this.point.style.setProperty("--top", `${this.spot.y}%`);
  }

  #keyed(event) {
    const step = event.shiftKey ? 5 : 1;
    const { left, top, width, height } = this.box;
    if (ARROWS[event.key]) this.#move(left + step * ARROWS[event.key][0], top + step * ARROWS[event.key][1]);
    else if (event.key === "+" || event.key === "=") this.#grow(width, height, step);
    else if (event.key === "-" || event.key === "_") this.#grow(width, height, -step);
    else return;
    event.preventDefault();
    say(fill(this.dataset.told, this.box));
  }

  #grow(width, height, step) {
    this.#size(width + step);
    this.#tall(height + step);
  }

  #pointKeyed(event) {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? 5 : 1;
    this.#aim(this.spot.x + step * way[0], this.spot.y + step * way[1]);
  }

  #grabbed(event) {
    const start = this.#at(event);
    const { left, top, width, height } = this.box;
    const act = event.target === this.point ? (now) => this.#aim(now.x, now.y)
      : event.target.matches(".cropper__handle") ? (now) => { this.#size(width + now.x - start.x); this.#tall(height + now.y - start.y); }
        : event.target === this.frame ? (now) => this.#move(left + now.x - start.x, top + now.y - start.y) : null;
    if (!act) return;
    event.preventDefault();
    (event.target === this.point ? this.point : this.frame).focus();
    this.stage.setPointerCapture(event.pointerId);
    const follow = (moved) => act(this.#at(moved));
    this.stage.addEventListener("pointermove", follow);
    for (const end of ["pointerup", "pointercancel"]) {
      this.stage.addEventListener(end, () => this.stage.removeEventListener("pointermove", follow), { once: true });
    }
  }

  /** Where on the picture the pointer is, in percent. */
  #at(event) {
    const area = this.picture.getBoundingClientRect();
    return { x: 100 * (event.clientX - area.left) / area.width, y: 100 * (event.clientY - area.top) / area.height };
  }
}

customElements.define("picture-cropper", PictureCropper);
