// What only ears need to be told: read out, not shown. It stands outside of all that is fetched again,
// so that no fresh page wipes a sentence away before it was heard.

/** @param {string} words */
export function say(words) {
  const place = document.querySelector("[data-said]");
  if (place) place.textContent = words;
}
