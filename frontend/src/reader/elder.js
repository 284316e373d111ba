// The older readers' edition: everything larger, on this device, until it is switched off.
import { remember, remembered } from "../memory.js";

const root = document.documentElement;

function show(large) {
  root.toggleAttribute("data-elder", large);
  for (const button of document.querySelectorAll("button[data-elder]")) button.setAttribute("aria-pressed", String(large));
}

export function startElder() {
  show(remembered("elder") === "1");
  for (const button of document.querySelectorAll("button[data-elder]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const large = !root.hasAttribute("data-elder");
      remember("elder", large ? "1" : null);
      show(large);
    });
  }
}
