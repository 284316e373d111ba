// Labelled buttons over the text, pressed or not as the selection says.
import { el, icon } from "../elements.js";
import { TOOLS } from "./commands.js";

/**
 * @param {Record<string, string>} words
 * @param {(command: any, place?: DOMRect) => void} run
 */
export function makeToolbar(words, run) {
  const buttons = TOOLS.map((tool) => tool && makeButton(tool, words, run));
  const state = el("span", { class: "editor__state" });
  const bar = el("div", { class: "editor__bar", role: "toolbar", "aria-label": words.toolbar },
    ...buttons.map((button) => button ?? el("span", { class: "editor__gap", "aria-hidden": "true" })), state);
  walkByArrows(bar);
  return { bar, state, update: (editorState) => update(buttons, editorState) };
}

function makeButton([name, drawing, command, isOn], words, run) {
  return el("button", {
    class: "button button--quiet", type: "button", tabindex: name === TOOLS[0][0] ? "0" : "-1",
    "aria-pressed": isOn ? "false" : null,
    mousedown: (event) => event.preventDefault(), // the selection stays where it is
    click: (pressed) => run(command, pressed.currentTarget.getBoundingClientRect()),
  }, icon(drawing), el("span", {}, words[name]));
}

/** Writes only what has changed: this runs while somebody types. */
function update(buttons, editorState) {
  TOOLS.forEach((tool, index) => {
    if (!tool) return;
    const [, , command, isOn] = tool;
    const button = buttons[index];
    const pressed = isOn ? String(isOn(editorState)) : null;
    if (pressed !== button.getAttribute("aria-pressed")) button.setAttribute("aria-pressed", pressed);
    const disabled = typeof command === "function" && !command(editorState);
    if (disabled !== button.disabled) button.disabled = disabled;
  });
  const able = buttons.filter((button) => button && !button.disabled);
  if (!able.some((button) => button.tabIndex === 0)) stopAt(buttons.filter(Boolean), able[0]);
}

const stopAt = (buttons, stop) => buttons.forEach((button) => { button.tabIndex = button === stop ? 0 : -1; });

/** One stop for Tab, arrows within: the way toolbars work. */
function walkByArrows(bar) {
  bar.addEventListener("keydown", (pressed) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[pressed.key];
    if (!step) return;
    const stops = [...bar.querySelectorAll("button:not(:disabled)")];
    const next = stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length];
    stopAt([...bar.querySelectorAll("button")], next);
    next.focus();
    pressed.preventDefault();
  });
}
