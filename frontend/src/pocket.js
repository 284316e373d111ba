// The phone in the field. A lead is put on the phone first and sent from there, so that neither a tunnel
// nor a switch to the camera loses a word. Without this script the same form goes the plain way.
import { el } from "./elements.js";
import { remember, remembered } from "./memory.js";
import { rows } from "./pocket/rows.js";
import { Sender } from "./pocket/sender.js";
import { change, DATABASE, draftOf, enqueue, filesOf, forgetDraft, isPending, keepDraft, leadsOf, remove, removeLead } from "./pocket/store.js";
import { fileSize } from "./sizes.js";
import { text } from "./texts.js";

const PERSON = "pocket-person";
const MOST_BYTES = 512 * 1024 * 1024;
const FIELDS = ["text", "place", "urgency"];

const named = document.querySelector("meta[name='actor']")?.getAttribute("content");
if (named) remember(PERSON, named);
const owner = named ?? remembered(PERSON) ?? "";
const net = { away: !navigator.onLine, closed: false };
const sender = new Sender();
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-capture]"));

/** crypto.randomUUID exists on secure origins only; a newsroom's own network may be plain http. */
const freshId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// ---- the list

const section = /** @type {HTMLElement | null} */ (document.querySelector("[data-queue]"));

async function show() {
  const word = document.querySelector("[data-net]");
  if (word) word.textContent = net.away ? word.dataset.offline : "";
  if (!section) return;
  const [leads, files] = [await leadsOf(owner), await filesOf(owner)];
  section.hidden = leads.length === 0;
  const focused = document.activeElement?.closest("[data-file], [data-lead]");
  section.querySelector("[data-queue-list]").replaceChildren(...rows(leads, files, net, acts));
  const key = focused?.dataset.file ? `[data-file="${focused.dataset.file}"]` : `[data-lead="${focused?.dataset.lead}"]`;
  if (focused) section.querySelector(`${key} button`)?.focus();
}

const acts = {
  pause: (id) => altered("files", id, { state: "paused" }),
  resume: (id) => altered("files", id, { state: "waiting", said: undefined, tries: 0 }).then(() => sender.run()),
  removeFile: (id) => remove("files", id).then(show),
  removeLead: (id) => removeLead(id).then(show),
  edit: putBack,
};

async function altered(kind, id, changes) {
  await change(kind, id, changes);
  await show();
}

/** A lead that the desk refused comes back into the form; its pictures must be chosen again. */
async function putBack(id) {
  const lead = (await leadsOf(owner)).find((each) => each.id === id);
  if (!lead || !form) { location.href = "/m/leads/new"; return; }
  fill(lead.fields);
  await removeLead(id);
  await show();
  form.elements.text.focus();
}

sender.addEventListener("told", (event) => {
  const { kind, username } = event.detail;
  if (kind === "open") {
    Object.assign(net, { away: false, closed: false });
    if (!owner) { remember(PERSON, username); location.reload(); }
  }
  if (kind === "away") net.away = true;
  if (kind === "closed") net.closed = true;
  show();
});

// ---- the form

const typed = () => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));

function fill(fields) {
  for (const name of FIELDS) form.elements[name].value = fields[name] ?? "";
}

function say(sentence) {
  const place = document.querySelector("[data-said]");
  if (place) place.textContent = sentence;
}

async function capture() {
  const draft = await draftOf(owner);
  if (draft && !form.elements.text.value) fill(draft);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keepDraft(owner, typed()), 300);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    hold().then(() => { clearTimeout(timer); }, () => { say(text("no_room")); });
  });
}

/** Put what was typed and chosen on the phone, then clear the form: from here on it is safe. */
async function hold() {
  const fields = typed();
  if (fields.text.trim().length < 5) { form.elements.text.focus(); form.elements.text.setAttribute("aria-invalid", "true"); say(text("too_short")); return; }
  form.elements.text.removeAttribute("aria-invalid");
  const lead = { id: freshId(), owner, at: Date.now(), fields, state: "waiting" };
  const chosen = [...form.elements.files.files];
  const files = chosen.filter((file) => file.size <= MOST_BYTES).map((file, place) => shot(lead, file, place));
  await enqueue(lead, files);
  await forgetDraft(owner);
  form.reset();
  form.elements.files.dispatchEvent(new Event("change", { bubbles: true }));
  say(files.length < chosen.length ? text("too_big", { most: fileSize(MOST_BYTES) }) : text("queued"));
  await show();
  navigator.storage?.persist?.();
  sender.run();
}

const shot = (lead, file, place) => ({
  id: freshId(), lead: lead.id, owner, at: lead.at + place, name: file.name, film: file.type.startsWith("video/"),
  size: file.size, blob: file, offset: 0, state: "waiting",
});

document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-preview]")?.querySelector("[data-preview-list]");
  if (list) list.replaceChildren(...[...event.target.files].map((file) => el("li", {}, `${file.name} · ${fileSize(file.size)}`)));
});

// ---- the phone

document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.parentElement.remove());

/** Signing out leaves nothing of this person on the phone, and says so before it does. */
document.addEventListener("submit", async (event) => {
  const leaving = event.target;
  if (!leaving.matches("[data-signs-out]") || leaving.dataset.wiped) return;
  event.preventDefault();
  if ((await isPending().catch(() => false)) && !window.confirm(text("sign_out_wipes"))) return;
  remember(PERSON, null);
  indexedDB.deleteDatabase(DATABASE);
  leaving.dataset.wiped = "yes";
  leaving.requestSubmit();
});

window.addEventListener("online", () => { net.away = false; sender.run(); });
window.addEventListener("offline", () => { net.away = true; show(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) sender.run(); });
navigator.serviceWorker?.register("/m/worker.js").catch(() => {});

async function start() {
  await leadsOf(owner); // a browser that forbids a store leaves the plain form in place
  if (form) await capture();
  await show();
  if ((await leadsOf(owner)).length || !owner) await sender.run();
}

start().catch(() => {});
