// The heavy pieces come only to pages that hold them, also when a swap brings them in later.
const ISLANDS = {
  "story-editor": () => import("../editor.js"),
  "upload-tray": () => import("../upload.js"),
  "day-calendar": () => import("../calendar.js"),
  "film-desk": () => import("../film.js"),
  "topic-board": () => import("../board.js"),
  "asset-grid": () => import("../grid.js"),
  "picture-cropper": () => import("../cropper.js"),
};

function load() {
  for (const [tag, fetchIsland] of Object.entries(ISLANDS)) {
    if (!customElements.get(tag) && document.querySelector(tag)) fetchIsland();
  }
}

document.addEventListener("htmx:after:swap", load);
load();
