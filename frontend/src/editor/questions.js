// What the editor asks before it inserts or changes something: an address, a file, its words.
import { askCaption, askCode, askLink, askPicture } from "./asking.js";
import { chosenFile, insertBlocks } from "./blocks.js";
import { linkAt, setLink } from "./commands.js";
import { safeLink, schema } from "./schema.js";

const { nodes } = schema;
const WORDS = { figure: ["caption", "credit", "alt"], film: ["caption"], qr_code: ["words"] };

/**
 * @param {{view: () => import("prosemirror-view").EditorView, words: Record<string, string>, picturesUrl?: string, codesUrl?: string}} host
 * @returns {Record<string, () => Promise<void>>} by the names that blocks and tools give
 */
export function makeQuestions({ view, words, picturesUrl, codesUrl }) {
  const insert = (node) => insertBlocks([node])(view().state, view().dispatch);

  async function askForFile(type, kind) {
    if (chosenFile(view().state)?.type === type) return editFile();
    const picture = await askPicture(words, `${picturesUrl}&kind=${kind}`, kind);
    if (picture) insert(type.create(picture));
  }

  /** New words for the file that is selected. */
  async function editFile() {
    const file = chosenFile(view().state);
    const said = await askCaption(words, file.attrs, WORDS[file.type.name]);
    const { tr, selection: { from, node } } = view().state; // where others have moved it meanwhile
    if (said && node) view().dispatch(tr.setNodeMarkup(from, null, { ...node.attrs, ...said }));
  }

  return {
    editFile,
    askFigure: () => askForFile(nodes.figure, "picture"),
    askFilm: () => askForFile(nodes.film, "video"),
    async askCode() {
      const made = await askCode(words, codesUrl);
      if (made) insert(nodes.qr_code.create(made));
    },
    async askLink() {
      const answer = await askLink(words, linkAt(view().state.selection)?.href, safeLink);
      if (answer) setLink(answer.href)(view().state, view().dispatch);
    },
  };
}
