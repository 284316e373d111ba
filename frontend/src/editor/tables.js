// Tables: simple ones, with a header row. Cells hold a line or a few, never blocks.
import { TextSelection } from "prosemirror-state";
import {
  addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, goToNextCell, isInTable, nextCell, selectionCell,
  tableEditing, toggleHeaderRow,
} from "prosemirror-tables";
import { schema } from "./schema.js";

const { nodes } = schema;
const rowOf = (type, columns) => nodes.table_row.create(null, Array.from({ length: columns }, () => type.create()));

export function newTable(rows, columns) {
  const body = Array.from({ length: rows - 1 }, () => rowOf(nodes.table_cell, columns));
  return nodes.table.create(null, [rowOf(nodes.table_header, columns), ...body]);
}

/** Deleting the last row or column deletes the table. */
const orTable = (command) => (state, dispatch) => command(state, dispatch) || deleteTable(state, dispatch);

export const TABLE_TOOLS = [
  ["row_add", "plus", addRowAfter],
  ["column_add", "plus", addColumnAfter],
  ["row_delete", "minus", orTable(deleteRow)],
  ["column_delete", "minus", orTable(deleteColumn)],
  ["row_header", "table", toggleHeaderRow],
];

/** Tab in the last cell adds a row. */
const forward = (state, dispatch, view) => {
  if (!isInTable(state)) return false;
  if (goToNextCell(1)(state, dispatch)) return true;
  addRowAfter(state, dispatch);
  return goToNextCell(1)(view.state, dispatch);
};

/** Enter goes to the cell below, and out of the last row. */
const down = (leave) => (state, dispatch) => {
  if (!isInTable(state)) return false;
  const $cell = selectionCell(state);
  const $below = nextCell($cell, "vert", 1);
  if (!$below) return leave(state, dispatch, $cell.after(1));
  dispatch?.(state.tr.setSelection(TextSelection.near($below, 1)).scrollIntoView());
  return true;
};

/** At the border of a cell, Backspace and Delete leave the neighbours alone. */
const stay = (atEnd) => (state) => {
  const { $from, empty } = state.selection;
  const { parent, parentOffset } = $from;
  return empty && Boolean(parent.type.spec.tableRole) && parentOffset === (atEnd ? parent.content.size : 0);
};

export const tableKeys = (leave) => ({
  Tab: forward, "Shift-Tab": goToNextCell(-1), Enter: down(leave), Backspace: stay(false), Delete: stay(true),
});

export { isInTable, tableEditing };
