// The reader's page: the older readers' edition, and reading without a network. All else needs no script.
import { remember, remembered } from "./memory.js";
import { startOffline } from "./reader/offline.js";

const root = document.documentElement;
const show = (large) => {
  root.toggleAttribute("data-elder", large);
  for (const button of document.querySelectorAll("[data-elder]:is(button)")) button.setAttribute("aria-pressed", String(large));
};

show(remembered("elder") === "1");
for (const button of document.querySelectorAll("button[data-elder]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const large = !root.hasAttribute("data-elder");
    remember("elder", large ? "1" : null);
    show(large);
  });
}

startOffline();
