// Shows what was chosen in a file field before it is sent.
import { el, on } from "../elements.js";
import { fileSize } from "../sizes.js";

function preview(file) {
  const kind = file.name.split(".").at(-1)?.slice(0, 4).toUpperCase() ?? "";
  if (!file.type.startsWith("image/")) return el("span", { class: "picker__kind" }, kind);
  const address = URL.createObjectURL(file);
  const free = () => URL.revokeObjectURL(address);
  return el("img", { src: address, alt: "", load: free, error: free });
}

on("change", "[data-preview] input[type=file]", (field) => {
  const list = field.closest("[data-preview]").querySelector("[data-preview-list]");
  list.replaceChildren(...[...field.files].map((file) => el("li", {}, preview(file), `${file.name} · ${fileSize(file.size)}`)));
});
