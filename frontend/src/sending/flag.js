// What a desk page remembers for the next one: that there is something to send. So a page looks into the
// browser's database only where that is worth it.
import { remember, remembered } from "../memory.js";

const SENDING = "uploads";

export const somethingWaits = () => remembered(SENDING) !== null;

/** @param {boolean} yes */
export const noteWaiting = (yes) => remember(SENDING, yes ? "1" : null);
