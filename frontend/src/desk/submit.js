// Forms are sent once: each carries a key by which the server knows a repetition, and its button
// rests while the answer is under way.
import { on } from "../elements.js";
import { freshId } from "../ids.js";
import { text } from "../texts.js";

function giveKeys(root = document) {
  for (const field of root.querySelectorAll("input[data-form-key]")) field.value ||= freshId();
}

function rest(form, button) {
  form.dataset.sending = "";
  if (!button) return;
  const words = button.querySelector("span") ?? button;
  button.dataset.words = words.textContent;
  button.dataset.working = "";
  button.setAttribute("aria-disabled", "true");
  words.textContent = button.dataset.busy ?? text("working");
}

function wake(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[data-working]")) {
    (button.querySelector("span") ?? button).textContent = button.dataset.words;
    delete button.dataset.working;
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method !== "post") return;
  if ("sending" in form.dataset) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  giveKeys(form);
  // after this turn, so that the button's own name and value are still sent
  setTimeout(() => { if (!event.defaultPrevented) rest(form, event.submitter); });
});

/** A key belongs to one content: what is typed after a submission is another request. */
document.addEventListener("input", (event) => {
  const key = event.target.form?.querySelector("input[data-form-key]");
  if (key?.dataset.used) { key.value = freshId(); delete key.dataset.used; }
});
document.addEventListener("submit", (event) => {
  const key = event.target.querySelector("input[data-form-key]");
  if (key) key.dataset.used = "yes";
});
window.addEventListener("pageshow", (shown) => {
  if (shown.persisted) document.querySelectorAll("form[data-sending]").forEach(wake);
});
document.addEventListener("htmx:after:swap", () => giveKeys());
on("change", "[data-submits]", (field) => field.form?.requestSubmit());

giveKeys();

// a refused form begins with what must be mended; a page shown for its own sake does not jump
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.responseStatus !== 200) document.querySelector("[data-focus-first]")?.focus();
