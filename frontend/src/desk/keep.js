// What was typed is never lost: form[data-keep] leaves a copy on this device until the server has
// accepted it. Copies belong to the person signed in and are wiped when they sign out (leaving.js).
// A field with data-keep-never, as a source's contact, leaves none.
import { el } from "../elements.js";
import { KEPT } from "../leaving.js";
import { remember, remembered } from "../memory.js";
import { named } from "../person.js";
import { text } from "../texts.js";
import { toast } from "./toasts.js";

const PENDING = "keep-pending";
const NEVER = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);

const keyOf = (form) => `${KEPT}${named ?? ""}:${form.dataset.keep}`;
const mayBeKept = (field) => field.name && !NEVER.has(field.type) && field.type !== "fieldset" && !("keepNever" in field.dataset);
const fieldsOf = (form) => [...form.elements].filter(mayBeKept);
const versionOf = (form) => form.querySelector("input[name='version']")?.value ?? "";
const forms = () => [...document.querySelectorAll("form[data-keep]")];

/** @returns {[string, string | boolean][]} in the order of the form, so that equal names stay apart */
function contents(form) {
  return fieldsOf(form).map((field) => [field.name, "checked" in field && /radio|checkbox/.test(field.type) ? field.checked : valueOf(field)]);
}

const valueOf = (field) => field.multiple ? [...field.selectedOptions].map((option) => option.value).join("\n") : field.value;

function put(field, value) {
  if (/radio|checkbox/.test(field.type)) field.checked = value;
  else if (field.multiple) for (const option of field.options) option.selected = value.split("\n").includes(option.value);
  else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Matches by name and place among equal names; fields that are gone are left out. */
function restore(form, kept) {
  const rest = [...kept];
  for (const field of fieldsOf(form)) {
    const at = rest.findIndex(([name]) => name === field.name);
    if (at >= 0) put(field, rest.splice(at, 1)[0][1]);
  }
}

function read(form) {
  try {
    return JSON.parse(remembered(keyOf(form)) ?? "null");
  } catch {
    return null;
  }
}

function keep(form) {
  remember(keyOf(form), JSON.stringify({ version: versionOf(form), fields: contents(form) }));
}

/** Text kept from an older version of the record is offered, not put over what is newer. */
function bringBack(form) {
  const kept = read(form);
  if (!kept || refused(form) || same(kept.fields, contents(form))) return;
  const blank = contents(form);
  if (kept.version !== versionOf(form)) {
    offer(text("kept_older"), text("kept_restore"), () => restore(form, kept.fields));
    return;
  }
  restore(form, kept.fields);
  offer(text("kept"), text("kept_discard"), () => { restore(form, blank); remember(keyOf(form), null); });
}

function offer(sentence, label, act) {
  const shown = toast(sentence, { tone: "warn" });
  const button = el("button", { class: "button button--quiet", type: "button", click: () => { act(); shown.remove(); } }, label);
  shown.querySelector("[data-dismiss]")?.before(button);
}

const refused = (form) => form.querySelector(".field--error, [role='alert']") !== null;

/**
 * Did the page just loaded answer the submission of a kept form, and well? It does when it was
 * reached from that form's page by plain navigation and is not an error.
 */
function settle() {
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
  sessionStorage.removeItem(PENDING);
  const [arrival] = performance.getEntriesByType("navigation");
  if (!pending || arrival?.type !== "navigate" || document.referrer !== pending.from) return;
  if ((arrival.responseStatus ?? 200) >= 400 || forms().some((form) => keyOf(form) === pending.key && refused(form))) return;
  remember(pending.key, null);
}

const timers = new WeakMap();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches?.("[data-keep]") || event.target.type === "hidden") return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), 300));
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-keep]")) return;
  clearTimeout(timers.get(form));
  keep(form);
  sessionStorage.setItem(PENDING, JSON.stringify({ key: keyOf(form), from: location.href.split("#")[0] }));
});
document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (sourceElement?.matches?.("form[data-keep]") && response.status < 400) {
    remember(keyOf(sourceElement), null);
    sessionStorage.removeItem(PENDING);
  }
});

settle();
forms().forEach(bringBack);
