// Who is signed in on this device. Every page of theirs remembers it, for the pages that open without a
// network and know nobody.
import { remember, remembered } from "./memory.js";

const PERSON = "pocket-person";

/** Of whose page this is; null where nobody is signed in, or no network says who. */
export const named = document.querySelector("meta[name='actor']")?.getAttribute("content") || null;
if (named) remember(PERSON, named);

/** @param {string | null} username null where they sign out */
export const rememberPerson = (username) => remember(PERSON, username);

/** @returns {string | null} */
export const personHere = () => named ?? remembered(PERSON);
