// How much has been typed, and of how much.
import { countCharacters } from "../sizes.js";
import { text } from "../texts.js";

function show(field) {
  const place = document.getElementById(field.getAttribute("data-count"));
  if (!place) return;
  const limit = Number(place.getAttribute("data-max"));
  const length = [...field.value].length;
  place.textContent = limit ? text("characters_of", { count: length, limit }) : text("characters", { count: countCharacters(field.value) });
  place.toggleAttribute("data-over", limit > 0 && length > limit);
}

document.addEventListener("input", (event) => { if (event.target.matches("[data-count]")) show(event.target); });
document.querySelectorAll("[data-count]").forEach(show);
