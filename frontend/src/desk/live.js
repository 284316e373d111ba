// Pages that keep themselves fresh: one event stream per tab says which topic changed, and each
// region with that topic fetches itself again and is merged in place, focus and half-typed pinyin kept.
import { toast } from "./toasts.js";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;
const GATHER = 150; // one change often tells a topic several times
const POLL = 2_000; // how often a region that must not go stale asks while the stream is away

/** @type {EventSource | null} */
let stream = null;
/** The one before, until the next one stands. @type {EventSource | null} */
let former = null;
let streamTopics = "";
let wait = FIRST_WAIT;
let missed = false;
let retry = 0;

/** Regions being fetched; true when they changed again meanwhile. @type {Map<Element, boolean>} */
const fetching = new Map();
/** @type {WeakMap<Element, number>} */
const gathered = new WeakMap();

const regions = () => [...document.querySelectorAll("[data-live-topic][data-live-src]")];
/** A page that a whole room looks at keeps the person's own messages to itself. */
const sharedScreen = () => document.body.hasAttribute("data-shared-screen");
const signedIn = () => document.querySelector("meta[name='actor']") !== null;
/** Also of elements that fetch by themselves what has changed: they listen for live:changed. */
const topicsWanted = () => [...new Set([...document.querySelectorAll("[data-live-topic]")].map((one) => one.getAttribute("data-live-topic")))].sort().join(",");

/** A region in which something is open or being composed is left alone until that is over. */
const busy = (region) => region.querySelector("details[data-menu][open], dialog[open]") !== null || region.hasAttribute("data-composing");

export function refreshSoon(region) {
  clearTimeout(gathered.get(region));
  gathered.set(region, setTimeout(() => refresh(region), GATHER));
}

async function refresh(region) {
  if (!region.isConnected) return;
  if (busy(region)) { gathered.set(region, setTimeout(() => refresh(region), 2_000)); return; }
  if (fetching.has(region)) { fetching.set(region, true); return; }
  fetching.set(region, false);
  delete region.dataset.moved;
  try {
    const answer = await fetch(region.getAttribute("data-live-src"), { headers: { "HX-Request": "true" } });
    const markup = answer.ok && !answer.redirected && await answer.text();
    if (busy(region) || "moved" in region.dataset) fetching.set(region, true); // this does not know of it
    else if (markup && region.isConnected) await merge(region, markup);
  } catch {
    missed = true; // the network is away; the stream notices too, and everything is fetched on return
  } finally {
    const again = fetching.get(region);
    fetching.delete(region);
    if (again) refreshSoon(region);
  }
}

async function merge(region, markup) {
  await window.htmx.swap({ text: markup, target: region, sourceElement: region, swap: "outerMorph", hx: {}, request: {} });
  region.dispatchEvent(new CustomEvent("live:merged", { bubbles: true }));
}

function heardChange(event) {
  const told = JSON.parse(event.data);
  document.dispatchEvent(new CustomEvent("live:changed", { detail: told }));
  regions().filter((region) => region.getAttribute("data-live-topic") === told.topic).forEach(refreshSoon);
}

function heardNotice(event) {
  const notice = JSON.parse(event.data);
  if (notice.text && !sharedScreen()) toast(notice.text, { url: notice.url });
  for (const count of document.querySelectorAll("[data-bell-count]")) {
    count.textContent = String(notice.unread);
    count.hidden = notice.unread === 0;
  }
}

function opened() {
  wait = FIRST_WAIT;
  const renewed = former !== null && !missed;
  former?.close();
  former = null;
  if (renewed) return; // the one before has heard everything until now
  document.dispatchEvent(new CustomEvent("live:opened"));
  if (missed) regions().forEach(refreshSoon);
  missed = false;
}

function lost() {
  missed = true;
  if (stream?.readyState !== EventSource.CLOSED) return; // the browser reconnects by itself
  close();
  retry = setTimeout(open, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

function close() {
  clearTimeout(retry);
  former?.close();
  stream?.close();
  former = stream = null;
}

function open() {
  close();
  if (!document.hidden && signedIn()) stream = connect();
}

function connect() {
  streamTopics = topicsWanted();
  const made = new EventSource(`/live?topics=${encodeURIComponent(streamTopics)}`);
  made.addEventListener("open", opened);
  made.addEventListener("error", lost);
  made.addEventListener("changed", heardChange);
  made.addEventListener("notice", heardNotice);
  made.addEventListener("renew", renew);
  return made;
}

/** No stream lives long; nothing is missed while the next one passes the guard. */
function renew() {
  former?.close();
  former = stream;
  stream = connect();
}

function poll() {
  if (document.hidden || stream?.readyState === EventSource.OPEN) return;
  regions().filter((region) => region.hasAttribute("data-live-poll")).forEach(refreshSoon);
}

setInterval(poll, POLL);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { missed = true; close(); } else open();
});
document.addEventListener("htmx:after:swap", () => { if (topicsWanted() !== streamTopics) open(); });
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", (shown) => { if (shown.persisted) { missed = true; open(); } });
document.addEventListener("compositionstart", (event) => event.target.closest?.("[data-live-topic]")?.setAttribute("data-composing", ""));
document.addEventListener("compositionend", (event) => event.target.closest?.("[data-live-topic]")?.removeAttribute("data-composing"));

open();
