// The form for tips: files go up in pieces while somebody writes, and go on where a bad network stopped
// them. Nothing of it is kept on the device. Without this script the form sends the files itself.
import { startElder } from "./reader/elder.js";

const PAUSES = [1000, 3000, 8000, 15000, 30000];
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Words of ours, or what was refused: not to be tried again. */
class Told extends Error {}

async function asked(url, method, headers, body) {
  const response = await fetch(url, { method, headers, body, credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
  if (response.ok || response.status === 409) return response;
  if (response.status >= 500 && response.status !== 507) throw new Error(String(response.status));
  throw new Told(await response.text());
}

/** Does it, and again after a pause, as long as it is the network that fails. */
async function insist(act) {
  for (const wait of PAUSES) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof Told) throw error;
      await pause(wait);
    }
  }
  return act();
}

/** Sends a file in pieces; answers its ticket. `tell` hears how far it is, from 0 to 1. */
async function send(url, file, tell) {
  const begun = await insist(() => asked(url, "POST", { "Upload-Length": String(file.size), "Content-Type": "text/plain" }, file.name));
  const { ticket, piece } = await begun.json();
  let at = 0;
  while (at < file.size) {
    const response = await insist(() => asked(url, "PATCH", {
      "Upload-Ticket": ticket,
      "Upload-Offset": String(at),
      "Content-Type": "application/offset+octet-stream",
    }, file.slice(at, at + piece)));
    at = Number(response.headers.get("Upload-Offset"));
    tell(at / file.size);
  }
  return ticket;
}

function line(list, file, field, remove) {
  const [item, name, bar, button] = ["li", "span", "progress", "button"].map((tag) => document.createElement(tag));
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = field.dataset.saysRemove;
  button.addEventListener("click", () => { item.remove(); remove(); });
  item.append(name, bar, button);
  list.append(item);
  return { item, bar };
}

function enhance(form) {
  const field = form.querySelector("[data-tip-files]");
  const list = form.querySelector("[data-tip-list]");
  const url = form.dataset.files;
  const running = new Set();
  let queue = Promise.resolve();
  let waits = false;

  const settle = (file) => {
    running.delete(file);
    if (waits && running.size === 0) form.requestSubmit();
  };

  function start(file) {
    running.add(file);
    let gone = false;
    const { item, bar } = line(list, file, field, () => { gone = true; settle(file); });
    queue = queue.then(async () => {
      if (gone) return;
      try {
        const ticket = await send(url, file, (share) => { bar.value = share; });
        const hidden = document.createElement("input");
        Object.assign(hidden, { type: "hidden", name: "ticket", value: ticket });
        item.append(hidden);
      } catch (error) {
        const again = document.createElement("button");
        again.type = "button";
        again.className = "button button--quiet";
        again.textContent = error instanceof Told ? error.message : field.dataset.saysFailed;
        again.addEventListener("click", () => { item.remove(); start(file); });
        bar.replaceWith(again);
        waits = false;
      }
      settle(file);
    });
  }

  field.addEventListener("change", () => {
    for (const file of field.files) {
      if (file.size > Number(field.dataset.most)) line(list, { name: `${file.name} — ${field.dataset.saysLarge}` }, field, () => {}).bar.remove();
      else start(file);
    }
    field.value = "";
  });

  form.addEventListener("submit", (event) => {
    if (running.size === 0) return;
    event.preventDefault();
    waits = true;
    const told = form.querySelector("[data-tip-waits]") ?? document.createElement("p");
    told.dataset.tipWaits = "";
    told.setAttribute("role", "status");
    told.textContent = field.dataset.saysWait;
    form.append(told);
  });
}

startElder();
for (const form of document.querySelectorAll("form[data-tip]")) enhance(form);
