// The calendar's cards under the hand: dragged by pointer or finger, or picked up with M and walked
// by arrows. Every way ends like the menu: it fills in the card's own form and submits it. Cards keep
// to their lane, unless the calendar says `data-across`: then the form learns the lane as `person`.
import { say } from "./desk/say.js";
import { layOver } from "./over.js";
import { fill } from "./texts.js";

const FAR_ENOUGH = 6; // pixels: less is a click
const EDGE = 48; // pixels from the region's side at which it begins to scroll
const MORNING = 7; // the hour with which a day other than today opens
const PLACE = "calendar-place"; // where the page stood when a card was dropped

/** The moment at which `card` would leave from `cell`: its own minutes, never before the cell's first. */
function momentIn(cell, card) {
  const minutes = card.dataset.time.slice(14, 16) || "00";
  const wanted = `${cell.dataset.hour}:${minutes}`;
  return wanted < cell.dataset.first ? cell.dataset.first : wanted;
}

class DayCalendar extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.carried = null; // {card, cell, by: "keys" | "pointer"}
    this.addEventListener("pointerdown", (event) => this.#pressed(event));
    this.addEventListener("pointermove", (event) => this.#moved(event));
    this.addEventListener("pointerup", (event) => this.#released(event));
    this.addEventListener("pointercancel", () => this.#putBack());
    this.addEventListener("click", (event) => this.#clicked(event), true);
    this.addEventListener("dragstart", (event) => event.preventDefault());
    this.addEventListener("keydown", (event) => this.#keyed(event));
    this.addEventListener("focusout", () => { if (this.carried?.by === "keys") this.#putBack(); });
    this.addEventListener("toggle", (event) => this.#opened(event.target), true);
    this.addEventListener("submit", (event) => this.#remember(event.target.closest(".slot")));
    this.#stand();
  }

  get #region() { return this.querySelector(".calendar"); }

  #cellsFor(card) {
    if ("across" in this.dataset) return [...this.querySelectorAll("[data-hour]")];
    return this.#cellsIn(card.dataset.account);
  }

  #cellsIn(lane) { return [...this.querySelectorAll(`[data-hour][data-account="${lane}"]`)]; }

  // ---- carrying, whatever by ----

  #take(card, by) {
    this.carried = { card, by, cell: card.closest("[data-hour]") };
    this.dataset.composing = ""; // a live page leaves the region alone meanwhile
    card.classList.add("slot--carried");
    this.#cellsFor(card).forEach((cell) => cell.classList.add("calendar__hour--open"));
  }

  #aim(cell) {
    this.carried.cell?.classList.remove("calendar__hour--aim");
    this.carried.cell = cell;
    cell?.classList.add("calendar__hour--aim");
  }

  #letGo() {
    const { card, cell } = this.carried;
    card.classList.remove("slot--carried");
    card.style.removeProperty("transform");
    cell?.classList.remove("calendar__hour--aim");
    this.querySelectorAll(".calendar__hour--open").forEach((one) => one.classList.remove("calendar__hour--open"));
    delete this.dataset.composing;
    this.carried = null;
  }

  #putBack() {
    if (!this.carried) return;
    const byKeys = this.carried.by === "keys";
    this.#letGo();
    if (byKeys) say(this.dataset.left);
  }

  #drop() {
    const { card, cell } = this.carried;
    this.#letGo();
    if (!cell || cell === card.closest("[data-hour]")) { say(this.dataset.left); return; }
    const form = card.querySelector("[data-slot-form]");
    form.elements.not_before.value = momentIn(cell, card);
    if (form.elements.person) form.elements.person.value = cell.dataset.account;
    cell.append(card);
    say(fill(this.dataset.dropped, { time: form.elements.not_before.value.slice(11) }));
    form.requestSubmit();
  }

  // ---- by pointer and finger ----

  #pressed(event) {
    const card = event.target.closest("[data-slot]");
    if (!card || event.button !== 0 || event.target.closest("[data-menu]")) return;
    if (event.pointerType !== "mouse" && !event.target.closest("[data-grip]")) return;
    this.start = { card, x: event.clientX, y: event.clientY, scroll: this.#scrollOf(card), id: event.pointerId };
  }

  #moved(event) {
    if (!this.start || event.pointerId !== this.start.id) return;
    if (!event.buttons) { this.start = null; return; } // let go outside
    const x = event.clientX - this.start.x;
    const y = event.clientY - this.start.y;
    if (!this.carried && Math.hypot(x, y) < FAR_ENOUGH) return;
    if (!this.carried) { this.#take(this.start.card, "pointer"); this.setPointerCapture(event.pointerId); }
    const slid = this.#scrollOf(this.start.card) - this.start.scroll;
    this.start.card.style.transform = `translate(${x + slid}px, ${y}px)`;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-hour]");
    this.#aim(this.#cellsFor(this.start.card).includes(under) ? under : null);
    this.#scrollNear(event.clientX);
  }

  /** How far the ground under a card has been scrolled; the tray does not scroll. */
  #scrollOf(card) { return this.#region?.contains(card) ? this.#region.scrollLeft : 0; }

  #scrollNear(x) {
    const { left, right } = this.#region.getBoundingClientRect();
    if (x > right - EDGE) this.#region.scrollLeft += EDGE / 4;
    else if (x < left + EDGE) this.#region.scrollLeft -= EDGE / 4;
  }

  #released(event) {
    if (!this.start || event.pointerId !== this.start.id) return;
    this.start = null;
    if (!this.carried) return;
    this.justDragged = true;
    setTimeout(() => { this.justDragged = false; });
    if (this.carried.cell) this.#drop();
    else this.#putBack();
  }

  /** The click that ends a drag opens nothing. */
  #clicked(event) {
    if (this.justDragged) { event.preventDefault(); event.stopPropagation(); }
  }

  // ---- by keys ----

  #keyed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.carried) { this.start = null; this.#putBack(); event.preventDefault(); return; }
    if (this.carried?.by === "keys") this.#walk(event);
    else if (event.key.toLowerCase() === "m" && event.target.matches(".slot__title")) this.#pickUp(event);
  }

  #pickUp(event) {
    const card = event.target.closest("[data-slot]");
    if (!card) return;
    event.preventDefault();
    this.#take(card, "keys");
    const time = this.carried.cell ? card.dataset.time.slice(11) : "—";
    say(fill(this.dataset.held, { title: card.dataset.title, time }));
  }

  #walk(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const lane = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) this.#step(step);
    else if (lane && "across" in this.dataset) this.#stepLane(lane);
    else if (event.key === "Enter") this.#drop();
    else return;
    event.preventDefault();
  }

  #step(step) {
    const { card, cell } = this.carried;
    const cells = this.#cellsIn((cell ?? card).dataset.account);
    this.#walkTo(cell ? cells[cells.indexOf(cell) + step] : cells.find((one) => one.dataset.first));
  }

  /** The lane above or below, at the same hour or the free one after it. */
  #stepLane(step) {
    const { card, cell } = this.carried;
    const lanes = [...new Set(this.#cellsFor(card).map((one) => one.dataset.account))];
    const cells = this.#cellsIn(lanes[lanes.indexOf((cell ?? card).dataset.account) + step]);
    const hour = cell?.dataset.hour ?? card.dataset.time.slice(0, 13);
    this.#walkTo(cells.find((one) => one.dataset.hour >= hour) ?? cells.at(-1));
  }

  #walkTo(next) {
    if (!next) return;
    this.#aim(next);
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    const time = momentIn(next, this.carried.card).slice(11);
    say(fill(this.dataset.at, { time, who: next.dataset.who ?? "" }));
  }

  // ---- menus, and where the page stood ----

  #opened(menu) {
    if (this.#region?.contains(menu)) layOver(menu);
  }

  #remember(card) {
    const place = { left: this.#region?.scrollLeft ?? 0, top: scrollY, card: card?.id ?? "" };
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  }

  /** After a move, where one was; else at the present hour, or where the day begins. */
  #stand() {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
    sessionStorage.removeItem(PLACE);
    if (!this.#region) return;
    if (!kept) { this.#toStart(); return; }
    this.#region.scrollLeft = kept.left;
    scrollTo(0, kept.top);
    const moved = document.getElementById(kept.card)?.querySelector(".slot__title");
    moved?.focus({ preventScroll: true });
    moved?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #toStart() {
    const heads = [...this.querySelectorAll("thead th")];
    const names = heads.shift();
    const start = heads.find((head) => "now" in head.dataset) ?? heads[MORNING] ?? heads[0];
    this.#region.scrollLeft = start.offsetLeft - names.offsetWidth;
  }
}

customElements.define("day-calendar", DayCalendar);
