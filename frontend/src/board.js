// The board's cards under the hand: dragged between lanes, or moved by [ and ] from a card that has
// the focus. A move is shown at once and taken back, with the reason, when the server refuses it.
import Sortable from "sortablejs";
import { say } from "./desk/say.js";
import { toast } from "./desk/toasts.js";
import { remembered } from "./memory.js";
import { layOver } from "./over.js";
import { fill } from "./texts.js";
import { csrfHeader } from "./token.js";

const NEXT = { "[": -1, "]": 1 };

class TopicBoard extends HTMLElement {
  #hands = 0;

  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.addEventListener("keydown", (event) => this.#keyed(event));
    this.addEventListener("toggle", (event) => layOver(event.target), true);
    for (const lane of this.#lanes) this.#makeSortable(lane);
  }

  get #lanes() { return [...this.querySelectorAll("[data-lane]")]; }

  #makeSortable(lane) {
    Sortable.create(lane, {
      group: { name: "topics", put: (to, _from, card) => this.#leadsTo(card, to.el) },
      draggable: "[data-topic]",
      filter: "[data-menu]",
      preventOnFilter: false,
      sort: false,
      delay: 150,
      delayOnTouchOnly: true,
      animation: 120,
      onStart: () => this.#hold(1),
      onEnd: (drag) => this.#dropped(drag),
    });
  }

  #leadsTo(card, lane) { return card.dataset.to.split(" ").includes(lane.dataset.lane); }

  #dropped({ item, from, to, oldDraggableIndex }) {
    if (from !== to) this.#send(item, from, to, () => from.insertBefore(item, from.children[oldDraggableIndex] ?? null));
    this.#hold(-1);
  }

  #keyed(event) {
    const step = NEXT[event.key];
    const card = step && event.target.closest?.("[data-topic]");
    if (!card || remembered("keys") === "off") return;
    event.preventDefault();
    const from = card.closest("[data-lane]");
    const to = this.#lanes[this.#lanes.indexOf(from) + step];
    if (!to || !this.#leadsTo(card, to)) { say(this.dataset.edge); return; }
    const before = card.nextSibling;
    this.#keepFocus(card, () => to.append(card));
    this.#send(card, from, to, () => this.#keepFocus(card, () => from.insertBefore(card, before)));
  }

  /** Moving an element in the page takes its focus away. */
  #keepFocus(card, move) {
    const focused = card.contains(document.activeElement) ? document.activeElement : null;
    move();
    focused?.focus();
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  async #send(card, from, to, putBack) {
    this.#count(from, to);
    this.#hold(1);
    const refused = await this.#refusal(card, to.dataset.lane);
    this.#hold(-1);
    if (refused === null) {
      say(fill(this.dataset.moved, { lane: to.dataset.name }));
      return;
    }
    putBack();
    this.#count(to, from);
    const words = fill(this.dataset.refused, { why: refused });
    say(words);
    toast(words, { tone: "warn" });
  }

  /** A live page leaves the region alone under a hand, and shows nothing afterwards that it asked for before. */
  #hold(more) {
    this.#hands += more;
    const region = this.closest("[data-live-topic]");
    region.dataset.moved = "";
    region.toggleAttribute("data-composing", this.#hands > 0);
  }

  /** Asks the server; answers why it refuses, else null, and keeps what the card may do next. */
  async #refusal(card, to) {
    const body = JSON.stringify({ to, version: Number(card.dataset.version) });
    const headers = { ...csrfHeader(), "Content-Type": "application/json", Accept: "application/json" };
    try {
      const answer = await fetch(`/api/v1/topics/${card.dataset.topic}/move`, { method: "POST", headers, body });
      const told = await answer.json();
      if (!answer.ok) return told.title;
      card.dataset.version = told.version;
      card.dataset.to = told.lanes.join(" ");
      return null;
    } catch (error) {
      return String(error.message);
    }
  }

  /** One card less here, and one more there. */
  #count(from, to) {
    for (const [lane, more] of [[from, -1], [to, 1]]) {
      const count = lane.closest("section").querySelector("[data-count]");
      count.textContent = String(Number(count.textContent) + more);
    }
  }
}

customElements.define("topic-board", TopicBoard);
