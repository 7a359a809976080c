import type { TreeRow } from "./tree-rows.js";

/** What a key does in a tree, by the pattern of WAI-ARIA; undefined where it does nothing. */
export type TreeStep =
  | { readonly does: "move"; readonly to: number }
  | { readonly does: "expand" | "collapse" | "choose" | "close"; readonly row: TreeRow };

/** `at`: the row that has the focus. `typed`: the letters of the last moment, with that of this key. */
export function treeStep(
  rows: readonly TreeRow[],
  at: number,
  key: string,
  { pageRows, typed }: { readonly pageRows: number; readonly typed: string },
): TreeStep | undefined {
  const row = rows[at];
  if (row === undefined) return undefined;
  const move = (to: number): TreeStep => ({
    does: "move",
    to: Math.min(Math.max(to, 0), rows.length - 1),
  });
  switch (key) {
    case "ArrowDown":
      return move(at + 1);
    case "ArrowUp":
      return move(at - 1);
    case "PageDown":
      return move(at + pageRows);
    case "PageUp":
      return move(at - pageRows);
    case "Home":
      return move(0);
    case "End":
      return move(rows.length - 1);
    case "ArrowRight":
      if (row.isExpanded === false) return { does: "expand", row };
      return row.isExpanded ? move(at + 1) : undefined;
    case "ArrowLeft":
      if (row.isExpanded) return { does: "collapse", row };
      return parentOf(rows, at, move);
    case "Enter":
    case " ":
      return { does: "choose", row };
    case "Delete":
      return row.source === undefined ? undefined : { does: "close", row };
  }
  return typed === "" ? undefined : search(rows, at, typed, move);
}

function parentOf(
  rows: readonly TreeRow[],
  at: number,
  move: (to: number) => TreeStep,
): TreeStep | undefined {
  const level = rows[at]?.level ?? 1;
  for (let above = at - 1; above >= 0; above--) if ((rows[above]?.level ?? 1) < level) return move(above);
  return undefined;
}

/** The next row that begins with what was typed; one letter, typed again, goes on to the next one. */
function search(
  rows: readonly TreeRow[],
  at: number,
  typed: string,
  move: (to: number) => TreeStep,
): TreeStep | undefined {
  const letters = new Set(typed);
  const text = letters.size === 1 ? typed.slice(0, 1) : typed;
  const first = letters.size === 1 ? at + 1 : at;
  for (let step = 0; step < rows.length; step++) {
    const to = (first + step) % rows.length;
    if (rows[to]?.label.toLowerCase().startsWith(text.toLowerCase())) return move(to);
  }
  return undefined;
}
