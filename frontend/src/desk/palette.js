// The command palette: Ctrl K or ⌘K opens it, the server answers with what this person may open for
// the letters typed so far, arrows choose, Enter goes there. Without a choice Enter asks the search page.
import { text } from "../texts.js";
import { openDialog } from "./dialogs.js";

const PAUSE = 120; // between the last key and the question

const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("palette"));
const field = /** @type {HTMLInputElement | null} */ (dialog?.querySelector("[role=combobox]") ?? null);
const place = dialog?.querySelector("[data-palette-found]");

/** @type {AbortController | undefined} */
let asking;
let pause = 0;

const options = () => [...place.querySelectorAll("[role=option]")];
const chosen = () => place.querySelector("[aria-selected=true]");
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable='true']") !== null;

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

/** The next option up or down; past the last comes the first. */
function walk(step) {
  const all = options();
  if (all.length) choose(all.at((all.indexOf(chosen()) + step + all.length) % all.length));
}

async function ask() {
  asking?.abort();
  const mine = asking = new AbortController();
  const address = `${dialog.dataset.palette}?${new URLSearchParams({ q: field.value })}`;
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const markup = await answer.text();
    if (mine.signal.aborted) return;
    place.innerHTML = markup; // from our own server, which escapes what it found
  } catch {
    if (mine.signal.aborted) return;
    place.textContent = text("request_failed");
  }
  field.setAttribute("aria-expanded", String(options().length > 0));
  choose(options()[0]);
}

function askSoon() {
  clearTimeout(pause);
  choose(undefined); // what was offered for fewer letters is not what Enter means now
  pause = setTimeout(ask, PAUSE);
}

function open() {
  openDialog(dialog);
  field.focus();
  field.select();
  ask();
}

const MOVES = { ArrowDown: () => walk(1), ArrowUp: () => walk(-1) };

if (dialog && field && place) {
  document.addEventListener("keydown", (pressed) => {
    if (pressed.key.toLowerCase() !== "k" || !(pressed.ctrlKey || pressed.metaKey) || pressed.shiftKey || pressed.altKey) return;
    if (pressed.isComposing || pressed.defaultPrevented || typing(pressed.target) || document.querySelector("dialog[open]")) return;
    pressed.preventDefault();
    open();
  });
  for (const opener of document.querySelectorAll("[data-opens-palette]")) opener.addEventListener("click", open);
  field.addEventListener("input", (typed) => { if (!(/** @type {InputEvent} */ (typed).isComposing)) askSoon(); });
  field.addEventListener("compositionend", askSoon);
  field.addEventListener("keydown", (pressed) => {
    if (pressed.isComposing || pressed.keyCode === 229) return;
    if (MOVES[pressed.key]) { MOVES[pressed.key](); pressed.preventDefault(); }
    if (pressed.key !== "Enter") return;
    const option = /** @type {HTMLAnchorElement | null} */ (chosen());
    if (!option) return; // the form asks the search page
    pressed.preventDefault();
    option.click();
  });
  dialog.addEventListener("close", () => { clearTimeout(pause); asking?.abort(); });
}
