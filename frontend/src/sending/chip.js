// On pages without a tray: how many files are on their way, and the way to them.
import { el, icon } from "../elements.js";
import { text } from "../texts.js";

/** @type {HTMLElement | undefined} */
let chip;

/** @param {import("./store.js").Shot[]} files */
export function showChip(files) {
  const left = files.filter((file) => file.state === "waiting" || file.state === "paused").length;
  if (document.querySelector("upload-tray") || !left) { chip?.remove(); chip = undefined; return; }
  if (!chip) {
    chip = el("a", { class: "sending", href: "/assets/upload" }, icon("cloud-upload"), el("span", {}));
    document.getElementById("main")?.append(chip);
  }
  chip.lastElementChild.textContent = text("uploads_left", { count: left });
}
