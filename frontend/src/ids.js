// Names for what is made in this browser.

/** crypto.randomUUID exists on secure origins only; a newsroom's own network may be plain http. */
export const freshId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
