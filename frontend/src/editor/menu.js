// A menu that opens beside what it is about: arrows walk, Escape closes, a press outside too.
import { el, icon } from "../elements.js";

const EDGE = 8;

/** Puts a fixed element under (or over) a rectangle, always within the window. @param {HTMLElement} box */
export function placeBeside(box, { left, top, bottom }) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = bottom + height + EDGE <= innerHeight || top < height + EDGE;
  box.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  box.style.top = `${Math.max(EDGE, below ? Math.min(bottom + 4, innerHeight - height - EDGE) : top - height - 4)}px`;
}

/**
 * @param {Element} beside what it stands behind in the page
 * @param {DOMRect | {left: number, top: number, bottom: number}} place
 * @param {{text?: string, icon?: string, key?: string, danger?: boolean, act?: () => void, heading?: string}[]} entries
 * @param {() => void} onClose where the focus goes when nothing was chosen
 */
export function openMenu(beside, place, label, entries, onClose) {
  const closing = new AbortController();
  const close = (choose) => {
    closing.abort();
    box.remove();
    (choose ?? onClose)();
  };
  const box = el("div", { class: "editor-menu", role: "menu", "aria-label": label }, ...entries.map((entry) => entry.heading
    ? el("p", { class: "editor-menu__heading", role: "presentation" }, entry.heading)
    : el("button", { class: entry.danger ? "editor-menu__danger" : null, type: "button", role: "menuitem", click: () => close(entry.act) },
      icon(entry.icon), el("span", {}, entry.text), entry.key ? el("kbd", {}, entry.key) : null)));
  beside.after(box);
  placeBeside(box, place);
  box.querySelector("button")?.focus();
  box.addEventListener("keydown", (pressed) => walk(box, pressed, close));
  document.addEventListener("pointerdown", (pressed) => { if (!box.contains(pressed.target)) close(); }, { signal: closing.signal, capture: true });
}

function walk(box, pressed, close) {
  if (pressed.isComposing) return;
  const stops = [...box.querySelectorAll("button")];
  const here = stops.indexOf(document.activeElement);
  const goal = { ArrowDown: here + 1, ArrowUp: here - 1 + stops.length, Home: 0, End: stops.length - 1 }[pressed.key];
  if (goal !== undefined) stops[goal % stops.length].focus();
  else if (pressed.key === "Escape" || pressed.key === "Tab") close();
  else return;
  pressed.preventDefault();
  pressed.stopPropagation();
}
