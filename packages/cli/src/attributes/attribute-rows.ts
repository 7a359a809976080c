import { decodeMetadata, type NDArray, shapeText, TVB_ATTRIBUTE_PREFIX, toNested } from "@tvb-storage/core";
import { formatDateTime, isDate } from "@tvb-storage/files/internal";
import { jsonText } from "../terminal/json-text.js";

/** An attribute as `attrs` shows it. */
export interface AttributeRow {
  /** Without the prefix `TVB_`, unless names are wanted as they are stored. */
  readonly name: string;
  /** Its name in the file. */
  readonly storedAs: string;
  /** `bool` and `date` for texts that mean those; else the type and, of an array, the shape. */
  readonly type: string;
  /** As text: a single text as it is, all else like JSON. */
  readonly text: string;
  /** As it goes into JSON. */
  readonly value: unknown;
  readonly reason?: string;
}

/**
 * The attributes of a node in rows. Where both `TVB_x` and `x` are there, `x` is `TVB_x`, as in `getMetadata`; with
 * `raw` all of them are there, by their own names and with what is stored.
 */
export function attributeRows(
  arrays: ReadonlyMap<string, NDArray>,
  unreadable: ReadonlyMap<string, string>,
  raw: boolean,
): AttributeRow[] {
  const isHidden = (name: string) => !raw && arrays.has(`${TVB_ATTRIBUTE_PREFIX}${name}`);
  const rows = [...arrays]
    .filter(([name]) => !isHidden(name))
    .map(([storedAs, array]) => ({
      storedAs,
      ...(raw ? storedRow(storedAs, array) : decodedRow(storedAs, array)),
    }));
  const skipped = [...unreadable].map(([storedAs, type]) => ({
    name: raw ? storedAs : withoutPrefix(storedAs),
    storedAs,
    type,
    text: "",
    value: null,
    reason: "values of this type are not read",
  }));
  return [...rows, ...skipped];
}

type Row = Omit<AttributeRow, "storedAs">;

function decodedRow(storedAs: string, array: NDArray): Row {
  const [[name, value] = [storedAs, array]] = Object.entries(decodeMetadata([[storedAs, array]]));
  if (typeof value === "boolean") return { name, type: "bool", text: String(value), value };
  if (isDate(value)) return { name, type: "date", text: formatDateTime(value), value: formatDateTime(value) };
  return { ...storedRow(storedAs, array), name };
}

function storedRow(name: string, array: NDArray): Row {
  const { dtype, shape, enumMembers } = array;
  const value: unknown = toNested(array);
  const type = shape.length === 0 ? dtype : `${dtype} ${shapeText(shape)}`;
  const member = Object.entries(enumMembers ?? {}).find(([, number]) => number === value)?.[0];
  const text = typeof value === "string" ? value : listText(value);
  return { name, type, text: member === undefined ? text : `${text} (${member})`, value };
}

function withoutPrefix(name: string): string {
  return name.startsWith(TVB_ATTRIBUTE_PREFIX) ? name.slice(TVB_ATTRIBUTE_PREFIX.length) : name;
}

/** As JSON, but with numbers that JSON does not have. */
function listText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(listText).join(", ")}]`;
  return typeof value === "string" ? jsonText(value) : String(value);
}
