// The form token travels with every request that changes something.

export const csrfToken = () => document.querySelector("meta[name='csrf-token']")?.getAttribute("content") ?? "";

/** @returns {Record<string, string>} */
export const csrfHeader = () => ({ "X-CSRFToken": csrfToken() });
