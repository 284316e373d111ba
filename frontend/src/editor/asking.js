// Small questions of the editor: an address for a link, which picture, what its caption says.
import { openDialog } from "../desk/dialogs.js";
import { el, icon } from "../elements.js";
import { csrfHeader } from "../token.js";

/** Opens a dialog and answers what it was closed with; null when it was cancelled. */
function ask(title, words, fill) {
  return new Promise((resolve) => {
    let answer = null;
    const done = (value) => { answer = value; dialog.close(); };
    const dialog = /** @type {HTMLDialogElement} */ (el("dialog", { class: "dialog", "aria-label": title },
      el("div", { class: "dialog__top" }, el("h2", {}, title),
        el("button", { class: "button button--quiet button--icon", type: "button", "aria-label": words.cancel, click: () => done(null) }, icon("x"))),
      el("div", { class: "dialog__body" }, fill(done))));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    document.body.append(dialog);
    openDialog(dialog);
  });
}

const inputField = (id, label, value, help = null) => el("div", { class: "field" },
  el("label", { class: "field__label", for: id }, label),
  el("input", { class: "input", id, value, "aria-describedby": help && `${id}-help` }),
  help && el("p", { class: "field__help", id: `${id}-help` }, help));

/** @returns {Promise<{href: string | null} | null>} href null: take the link away */
export function askLink(words, now, isSafe) {
  return ask(words.link, words, (done) => {
    const field = inputField("editor-link", words.link_address, now ?? "https://");
    const form = el("form", { class: "form", novalidate: true }, field,
      el("div", { class: "form__actions" },
        el("button", { class: "button button--primary" }, words.ok),
        now ? el("button", { class: "button button--quiet", type: "button", click: () => done({ href: null }) }, words.link_remove) : null));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const href = field.querySelector("input").value.trim();
      if (isSafe(href)) done({ href });
      else showError(field, words.link_wrong);
    });
    return form;
  });
}

function showError(field, sentence) {
  const input = field.querySelector("input");
  field.querySelector(".field__error")?.remove();
  field.append(el("p", { class: "field__error", id: `${input.id}-error`, role: "alert" }, sentence));
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", `${input.id}-error`);
  input.focus();
}

/** @returns {Promise<Record<string, string> | null>} the picture or film chosen */
export function askPicture(words, url, kind) {
  return ask(kind === "video" ? words.films : words.pictures, words, (done) => {
    const place = el("div", { class: "picture-choice", "aria-live": "polite" });
    showPictures(place, words, url, done);
    return place;
  });
}

async function showPictures(place, words, url, done) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const pictures = (await answer.json()).items ?? [];
    place.replaceChildren(...pictures.map((picture) => el("button", { type: "button", click: () => done(picture) },
      el("img", { src: picture.thumb ?? picture.src, alt: "" }), el("span", {}, picture.caption || picture.alt || "—"))));
    if (!pictures.length) place.replaceChildren(el("p", {}, words.pictures_none));
  } catch {
    place.replaceChildren(el("p", { role: "alert" }, words.pictures_failed));
  }
}

/** @returns {Promise<Record<string, string> | null>} the words under and behind a file, by their names */
export function askCaption(words, attrs, names) {
  return ask(words.picture_edit, words, (done) => {
    const fields = names.map((name) => inputField(`editor-${name}`, words[LABELS[name] ?? name], attrs[name]));
    const form = el("form", { class: "form" }, ...fields, el("div", { class: "form__actions" },
      el("button", { class: "button button--primary" }, words.ok)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done(Object.fromEntries(names.map((name, index) => [name, fields[index].querySelector("input").value.trim()])));
    });
    return form;
  });
}

const LABELS = { words: "code_words" };

/** @returns {Promise<Record<string, string> | null>} the code as the server has drawn it */
export function askCode(words, url) {
  return ask(words.qr_code, words, (done) => {
    const address = inputField("editor-address", words.code_address, "https://", words.code_help);
    const said = inputField("editor-words", words.code_words, "");
    const form = el("form", { class: "form", novalidate: true }, address, said, el("div", { class: "form__actions" },
      el("button", { class: "button button--primary" }, words.ok)));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const [to, under] = [address, said].map((field) => field.querySelector("input").value.trim());
      const { made, refusal } = await drawCode(url, { address: to, words: under });
      if (made) done(made);
      else showError(address, refusal ?? words.code_failed);
    });
    return form;
  });
}

/** The server draws it; what it refuses it refuses in words. */
async function drawCode(url, asked) {
  try {
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(asked), headers: { "Content-Type": "application/json", Accept: "application/json", ...csrfHeader() } });
    const told = await answer.json();
    return answer.ok ? { made: told } : { refusal: Object.values(told.fields ?? {}).flat().join(" ") || told.detail };
  } catch {
    return {};
  }
}
