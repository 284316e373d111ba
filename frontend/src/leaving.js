// Signing out leaves nothing of this person on the device, on whichever page they do it, and asks first
// where something of it has not reached the newsroom.
import * as stories from "./editor/local-copy.js";
import { keysUnder, remember } from "./memory.js";
import { rememberPerson } from "./person.js";
import * as sending from "./sending/store.js";
import { text } from "./texts.js";

/** What a half-filled form of the desk is kept under, see desk/keep.js. */
export const KEPT = "keep:";

/** A store that cannot be opened holds nothing that could be lost. */
async function somethingIsUnsent() {
  if (keysUnder(KEPT).length) return true;
  const stores = await Promise.all([sending, stories].map((each) => each.isPending().catch(() => false)));
  return stores.includes(true);
}

function wipe() {
  keysUnder(KEPT).forEach((key) => remember(key, null));
  indexedDB.deleteDatabase(stories.DATABASE);
  indexedDB.deleteDatabase(sending.DATABASE);
  rememberPerson(null);
}

document.addEventListener("submit", async (event) => {
  const leaving = event.target;
  if (!leaving.matches("[data-signs-out]") || leaving.dataset.wiped) return;
  event.preventDefault();
  if ((await somethingIsUnsent()) && !window.confirm(text("sign_out_wipes"))) return;
  leaving.dataset.wiped = "yes";
  try {
    wipe();
  } finally {
    setTimeout(() => leaving.requestSubmit()); // a form that is still being submitted would not hear it
  }
}, { capture: true });
