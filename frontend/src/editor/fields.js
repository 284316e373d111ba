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
