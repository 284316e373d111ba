// Sends what waits, in the order in which it is of use to the desk: words, then small pictures, then
// photos, then films. It runs in one tab at a time, stops where the network ends, and goes on from there.
import { bytesOf, change, filesOf, forgetBytes, isHere, leadsOf, the } from "./store.js";
import { sha256 } from "./sha256.js";
import { small } from "./thumb.js";
import { ask, Away, begin, end, Full, Gone, outcome, refusalOf, Refused, send, sendThumb, sendWords, SignedOut } from "./tus.js";

/** How long it waits while the network is away: a tunnel is short, a dead spot is not. */
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** How soon it asks again after a file that the server is looking at. */
const ASKS = 1_500;
/** How often an upload that the server no longer knows is begun anew before a person is asked. */
const MOST_TRIES = 3;
/** Up to so many bytes a file is hashed as a whole before it is sent; each piece is, where the browser can. */
const HASHED = 64 * 1024 * 1024;

/** The bytes cannot be read here: a person must choose the file again. */
class Lost extends Error {}

export class Sender extends EventTarget {
  #atOnce;
  #running = false;
  #again = false;
  #timer = 0;
  #missed = 0;

  /** @param {{atOnce?: number}} [how] how many files are on their way at the same time */
  constructor({ atOnce = 1 } = {}) {
    super();
    this.#atOnce = atOnce;
  }

  get running() {
    return this.#running;
  }

  /** Start, or go on once more if it runs: something was added or the network is back. */
  async run() {
    if (this.#running) { this.#again = true; return; }
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      do {
        this.#again = false;
        await alone(() => this.#round());
      } while (this.#again);
    } finally {
      this.#running = false;
    }
  }

  async #round() {
    try {
      const { username, token } = await (await ask("/m/session.json", { headers: { Accept: "application/json" } })).json();
      this.#missed = 0;
      this.#tell("open", { username });
      await this.#leads(username, token);
      await this.#files(username, token);
    } catch (error) {
      if (error instanceof SignedOut) this.#tell("closed");
      else if (error instanceof Full) this.#in(WAITS.at(-1));
      else if (error instanceof Away) this.#later();
      else throw error;
    }
  }

  #later() {
    this.#tell("away");
    this.#in(WAITS[Math.min(this.#missed++, WAITS.length - 1)]);
  }

  #in(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.run(), milliseconds);
  }

  #tell(kind, detail = {}) {
    this.dispatchEvent(new CustomEvent("told", { detail: { kind, ...detail } }));
  }

  async #leads(owner, token) {
    for (const lead of await leadsOf(owner)) {
      if (lead.state === "waiting") await this.#lead(lead, token);
    }
  }

  async #lead(lead, token) {
    const headers = { Accept: "application/json", "X-CSRFToken": token, "Idempotency-Key": lead.id };
    const response = await ask("/m/leads/new", { method: "POST", headers, body: new URLSearchParams(lead.fields) });
    if (response.ok) await change("leads", lead.id, { state: "sent", uid: (await response.json()).uid });
    else await change("leads", lead.id, { state: "failed", said: (await refusalOf(response)).message });
    this.#tell("moved");
  }

  async #files(owner, token) {
    const leads = new Map((await leadsOf(owner)).map((lead) => [lead.id, lead]));
    const all = await filesOf(owner);
    await this.#each(all.filter(isUntold), (file) => this.#words(file.id, token));
    const waiting = all.filter((file) => file.state === "waiting" && (!file.lead || leads.get(file.lead)?.state === "sent"));
    const [looked, unsent] = [waiting.filter((file) => file.later), waiting.filter((file) => !file.later && isHere(file))];
    const [photos, films] = [unsent.filter((file) => !file.film), unsent.filter((file) => file.film)];
    const place = (file) => file.place ?? placeOf(leads.get(file.lead));
    if (looked.length) this.#in(ASKS);
    await this.#each(looked, (file) => this.#ask(file.id, place(file), token));
    await this.#each(photos.filter((file) => file.lead), (file) => this.#announce(file.id, place(file), token));
    await this.#each([...photos, ...films], (file) => this.#send(file.id, place(file), token));
  }

  /** Some at once, until something came up that goes first: then the next round takes up the rest. */
  async #each(files, act) {
    const rest = [...files];
    let broken;
    const lane = async () => {
      while (rest.length && !this.#again && !broken) {
        const file = rest.shift();
        await this.#attempt(file, () => act(file)).catch((error) => { broken ??= error; });
      }
    };
    await Promise.all(Array.from({ length: this.#atOnce }, lane));
    if (broken) throw broken;
  }

  /** What is wrong with one file stops no other; a network that is away stops them all. */
  async #attempt(file, act) {
    try {
      await act();
    } catch (error) {
      if (error instanceof Full) await change("files", file.id, { said: error.message });
      if (error instanceof Away || error instanceof SignedOut) throw error;
      await this.#failed(file, error);
      this.#tell("moved");
    }
  }

  async #failed(file, error) {
    if (error instanceof Lost || error instanceof DOMException) {
      await change("files", file.id, { state: "failed", lost: true, said: undefined });
      return;
    }
    const tries = (file.tries ?? 0) + 1;
    const anew = { url: undefined, asset: undefined, later: undefined, thumbed: false, offset: 0, tries };
    if (error instanceof Gone && tries < MOST_TRIES) {
      await change("files", file.id, anew);
      this.#again = true;
    } else {
      await change("files", file.id, { ...anew, state: "failed", said: error instanceof Refused ? error.message : "" });
    }
  }

  async #announce(id, place, token) {
    let file = await the("files", id);
    if (file?.state !== "waiting") return file;
    if (!file.url) {
      const blob = await this.#bytes(id);
      const hash = file.sha256 ?? (blob.size <= HASHED || !crypto.subtle ? await sha256(blob) : undefined);
      const { url, known } = await begin(token, file.size, { filename: file.name, sha256: hash, about: place.about, ...file.words });
      file = await change("files", id, { url, sha256: hash, told: JSON.stringify(file.words) });
      if (known && file && !place.put) return this.#isThere(file, known, token);
    }
    if (file && !file.thumbed && file.lead && !file.film) {
      const thumb = await small(await this.#bytes(id));
      if (thumb) await sendThumb(token, file.url, thumb);
      await change("files", id, { thumbed: true });
    }
    return file;
  }

  async #bytes(id) {
    const blob = await bytesOf(id);
    if (!blob) throw new Lost();
    return blob;
  }

  /** The catalogue has the same bytes: nothing need be sent. */
  async #isThere(file, asset, token) {
    await end(token, file.url);
    await this.#done(file.id, { asset, known: true, url: undefined });
    return undefined;
  }

  async #send(id, place, token) {
    const file = await this.#announce(id, place, token);
    if (file?.state !== "waiting") return;
    let { asset } = file;
    if (!asset) {
      const sent = await send(token, file.url, await this.#bytes(id), (offset) => this.#goOn(id, offset));
      if (sent.later) { await change("files", id, { later: true, offset: file.size, said: undefined }); this.#in(ASKS); }
      if (!sent.asset) return;
      asset = sent.asset;
      await change("files", id, { asset });
    }
    await this.#arrive(id, place, token, asset);
  }

  /** What became of a file that the server looks at in its own time. */
  async #ask(id, place, token) {
    const file = await the("files", id);
    if (file?.state !== "waiting") return;
    const told = await outcome(file.url);
    if (told.stands === "refused") throw new Refused(told.failure);
    if (told.stands === "coming") await change("files", id, { later: undefined });
    if (told.stands === "stored") await this.#arrive(id, place, token, told.asset);
  }

  async #arrive(id, place, token, asset) {
    if (place.put) {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token, "Idempotency-Key": id };
      const response = await ask(place.put, { method: "POST", headers, body: JSON.stringify({ asset }) });
      if (!response.ok) throw await refusalOf(response);
    }
    const file = await the("files", id);
    const { known, arrived } = !file || file.lead ? {} : await outcome(file.url);
    await this.#done(id, { asset, known, arrived });
  }

  async #done(id, told) {
    const file = await the("files", id);
    await change("files", id, { ...told, state: "done", offset: file?.size, said: undefined });
    await forgetBytes(id);
    this.#tell("moved");
  }

  /** What was said about a file since it was announced. */
  async #words(id, token) {
    const { url, words } = await the("files", id);
    try {
      await sendWords(token, url, words);
      await change("files", id, { told: JSON.stringify(words), refused: undefined });
    } catch (error) {
      if (error instanceof Away || error instanceof SignedOut) throw error;
      await change("files", id, { told: JSON.stringify(words), refused: error.message });
    }
  }

  /** Notes how far a file is; whoever paused or removed it meanwhile is obeyed, and words go first. */
  async #goOn(id, offset) {
    const now = await change("files", id, { offset, said: undefined });
    this.#tell("moved");
    if (now?.state !== "waiting") return false;
    // another tab cannot say that it has words to send, but both see what waits
    this.#again ||= (await leadsOf(now.owner)).some((lead) => lead.state === "waiting");
    return !this.#again;
  }
}

/** Of a lead's pictures. @returns {import("./store.js").Place} */
const placeOf = (lead) => ({ about: `lead:${lead.uid}`, put: `/api/v1/leads/${lead.uid}/pictures` });

const isUntold = (file) => Boolean(file.words && file.url && !file.known && JSON.stringify(file.words) !== file.told);

/** One tab at a time, where the browser can tell; where it cannot, the server's offsets keep order. */
async function alone(act) {
  if (!navigator.locks) return act();
  return navigator.locks.request("pocket-sender", { ifAvailable: true }, (lock) => (lock ? awake(act) : undefined));
}

/** While files are on their way the screen stays on: a phone that sleeps stops sending. */
async function awake(act) {
  const lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
  try {
    return await act();
  } finally {
    await lock?.release();
  }
}
