// The phone in the field. A lead is put on the phone first and sent from there, so that neither a tunnel
// nor a switch to the camera loses a word. Without this script the same form goes the plain way.
import { el } from "./elements.js";
import "./leaving.js";
import { personHere, rememberPerson } from "./person.js";
import { offers, rows } from "./pocket/rows.js";
import { freshId } from "./ids.js";
import { Sender } from "./sending/sender.js";
import { adopt, bytesOf, change, draftFor, enqueue, filesOf, forgetDraft, keepDraft, leadsOf, NOBODY, removeFile, removeLead } from "./sending/store.js";
import { fileSize } from "./sizes.js";
import { text } from "./texts.js";

const MOST_BYTES = 512 * 1024 * 1024;
const FIELDS = ["text", "place", "urgency"];

/** Under whom the draft of this page is kept, whoever turns out to be signed in. */
const writer = personHere() ?? NOBODY;
let owner = writer;
const net = { away: !navigator.onLine, closed: false };
const sender = new Sender();
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-capture]"));

/** The lead that was refused and is being written anew in the form; it stays until it is sent. */
let rewritten;
let holding = false;

// ---- the list

const section = /** @type {HTMLElement | null} */ (document.querySelector("[data-queue]"));

async function show() {
  const word = document.querySelector("[data-net]");
  if (word) word.textContent = net.away ? word.dataset.offline : "";
  if (!section) return;
  const leads = (await leadsOf(owner)).filter((lead) => lead.id !== rewritten);
  const files = await filesOf(owner);
  const nobodys = owner === NOBODY ? [] : await leadsOf(NOBODY);
  section.hidden = leads.length + nobodys.length === 0;
  const focused = document.activeElement?.closest("[data-file], [data-lead]");
  section.querySelector("[data-queue-list]").replaceChildren(...offers(nobodys, acts), ...rows(leads, files, net, acts));
  const key = focused?.dataset.file ? `[data-file="${focused.dataset.file}"]` : `[data-lead="${focused?.dataset.lead}"]`;
  if (focused) section.querySelector(`${key} button`)?.focus();
}

const acts = {
  pause: (id) => altered("files", id, { state: "paused" }),
  resume: (id) => altered("files", id, { state: "waiting", said: undefined, tries: 0 }).then(() => sender.run()),
  removeFile: (id) => removeFile(id).then(show),
  removeLead: (id) => removeLead(id).then(show),
  adopt: (id) => adopt(id, owner).then(show).then(() => sender.run()),
  edit: putBack,
};

async function altered(kind, id, changes) {
  await change(kind, id, changes);
  await show();
}

/** A lead that the desk refused comes back into the form with its pictures. */
async function putBack(id) {
  const lead = (await leadsOf(owner)).find((each) => each.id === id);
  const pictures = lead && (await blobs((await filesOf(owner)).filter((file) => file.lead === id)));
  if (!lead || !form) { location.href = "/m/leads/new"; return; }
  // From the question to the filled form nothing is waited for: what is typed meanwhile would be lost.
  if (differs(lead.fields) && !window.confirm(text("edit_replaces"))) return;
  fill(lead.fields);
  choose(pictures);
  rewritten = id;
  await keepDraft(writer, lead.fields);
  await show();
  form.elements.text.focus();
}

/** Whether the form holds something that is not in `fields`. */
function differs(fields) {
  const now = typed();
  const changed = FIELDS.some((name) => now[name] !== (fields[name] ?? ""));
  return form.elements.files.files.length > 0 || (changed && Boolean(now.text || now.place));
}

/** What the phone kept of `files`, as a field for files takes it. */
async function blobs(files) {
  const carried = new DataTransfer();
  for (const { id, name } of files) {
    const blob = await bytesOf(id);
    if (blob) carried.items.add(new File([blob], name, { type: blob.type }));
  }
  return carried.files;
}

function choose(files) {
  form.elements.files.files = files;
  form.elements.files.dispatchEvent(new Event("change", { bubbles: true }));
}

sender.addEventListener("told", (event) => {
  const { kind, username } = event.detail;
  if (kind === "open") {
    Object.assign(net, { away: false, closed: false });
    if (owner !== username) { owner = username; rememberPerson(username); }
  }
  if (kind === "away") net.away = true;
  if (kind === "closed") net.closed = true;
  show();
});

// ---- the form

const typed = () => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));

/** A form that was emptied again leaves nothing to be asked about when its writer signs out. */
function keep() {
  const fields = typed();
  return fields.text || fields.place ? keepDraft(writer, fields) : forgetDraft(writer);
}

function fill(fields) {
  for (const name of FIELDS) form.elements[name].value = fields[name] ?? "";
}

function say(sentence) {
  const place = document.querySelector("[data-said]");
  if (place) place.textContent = sentence;
}

/** The draft with what was typed before it could be read: neither is lost. */
function joined(draft) {
  const now = typed();
  const said = [draft.text, now.text].filter(Boolean);
  return { ...draft, text: now.text.includes(draft.text) ? now.text : said.join("\n"), place: now.place || draft.place };
}

async function capture() {
  const draft = await draftFor(writer);
  form.addEventListener("input", keep); // at once: whoever types may turn the page in the next moment
  const begun = form.elements.text.value || form.elements.place.value;
  if (draft) fill(joined(draft));
  if (begun) await keep();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (holding) return; // a second tap, before the first has cleared the form
    holding = true;
    hold().catch(() => say(text("no_room"))).finally(() => { holding = false; });
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
  await enqueue(lead, files, rewritten);
  rewritten = undefined;
  await forgetDraft(writer);
  form.reset();
  form.elements.files.dispatchEvent(new Event("change", { bubbles: true }));
  say(files.length < chosen.length ? text("too_big", { most: fileSize(MOST_BYTES) }) : text("queued"));
  await show();
  navigator.storage?.persist?.();
  sender.run();
}

const shot = (lead, blob, place) => ({
  blob,
  file: {
    id: freshId(), lead: lead.id, owner, at: lead.at + place, name: blob.name, film: blob.type.startsWith("video/"),
    size: blob.size, offset: 0, state: "waiting",
  },
});

document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-preview]")?.querySelector("[data-preview-list]");
  if (list) list.replaceChildren(...[...event.target.files].map((file) => el("li", {}, `${file.name} · ${fileSize(file.size)}`)));
});

// ---- the phone

document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.parentElement.remove());

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
