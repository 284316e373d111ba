// Reading without a network, on the page: the button that saves a piece, the list of what is kept.
import { isPiece, kept, paths, READ, SAVED } from "./kept.js";

/** Starts the worker where the browser has one; without it everything works as long as there is a network. */
export async function startOffline() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  navigator.serviceWorker.register("/worker.js").catch(() => {});
  const button = document.querySelector("[data-save-offline]");
  if (button) await offerToSave(button);
  const list = document.querySelector("[data-offline-list]");
  if (list) await showKept(list);
}

async function offerToSave(button) {
  const path = location.pathname;
  const pictures = [...document.querySelectorAll(".prose img, .prose video[poster]")]
    .map((each) => new URL(each.poster ?? each.src).pathname);
  const show = (saved) => {
    button.setAttribute("aria-pressed", String(saved));
    button.querySelector("[data-saved]").hidden = !saved;
    button.querySelector("[data-unsaved]").hidden = saved;
  };
  show((await paths(SAVED)).includes(path));
  button.hidden = false;
  button.addEventListener("click", async () => {
    const saved = button.getAttribute("aria-pressed") === "true";
    const cache = await caches.open(SAVED);
    const all = [path, ...pictures];
    try {
      if (saved) await Promise.all(all.map((each) => cache.delete(each, { ignoreVary: true })));
      else await cache.addAll(all);
      show(!saved);
    } catch {
      // no room, or no network: the button goes on saying that the piece is not saved
    }
  });
}

async function showKept(list) {
  const all = new Set([...(await paths(SAVED)).reverse(), ...(await paths(READ)).reverse()].filter(isPiece));
  for (const path of all) {
    const page = await kept(path);
    if (page) list.append(entry(path, titleIn(await page.text())));
  }
  document.querySelector("[data-offline-none]").hidden = list.children.length > 0;
}

const titleIn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector("h1")?.textContent ?? "";

function entry(path, title) {
  const [item, link, words] = ["li", "a", "strong"].map((tag) => document.createElement(tag));
  words.textContent = title;
  link.href = path;
  link.append(words);
  item.append(link);
  return item;
}
