// One page at a time is a certain editor: by a lock, and by asking around where there are none (no https).
const PATIENCE = 300;

const nameOf = (client) => `story ${client}`;

/**
 * Becomes that editor, until the page is left or it lets go.
 * @param {string} client @param {AbortSignal} signal
 * @returns {Promise<(() => void) | null>} lets go; null where another page is that editor
 */
export const hold = (client, signal) => navigator.locks ? lock(client, signal) : ask(client, signal);

function lock(client, signal) {
  return new Promise((told) => {
    navigator.locks.request(nameOf(client), { ifAvailable: true }, (given) => given ? new Promise((letGo) => {
      signal.addEventListener("abort", letGo);
      told(letGo);
    }) : told(null));
  });
}

const HELD = -1;

/** Whoever is that editor says so; of two that ask at once it is the one with the lower number. */
function ask(client, signal) {
  const channel = new BroadcastChannel(nameOf(client));
  let number = Math.random();
  let held = false;
  return new Promise((told) => {
    const letGo = () => channel.close();
    signal.addEventListener("abort", letGo);
    channel.onmessage = ({ data }) => {
      if (data > number) channel.postMessage(HELD);
      else if (!held) { letGo(); told(null); }
    };
    channel.postMessage(number);
    setTimeout(() => { number = HELD + 0.5; held = true; told(letGo); }, PATIENCE);
  });
}
