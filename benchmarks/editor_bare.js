// The floor of benchmarks/editor.py: ProseMirror with the schema, the keys and undo, nothing else.
import { baseKeymap } from "prosemirror-commands";
import { history } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { schema } from "../frontend/src/editor/schema.js";

const doc = schema.nodeFromJSON(JSON.parse(document.querySelector("script[data-doc]").textContent));
new EditorView(document.querySelector("main"), { state: EditorState.create({ doc, plugins: [keymap(baseKeymap), history()] }) });
