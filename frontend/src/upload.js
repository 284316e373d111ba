// <upload-tray>: several files at once, each with its own progress and its own words when it fails.
import { el, icon } from "./elements.js";
import { fileSize } from "./sizes.js";
import { text } from "./texts.js";
import { csrfHeader } from "./token.js";

const AT_ONCE = 2;

class UploadTray extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.waiting = [];
    this.flying = 0;
    this.list = el("ul", { class: "tray__files", "aria-live": "polite" });
    this.append(this.#dropPlace(), this.list);
    this.#replace(this.querySelector("[data-fallback]"));
  }

  /**
   * The plain form gives way. What somebody chose there before this script had arrived is not lost
   * with it, nor what they choose in a file dialog that is still open.
   */
  #replace(plain) {
    plain?.setAttribute("hidden", "");
    for (const input of plain?.querySelectorAll("input[type=file]") ?? []) {
      this.#takeFrom(input);
      input.addEventListener("change", () => this.#takeFrom(input));
    }
  }

  #takeFrom(input) {
    this.#take(input.files);
    input.value = "";
  }

  #dropPlace() {
    const input = el("input", { type: "file", multiple: true, accept: this.dataset.accept ?? null, change: () => this.#takeFrom(input) });
    const place = el("label", { class: "tray__drop" }, icon("cloud-upload"), el("span", {}, this.dataset.label), input);
    for (const name of ["dragenter", "dragover"]) place.addEventListener(name, (event) => { event.preventDefault(); place.dataset.over = ""; });
    for (const name of ["dragleave", "drop"]) place.addEventListener(name, () => { delete place.dataset.over; });
    place.addEventListener("drop", (event) => { event.preventDefault(); this.#take(event.dataTransfer.files); });
    return place;
  }

  /**
   * One file from elsewhere on the page, shown in the list like all others.
   * @param {File} file
   * @returns {Promise<any>} the server's answer; null when it was refused
   */
  send(file) {
    return new Promise((settled) => { this.#take([file], settled); });
  }

  #take(files, settled = () => {}) {
    for (const file of files) {
      const job = { ...makeRow(file, () => this.#again(job)), settled };
      this.list.append(job.row);
      if (this.#tooBig(file)) { job.fail(text("upload_too_big"), false); settled(null); }
      else this.waiting.push(job);
    }
    this.#next();
  }

  #tooBig(file) {
    return Boolean(this.dataset.mostBytes) && file.size > Number(this.dataset.mostBytes);
  }

  #again(job) {
    job.show("waiting");
    this.waiting.push(job);
    this.#next();
  }

  #next() {
    while (this.flying < AT_ONCE && this.waiting.length) this.#send(this.waiting.shift());
  }

  async #send(job) {
    this.flying += 1;
    job.show("sending");
    const { refusal, answer } = await post(this.dataset.uploadUrl, this.#body(job.file), job.progress);
    this.flying -= 1;
    if (refusal) job.fail(refusal, true);
    else job.show("done");
    this.dispatchEvent(new CustomEvent("upload:done", { bubbles: true, detail: { name: job.file.name, stored: !refusal } }));
    job.settled(refusal ? null : answer);
    this.#next();
  }

  #body(file) {
    const body = new FormData();
    for (const [name, value] of Object.entries(JSON.parse(this.dataset.fields ?? "{}"))) body.append(name, value);
    body.append(this.dataset.name, file);
    return body;
  }
}

/** One line of the list, and the ways to change it. */
function makeRow(file, retry) {
  const bar = /** @type {HTMLProgressElement} */ (el("progress", { max: "100", value: "0", "aria-label": file.name }));
  const state = el("span", { class: "tray__state" }, text("upload_waiting"));
  const row = el("li", { class: "tray__file" },
    el("span", {}, file.name), el("span", { class: "tray__size number" }, fileSize(file.size)), state, bar);
  const show = (name) => {
    row.dataset.state = name;
    row.querySelectorAll(".tray__said, .tray__retry").forEach((old) => old.remove());
    state.textContent = text(`upload_${name}`);
  };
  const fail = (sentence, again) => {
    show("failed");
    row.append(el("p", { class: "tray__said" }, sentence));
    if (again) row.append(el("button", { class: "button tray__retry", type: "button", click: retry }, icon("refresh"), text("upload_retry")));
  };
  const progress = (share) => {
    bar.value = share * 100;
    state.textContent = `${text("upload_sending")} ${Math.floor(share * 100)}%`;
  };
  return { file, row, show, fail, progress };
}

/**
 * XMLHttpRequest, because fetch does not tell how much has been sent.
 * @returns {Promise<{refusal: string | null, answer?: any}>} why it was refused, in words, or what the server answered
 */
function post(url, body, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    for (const [name, value] of Object.entries(csrfHeader())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) onProgress(event.loaded / event.total); });
    request.addEventListener("load", () => resolve({ refusal: refusalOf(request), answer: answerOf(request) }));
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => resolve({ refusal: text("no_network") }));
    request.send(body);
  });
}

function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

function refusalOf(request) {
  if (request.status === 401 || request.responseURL.includes("/login")) return text("upload_signed_out");
  if (request.status < 300) return null;
  return ownWords(request.responseText) ?? { 413: text("upload_too_big"), 415: text("upload_wrong_type") }[request.status] ?? text("request_failed");
}

/** The server's own sentence; for a refused field, the field's. */
function ownWords(answer) {
  try {
    const told = JSON.parse(answer);
    const fields = Object.values(told.fields ?? told.errors ?? {}).flat().filter((said) => typeof said === "string");
    return fields.join(" ") || told.detail || told.title || null;
  } catch {
    return null;
  }
}

customElements.define("upload-tray", UploadTray);
