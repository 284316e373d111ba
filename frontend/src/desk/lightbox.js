// Pictures large, one after the other, in a dialog.
import { el, icon, on } from "../elements.js";
import { text } from "../texts.js";

/** @type {HTMLDialogElement | null} */
let box = null;
let links = [];
let here = 0;

const button = (name, drawing, label, act) =>
  el("button", { class: `button button--quiet button--icon lightbox__${name}`, type: "button", "aria-label": label, click: act }, icon(drawing));

function build() {
  box = el("dialog", { class: "lightbox", "aria-label": text("image_preview") }, el("img", { alt: "" }), el("p", {}),
    button("close", "x", text("close"), () => box.close()),
    button("previous", "chevron-left", text("previous"), () => show(here - 1)),
    button("next", "chevron-right", text("next"), () => show(here + 1)));
  box.addEventListener("keydown", (pressed) => {
    if (pressed.key === "ArrowLeft") show(here - 1);
    if (pressed.key === "ArrowRight") show(here + 1);
  });
  document.body.append(box);
}

function show(index) {
  here = (index + links.length) % links.length;
  const link = links[here];
  const image = box.querySelector("img");
  image.src = link.dataset.large ?? link.dataset.preview;
  image.alt = link.querySelector("img")?.alt ?? "";
  box.querySelector("p").textContent = [link.dataset.caption, link.dataset.credit].filter(Boolean).join("　");
  for (const one of box.querySelectorAll(".lightbox__previous, .lightbox__next")) one.hidden = links.length < 2;
}

/** Shows the pictures behind these links, beginning with one of them. */
export function openLightbox(shown, first) {
  if (!box) build();
  links = shown;
  show(first);
  box.showModal();
}

on("click", "[data-lightbox] a[data-large]", (link, clicked) => {
  if (clicked.ctrlKey || clicked.metaKey || clicked.shiftKey) return;
  clicked.preventDefault();
  const beside = [...link.closest("[data-lightbox]").querySelectorAll("a[data-large]")];
  openLightbox(beside, beside.indexOf(link));
});
