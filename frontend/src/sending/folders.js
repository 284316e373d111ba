// Files out of what was dropped or pasted, folders opened.

/** What a system leaves in a folder by itself. */
const STRANGERS = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

/** @param {DataTransfer} carried @returns {Promise<File[]>} */
export async function filesIn(carried) {
  // entries are gone once this event is over: all of them are taken before the first is opened
  const entries = [...carried.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = await Promise.all(entries.map((entry) => (entry instanceof File ? [entry] : opened(entry))));
  return found.flat();
}

/** Of a folder chosen as one. @param {FileList} list */
export const wanted = (list) => [...list].filter((file) => !STRANGERS.test(file.name));

async function opened(entry) {
  if (!entry || STRANGERS.test(entry.name)) return [];
  if (entry.isFile) return [await new Promise((resolve, reject) => { entry.file(resolve, reject); })];
  const inside = await Promise.all((await entriesOf(entry.createReader())).map(opened));
  return inside.flat();
}

/** A reader gives some at a time, and nothing when that was all. */
async function entriesOf(reader) {
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) return all;
    all.push(...some);
  }
}
