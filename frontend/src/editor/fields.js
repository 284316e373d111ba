// The form beside the text (title, digest, sources …) as data that is saved together with it.
const LEFT_OUT = new Set(["csrf_token", "_key", "version"]);

/** @param {HTMLFormElement | null} form @returns {Record<string, string | string[]>} */
export function readFields(form) {
  if (!form) return {};
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (LEFT_OUT.has(name) || typeof value !== "string") continue;
    found[name] = name in found ? [found[name], value].flat() : value;
  }
  return found;
}

/**
 * The same as far as both tell: the server may trim what was typed, and know fields of its own.
 * @param {Record<string, any>} [one] @param {Record<string, any>} [other]
 */
export function sameFields(one = {}, other = {}) {
  const plain = (value) => [value ?? ""].flat().map((part) => String(part).trim().replace(/\s+/g, " ")).join("\n");
  return Object.keys(one).filter((name) => name in other).every((name) => plain(one[name]) === plain(other[name]));
}

/** @param {HTMLFormElement | null} form @param {Record<string, string | string[]>} values */
export function writeFields(form, values) {
  for (const field of form?.elements ?? []) {
    if (!(field.name in values) || LEFT_OUT.has(field.name)) continue;
    const value = values[field.name];
    if (/radio|checkbox/.test(field.type)) field.checked = [value].flat().includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = [value].flat().includes(option.value);
    else field.value = value;
  }
}

/** @param {HTMLFormElement | null} form @returns {() => boolean} whether a character is being composed in it */
export function composingIn(form) {
  let composing = false;
  form?.addEventListener("compositionstart", () => { composing = true; });
  form?.addEventListener("compositionend", () => { composing = false; });
  return () => composing;
}

/**
 * Fields that several people fill in: each is saved by itself, from what was seen in it, so that
 * whoever writes elsewhere is never in the way.
 */
export class FieldBook {
  #form;
  #seen; // what the server is known to hold
  #waiting = {}; // what it told of the field in which somebody is

  /** @param {HTMLFormElement | null} form */
  constructor(form) {
    this.#form = form;
    this.#seen = readFields(form);
    form?.addEventListener("focusout", (event) => { if (event.target.name in this.#waiting) setTimeout(() => this.takeIn(this.#waiting)); });
  }

  /** What was changed here, and what it was changed from. */
  changes() {
    const now = readFields(this.#form);
    const names = Object.keys(now).filter((name) => !sameFields({ [name]: now[name] }, { [name]: this.#seen[name] }));
    const pick = (values) => Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));
    return { fields: pick(now), before: pick(this.#seen) };
  }

  /** The server holds these now. */
  landed(fields) {
    Object.assign(this.#seen, fields);
    for (const name of Object.keys(fields)) delete this.#waiting[name];
  }

  /** Fields that nobody touched here follow the others'; what is being typed stays, and the field in which somebody is. */
  takeIn(theirs) {
    const touched = this.changes().fields;
    const fresh = Object.entries(theirs).filter(([name, value]) => name in this.#seen && !(name in touched) && value !== this.#seen[name]);
    const here = this.#form?.contains(document.activeElement) ? document.activeElement.name : undefined;
    this.#waiting = Object.fromEntries(fresh.filter(([name]) => name === here));
    this.replace(Object.fromEntries(fresh.filter(([name]) => name !== here)));
  }

  /** The names in which both sides changed something. */
  contested(theirs) {
    const { fields, before } = this.changes();
    return Object.keys(fields).filter((name) => name in theirs && !sameFields({ [name]: before[name] }, { [name]: theirs[name] }));
  }

  replace(fields) {
    writeFields(this.#form, fields);
    this.landed(fields);
  }

  /** What an earlier page could not save. @returns {boolean} whether there is anything of it to save */
  bringBack({ fields, before }) {
    writeFields(this.#form, fields);
    this.landed(before);
    return Object.keys(this.changes().fields).length > 0;
  }
}
