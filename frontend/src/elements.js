// Making elements without markup strings, so that nothing typed can ever become markup.

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] a value of null or false leaves the attribute out;
 *   functions become listeners ("click", "input" …)
 * @param {(Node | string | null)[]} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A drawing from the sprite that the page already uses. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon icon--md");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${spriteAddress()}#${name}`);
  svg.append(use);
  return svg;
}

function spriteAddress() {
  return document.querySelector("meta[name='sprite']")?.getAttribute("content") ?? "";
}

/** Runs `act` for each present and future click (or other event) on elements that match. */
export function on(event, selector, act) {
  document.addEventListener(event, (happened) => {
    const found = /** @type {Element} */ (happened.target)?.closest?.(selector);
    if (found) act(found, happened);
  });
}
