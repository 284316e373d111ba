// The list of what was sent from this phone: each lead with its files, each file with how far it is and
// what can be done about it.
import { el } from "../elements.js";
import { fileSize } from "../sizes.js";
import { text } from "../texts.js";

/**
 * @param {import("../sending/store.js").Lead[]} leads
 * @param {import("../sending/store.js").Shot[]} files
 * @param {{away: boolean, closed: boolean}} net
 * @param {Record<string, (id: string) => void>} acts
 */
export function rows(leads, files, net, acts) {
  return [...leads].reverse().map((lead) => leadRow(lead, files.filter((file) => file.lead === lead.id), net, acts));
}

/** A lead that nobody signed is asked about before it goes in anybody's name. @param {import("../sending/store.js").Lead[]} leads */
export function offers(leads, acts) {
  return leads.map((lead) => el("li", { "data-lead": lead.id, "data-state": "offered" },
    el("div", { class: "queue__words" }, el("strong", {}, opening(lead)), state("offered", text("whose"))),
    act("mine", acts.adopt, lead.id, opening(lead)),
    act("remove", acts.removeLead, lead.id, opening(lead))));
}

const opening = (lead) => lead.fields.text.slice(0, 40);

function leadRow(lead, files, net, acts) {
  const unsent = lead.state === "waiting";
  const words = unsent ? waitingFor(net, "words_waiting") : text(lead.state);
  const busy = unsent || files.some((file) => file.state !== "done");
  return el("li", { "data-lead": lead.id, "data-state": lead.state },
    el("div", { class: "queue__words" }, el("strong", {}, opening(lead)), state(lead.state, words)),
    lead.said ? el("p", { class: "queue__said" }, lead.said) : null,
    ...files.map((file) => fileRow(file, net, acts)),
    lead.state === "failed" ? act("edit", acts.edit, lead.id) : null,
    !busy || lead.state === "failed" ? act("remove", acts.removeLead, lead.id) : null);
}

function fileRow(file, net, acts) {
  const share = file.size ? Math.min(1, file.offset / file.size) : 0;
  const waiting = file.url ? text(share === 1 ? "checking" : "sending", { percent: `${Math.floor(share * 100)}%` }) : text("waiting");
  const words = file.state === "waiting" ? waitingFor(net, null) ?? waiting : text(file.state);
  const next = { waiting: ["pause", acts.pause], paused: ["resume", acts.resume], failed: ["retry", acts.resume] }[file.state];
  return el("div", { class: "queue__file", "data-file": file.id, "data-state": file.state },
    el("span", {}, `${file.name} · ${fileSize(file.size)}`), state(file.state, words),
    next ? act(next[0], next[1], file.id, file.name) : el("span", {}),
    file.state === "done" ? null : el("progress", { max: "1", value: String(share), "aria-label": file.name }),
    file.said ? el("p", { class: "queue__said" }, file.said) : null,
    file.state === "failed" || file.state === "paused" ? act("remove", acts.removeFile, file.id, file.name) : null);
}

const state = (name, words) => el("span", { class: "queue__state number", "data-state": name }, words);

/** @returns {any} the words for a net that is not there, else what `otherwise` says */
function waitingFor(net, otherwise) {
  if (net.closed) return text("signed_out");
  if (net.away) return text("offline");
  return otherwise && text(otherwise);
}

function act(name, does, id, about = "") {
  const label = about ? `${text(name)} ${about}` : null;
  return el("button", { class: "button button--quiet", type: "button", "aria-label": label, click: () => does(id) }, text(name));
}
