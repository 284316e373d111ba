// <film-desk>: a film's player with stills along its length, and points taken from where it stands.
// The forms beside it work without it; here they are filled in by eye.
import { el } from "./elements.js";
import { fill } from "./texts.js";

const STEP = 0.1; // seconds an arrow key moves

class FilmDesk extends HTMLElement {
  connectedCallback() {
    if (this.video) return;
    this.texts = JSON.parse(this.dataset.texts ?? "{}");
    this.video = this.querySelector("video");
    this.seek = this.#slider();
    this.append(el("div", { class: "film-desk__seek" }, this.seek), this.#marks());
    this.video.addEventListener("timeupdate", () => this.#follow());
    if (this.dataset.strip) this.#hover();
    this.#crop();
  }

  get seconds() { return Number(this.dataset.seconds) || this.video.duration || 0; }

  #slider() {
    const words = { "aria-label": this.texts.seek, max: this.dataset.seconds, step: STEP, min: 0, value: 0 };
    return el("input", { type: "range", ...words, input: () => { this.video.currentTime = Number(this.seek.value); this.#tell(); this.#show(Number(this.seek.value)); } });
  }

  #marks() {
    this.at = el("output", { class: "number" });
    this.#tell();
    const marks = el("div", { class: "film-desk__marks" }, this.at);
    for (const [word, field] of [["in", "start"], ["out", "end"], ["cover", "at"]]) {
      const target = document.getElementById(`field-${field}`);
      if (target) marks.append(el("button", { class: "button button--normal", type: "button", click: () => this.#take(target) }, this.texts[word]));
    }
    return marks;
  }

  #take(target) {
    target.value = this.video.currentTime.toFixed(1);
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #follow() {
    if (document.activeElement !== this.seek || !this.video.paused) this.seek.value = String(this.video.currentTime);
    this.#tell();
  }

  #tell() {
    const at = fill(this.texts.at, { at: Number(this.seek?.value ?? 0).toFixed(1) });
    this.seek.setAttribute("aria-valuetext", at);
    this.at.textContent = at;
  }

  /** Stills by pointer and by keys alike: both end in a moment. */
  #hover() {
    const { width, height } = this.dataset;
    this.still = el("span", { class: "film-desk__still", "aria-hidden": true, hidden: true });
    Object.assign(this.still.style, { width: `${width}px`, height: `${height}px`, backgroundImage: `url("${this.dataset.strip}")` });
    this.seek.after(this.still);
    this.seek.addEventListener("pointermove", (event) => {
      const place = this.seek.getBoundingClientRect();
      this.#show(((event.clientX - place.left) / place.width) * this.seconds);
    });
    for (const left of ["pointerleave", "blur"]) this.seek.addEventListener(left, () => { this.still.hidden = true; });
  }

  #show(second) {
    if (!this.still) return;
    const { columns, rows, width, height, every } = this.dataset;
    const last = Number(columns) * Number(rows) - 1;
    const number = Math.max(0, Math.min(last, Math.floor(second / Number(every))));
    const x = (number % Number(columns)) * Number(width);
    const y = Math.floor(number / Number(columns)) * Number(height);
    this.still.hidden = false;
    this.still.style.backgroundPosition = `-${x}px -${y}px`;
    const share = Math.max(0, Math.min(1, second / this.seconds));
    const room = this.seek.offsetWidth;
    this.still.style.left = `${Math.max(Number(width) / 2, Math.min(room - Number(width) / 2, share * room))}px`;
  }

  /** Which part an upright form would show, over the film itself. */
  #crop() {
    const form = document.querySelector("#ask form");
    const place = document.getElementById("field-x");
    if (!form || !place) return;
    const shade = el("span", { class: "film-desk__crop", "aria-hidden": true, hidden: true });
    this.querySelector(".film-desk__stage").append(shade);
    const draw = () => {
      const { width, height } = this.video;
      const across = Math.min(1, (Number(height) * 9) / 16 / Number(width));
      const left = Math.min(Math.max(Number(place.value) / 100 - across / 2, 0), 1 - across);
      shade.hidden = form.elements.fit.value !== "crop" || across === 1;
      Object.assign(shade.style, { left: `${left * 100}%`, width: `${across * 100}%` });
    };
    form.addEventListener("input", draw);
    draw();
  }
}

customElements.define("film-desk", FilmDesk);
