// The desk's files on their way. Whichever desk page is open sends them, three at a time; a page that is
// left hands over to the next one, and so does a tab to another.
import { freshId } from "../ids.js";
import { named } from "../person.js";
import { csrfToken } from "../token.js";
import { showChip } from "./chip.js";
import { noteWaiting } from "./flag.js";
import { Sender } from "./sender.js";
import { addFiles, bytesOf, change, filesOf, isHere, keepBytes, on, removeFile, the } from "./store.js";
import { end } from "./tus.js";

/** How often a page looks whether the tab that was sending is gone. */
const LOOKS = 4_000;
/** How long what arrived stays in the list. */
const SHOWN = 24 * 3_600_000;

export const net = { away: !navigator.onLine, closed: false };
const sender = new Sender({ atOnce: 3 });
const watchers = new Set();
let awake = false;

/** Calls `watcher` with the desk's files, now and whenever one of them moves. */
export async function watch(watcher) {
  watchers.add(watcher);
  watcher(await deskFiles());
}

const deskFiles = async () => (await filesOf(named ?? "")).filter((file) => !file.lead);

const isOver = (file) => file.state === "done" || file.state === "failed";

async function show() {
  const files = await deskFiles();
  noteWaiting(!files.every(isOver));
  for (const watcher of watchers) watcher(files);
}

/** Begin where the page before left off. Asked again, it goes on as it does. */
export async function resume() {
  if (awake || !named) return;
  awake = true;
  on("changed", show);
  on("added", () => sender.run());
  sender.addEventListener("told", ({ detail: { kind } }) => {
    if (kind === "open") Object.assign(net, { away: false, closed: false });
    if (kind === "away") net.away = true;
    if (kind === "closed") net.closed = true;
    if (kind !== "moved") show();
  });
  window.addEventListener("online", () => { net.away = false; sender.run(); });
  window.addEventListener("offline", () => { net.away = true; show(); });
  setInterval(takeOver, LOOKS);
  for (const file of await deskFiles()) await tidy(file);
  watchers.add(showChip);
  await show();
  await sender.run();
}

/** A page that was left may have put the bytes away and not said so. */
async function tidy(file) {
  if (file.state === "done" && Date.now() - file.at > SHOWN) await removeFile(file.id);
  else if (file.keeping && (await bytesOf(file.id))) await change("files", file.id, { keeping: undefined });
}

/** Also where the tab that was sending was closed: what it sent is safe, and goes on from here. */
async function takeOver() {
  if (!sender.running && !net.away && !net.closed && (await deskFiles()).some((file) => file.state === "waiting" && isHere(file))) sender.run();
}

/**
 * Puts files into the queue.
 * @param {File[]} blobs
 * @param {{place: import("./store.js").Place, words: Record<string, string>, refusal: (file: File) => string}} how
 * @returns {Promise<string[]>} their ids, in their order
 */
export async function take(blobs, { place, words, refusal }) {
  // They are listed in their order by `at`; a finer part than a thousandth of a millisecond is lost in a Number of this size.
  const at = Date.now();
  const shots = blobs.map((blob, number) => {
    const said = refusal(blob);
    const file = {
      id: freshId(), owner: named ?? "", at: at + number / 1_000, place, words, name: blob.name, size: blob.size, offset: 0,
      film: blob.type.startsWith("video/"), state: said ? "failed" : "waiting", ...(said && { said, final: true }),
    };
    return said ? { file } : { file, blob };
  });
  noteWaiting(true);
  await addFiles(shots);
  return shots.map(({ file }) => file.id);
}

/** @returns {Promise<any>} what a file became, as the editor places it; null where it did not arrive */
export function arrival(id) {
  return new Promise((settled) => {
    const look = async () => {
      const file = await the("files", id);
      if (file && !isOver(file)) return;
      watchers.delete(look);
      settled(file?.arrived ?? null);
    };
    watchers.add(look);
    look();
  });
}

export const acts = {
  pause: (id) => change("files", id, { state: "paused" }),
  resume: (id) => change("files", id, { state: "waiting", said: undefined, lost: undefined, tries: 0 }).then(() => sender.run()),
  /** What was sent of it is thrown away; what arrived stays in the catalogue. */
  async remove(id) {
    const file = await the("files", id);
    await removeFile(id);
    if (file?.url && !isOver(file)) await end(csrfToken(), file.url).catch(() => {});
  },
  /** The same file once more, of which the browser kept nothing: it goes on where it stood. */
  async choose(id, blob) {
    const file = await the("files", id);
    if (!file || file.name !== blob.name || file.size !== blob.size) return false;
    await keepBytes(id, blob);
    await acts.resume(id);
    return true;
  },
  /** What is typed is kept with every key; it is sent when a field is left. */
  async describe(id, words, left) {
    const file = await the("files", id);
    if (file) await change("files", id, { words: { ...file.words, ...words } });
    if (left) sender.run();
  },
};
