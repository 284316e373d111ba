// The wall of the command centre: it fetches its region again and again, says when it cannot, turns
// its scenes where nobody stands before it, and begins afresh at night. Nodes are merged, never added.
import { refreshSoon } from "./live.js";

const EVERY = 10_000; // numbers of all stations change; one topic does not tell of them all
const TURN = 30_000;
const STALE = 30_000;
const NIGHT = 4; // o'clock: a whole reload, so that whatever a browser gathered is let go

let fetchedAt = Date.now();
const day = new Date().getDate();

const wall = () => document.querySelector("[data-wall]");

function sceneUrl(address, scene) {
  const url = new URL(address, location.href);
  url.searchParams.set("scene", scene);
  return url.pathname + url.search;
}

function turn() {
  const region = wall();
  if (!region?.hasAttribute("data-kiosk") || document.hidden) return;
  const scenes = region.getAttribute("data-scenes").split(" ");
  const now = new URL(region.getAttribute("data-live-src"), location.href).searchParams.get("scene");
  const next = scenes[(scenes.indexOf(now) + 1) % scenes.length];
  region.setAttribute("data-live-src", sceneUrl(region.getAttribute("data-live-src"), next));
  refreshSoon(region);
}

function look() {
  const stale = document.querySelector("[data-wall-stale]");
  if (stale) stale.hidden = Date.now() - fetchedAt < STALE;
  const now = new Date();
  if (wall()?.hasAttribute("data-kiosk") && now.getHours() === NIGHT && now.getDate() !== day && navigator.onLine) location.reload();
}

if (wall()) {
  document.addEventListener("live:merged", () => { fetchedAt = Date.now(); look(); });
  setInterval(() => { if (wall()) refreshSoon(wall()); }, EVERY);
  setInterval(turn, TURN);
  setInterval(look, 1_000);
}
