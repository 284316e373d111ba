// Copies a text, or the text of an element, and says so.
import { on } from "../elements.js";
import { text } from "../texts.js";
import { toast } from "./toasts.js";

/** @param {string} words @returns {Promise<boolean>} */
export async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return copyOldWay(words); // plain http has no clipboard API
  }
}

function copyOldWay(words) {
  const area = document.createElement("textarea");
  area.value = words;
  area.className = "unseen";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

on("click", "[data-copy], [data-copy-from]", async (button) => {
  const source = document.getElementById(button.getAttribute("data-copy-from") ?? "");
  const done = await copy(source ? source.innerText : button.getAttribute("data-copy"));
  toast(text(done ? "copied" : "copy_failed"), { tone: done ? "ok" : "warn" });
});
