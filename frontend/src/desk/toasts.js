// What has just happened, at the edge of the page: shown, read out, gone after a while.
import { el, icon, on } from "../elements.js";
import { text } from "../texts.js";

const DRAWINGS = { ok: "circle-check", info: "info-circle", warn: "alert-triangle", danger: "alert-circle" };

/**
 * @param {string} sentence
 * @param {{tone?: "ok" | "info" | "warn" | "danger", url?: string, undo?: () => void, seconds?: number}} [how]
 */
export function toast(sentence, { tone = "info", url, undo, seconds = undo ? 8 : 6 } = {}) {
  const words = url ? el("a", { href: url }, sentence) : sentence;
  const made = el("div", { class: `toast toast--${tone}`, role: tone === "danger" ? "alert" : "status" },
    icon(DRAWINGS[tone]), el("p", {}, words),
    undo ? el("button", { class: "button button--quiet", type: "button", click: () => { made.remove(); undo(); } }, text("undo")) : null,
    el("button", { class: "button button--quiet button--icon toast__close", type: "button", "aria-label": text("close"), "data-dismiss": true }, icon("x")));
  document.querySelector("[data-toasts]")?.append(made);
  if (tone === "ok" || tone === "info") fadeAfter(made, seconds);
  return made;
}

/** Removes a toast after its time, but never from under the pointer or the focus. */
function fadeAfter(made, seconds) {
  setTimeout(() => {
    if (made.matches(":hover, :focus-within")) fadeAfter(made, 2);
    else made.remove();
  }, seconds * 1000);
}

on("click", "[data-dismiss]", (button) => button.closest(".toast, .notice")?.remove());
for (const flash of document.querySelectorAll("[data-fades]")) fadeAfter(flash, Number(flash.getAttribute("data-fades")));
