import { compareNames } from "@tvb-storage/files/internal";
import { attributesOf } from "../attributes-of.js";
import { type Context, withStorage } from "../context.js";
import { jsonText } from "../terminal/json-text.js";
import { printable } from "../terminal/printable.js";
import { type Column, tableLines } from "../terminal/table.js";
import { attributeRows } from "./attribute-rows.js";

const COLUMNS: readonly Column[] = [
  { title: "NAME" },
  { title: "TYPE" },
  { title: "VALUE", canShrink: true },
  { title: "NOTE", canShrink: true },
];

/** Prints the attributes of a node. */
export async function attrs(
  context: Context,
  path: string,
  node: string,
  { json, raw }: { readonly json?: true; readonly raw?: true },
): Promise<void> {
  const { arrays, unreadable } = await withStorage(context, path, (manager) => attributesOf(manager, node));
  const rows = attributeRows(arrays, unreadable, raw === true).sort((a, b) => compareNames(a.name, b.name));
  if (json === true) {
    const attributes = rows.map(({ name, storedAs, type, value, reason }) => ({
      name,
      storedAs,
      type,
      value,
      reason,
    }));
    await context.print(jsonText({ file: path, node, attributes }, 2));
    return;
  }
  const cells = rows.map(({ name, type, text, reason = "" }) => [name, type, text, reason].map(printable));
  const look = { width: context.terminal.stdout.columns, title: context.colours.bold };
  for (const line of tableLines(COLUMNS, cells, look)) await context.print(line);
}
