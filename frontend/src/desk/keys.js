// Hot keys: [data-key] presses its button, j and k walk lists, n and p walk hits, / searches. They rest while somebody
// types or composes, and can be switched off on a device.
import { remember, remembered } from "../memory.js";

const HITS = "[data-hit]";
const WALK = "[data-walk-item], [data-walk] .card__title a, .table tbody th a";

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable='true']") !== null;
const visible = (element) => element.getClientRects().length > 0;
const off = () => remembered("keys") === "off";

/** The place where keys act: the dialog on top, else the page. */
const scope = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;

function press(key) {
  const found = [...scope().querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => visible(one) && !one.disabled);
  if (!found) return false;
  found.click();
  return true;
}

function walk(step, selector = WALK) {
  const stops = [...scope().querySelectorAll(selector)].filter(visible);
  const here = stops.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? stops[0] : stops.at(-1)) : stops[here + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

function tick() {
  const box = document.activeElement?.closest("li, tr, .card")?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

const search = () => { document.querySelector("[data-key-focus='/']")?.focus(); return true; };
const sheet = () => { document.querySelector("dialog#keys:not([open])")?.showModal(); return true; };
const report = () => { location.assign("/leads/new"); return true; };

const EVERYWHERE = { j: () => walk(1), k: () => walk(-1), n: () => walk(1, HITS), p: () => walk(-1, HITS), x: tick, "/": search, "?": sheet, c: report };

document.addEventListener("keydown", (pressed) => {
  if (pressed.isComposing || pressed.keyCode === 229 || pressed.altKey) return;
  if (pressed.ctrlKey || pressed.metaKey) {
    // the editor claims every Enter as handled, also those it does nothing with
    if (pressed.key === "Enter" && !pressed.repeat && press("mod+enter")) pressed.preventDefault();
    return;
  }
  if (pressed.defaultPrevented || off() || typing(pressed.target)) return;
  const inDialog = scope() !== document;
  if (press(pressed.key) || (!inDialog && document.body.matches(".desk") && EVERYWHERE[pressed.key]?.())) pressed.preventDefault();
});

for (const box of document.querySelectorAll("[data-keys-off]")) {
  box.checked = off();
  box.addEventListener("change", () => remember("keys", box.checked ? "off" : null));
}
