// Openers and closers of native dialogs and of <details> menus.
import { on } from "../elements.js";

const FIRST_FIELD = ".dialog__body :is(input:not([type=hidden]), textarea, select)";

/** Opens a dialog with the first field ready to be typed into, rather than its closing button. */
export function openDialog(dialog) {
  dialog.showModal();
  dialog.querySelector(FIRST_FIELD)?.focus();
}

on("click", "[data-opens]", (button) => {
  const dialog = document.getElementById(button.getAttribute("data-opens") ?? "");
  if (dialog instanceof HTMLDialogElement && !dialog.open) openDialog(dialog);
  button.closest("details[data-menu]")?.removeAttribute("open");
});
on("click", "[data-closes]", (button) => button.closest("dialog")?.close());
on("click", "dialog", (dialog, happened) => { if (happened.target === dialog) dialog.close(); });

const openMenus = () => [...document.querySelectorAll("details[data-menu][open]")];

document.addEventListener("click", (happened) => {
  for (const menu of openMenus()) if (!menu.contains(/** @type {Node} */ (happened.target))) menu.removeAttribute("open");
});
document.addEventListener("keydown", (pressed) => {
  const menu = pressed.key === "Escape" ? openMenus().at(-1) : undefined;
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
});
