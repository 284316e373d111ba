// The words that scripts say: translated by the server, handed over in a data block of the page.

/** @type {Record<string, string> | undefined} */
let known;

/**
 * @param {string} key name of the sentence in templates/_layout/texts.html
 * @param {Record<string, string | number>} [values] for its {placeholders}
 * @returns {string}
 */
export function text(key, values = {}) {
  known ??= JSON.parse(document.getElementById("texts")?.textContent ?? "{}");
  return fill(known[key] ?? key, values);
}

/** @param {string} sentence @param {Record<string, string | number>} values */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
