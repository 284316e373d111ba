// Sends what waits, in the order in which it is of use to the desk: words, then small pictures, then
// photos, then films. It runs in one tab at a time, stops where the network ends, and goes on from there.
import { change, filesOf, leadsOf, the } from "./store.js";
import { sha256 } from "./sha256.js";
import { small } from "./thumb.js";
import { ask, Away, begin, Gone, refusalOf, Refused, send, sendThumb, SignedOut } from "./tus.js";

/** How long it waits while the network is away: a tunnel is short, a dead spot is not. */
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** How often an upload that the server no longer knows is begun anew before a person is asked. */
const MOST_TRIES = 3;

export class Sender extends EventTarget {
  #running = false;
  #again = false;
  #timer = 0;
  #missed = 0;

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
      else if (error instanceof Away) this.#later();
      else throw error;
    }
  }

  #later() {
    this.#tell("away");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.run(), WAITS[Math.min(this.#missed++, WAITS.length - 1)]);
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
    const sent = (file) => leads.get(file.lead)?.state === "sent";
    const waiting = (await filesOf(owner)).filter((file) => file.state === "waiting" && sent(file));
    const [photos, films] = [waiting.filter((file) => !file.film), waiting.filter((file) => file.film)];
    await this.#each(photos, (file) => this.#announce(file.id, leads.get(file.lead), token));
    await this.#each([...photos, ...films], (file) => this.#send(file.id, leads.get(file.lead), token));
  }

  /** Until something came up that goes first: then the next round takes up the rest. */
  async #each(files, act) {
    for (const file of files) {
      if (this.#again) return;
      await this.#attempt(file, () => act(file));
    }
  }

  /** What is wrong with one file stops no other; a network that is away stops them all. */
  async #attempt(file, act) {
    try {
      await act();
    } catch (error) {
      if (error instanceof Away || error instanceof SignedOut) throw error;
      const tries = (file.tries ?? 0) + 1;
      const anew = { url: undefined, asset: undefined, thumbed: false, offset: 0, tries };
      if (error instanceof Gone && tries < MOST_TRIES) {
        await change("files", file.id, anew);
        this.#again = true;
      } else {
        await change("files", file.id, { ...anew, state: "failed", said: error instanceof Refused ? error.message : "" });
      }
      this.#tell("moved");
    }
  }

  async #announce(id, lead, token) {
    let file = await the("files", id);
    if (file?.state !== "waiting") return file;
    if (!file.url) {
      const hash = file.sha256 ?? (await sha256(file.blob));
      const url = await begin(token, file.size, { filename: file.name, sha256: hash, about: `lead:${lead.uid}` });
      file = await change("files", id, { url, sha256: hash });
    }
    if (file && !file.thumbed && !file.film) {
      const thumb = await small(file.blob);
      if (thumb) await sendThumb(token, file.url, thumb);
      await change("files", id, { thumbed: true });
    }
    return file;
  }

  async #send(id, lead, token) {
    const file = await this.#announce(id, lead, token);
    if (file?.state !== "waiting") return;
    const asset = file.asset ?? (await send(token, file.url, file.blob, (offset) => this.#goOn(id, offset)));
    if (!asset) return;
    await change("files", id, { asset });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token, "Idempotency-Key": id };
    const response = await ask(`/api/v1/leads/${lead.uid}/pictures`, { method: "POST", headers, body: JSON.stringify({ asset }) });
    if (!response.ok) throw await refusalOf(response);
    await change("files", id, { state: "done", blob: undefined, offset: file.size });
    this.#tell("moved");
  }

  /** Notes how far a file is; whoever paused or removed it meanwhile is obeyed, and words go first. */
  async #goOn(id, offset) {
    const now = await change("files", id, { offset });
    this.#tell("moved");
    if (now?.state !== "waiting") return false;
    // another tab cannot say that it has words to send, but both see what waits
    this.#again ||= (await leadsOf(now.owner)).some((lead) => lead.state === "waiting");
    return !this.#again;
  }
}

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
