import {
  DATETIME_VALUE_PREFIX,
  type NDArray,
  ndarray,
  type StorageManager,
  serializeBool,
  TVB_ATTRIBUTE_PREFIX,
} from "@tvb-storage/core";
import { FileMigrationException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { DATA_VERSION_KEY, formatDateTime, parseDateTime } from "@tvb-storage/files/internal";
import type { MigrationContext, MigrationStep } from "./migration-step.js";

/** Keys, as they are today, whose values are texts of people or names of classes, whatever they look like. */
const TEXT_KEYS: ReadonlySet<string> = new Set([
  "type",
  "module",
  "written_by",
  "subject",
  "state",
  "title",
  "operation_tag",
  "user_tag_1",
  "user_tag_2",
  "user_tag_3",
  "user_tag_4",
  "user_tag_5",
]);

const INTEGER = /^[+-]?(?:0|[1-9]\d*)$/;
const DECIMAL = /^[+-]?(?:\d+\.\d*|\.\d+|\d+(?=e))(?:e[+-]?\d+)?$/i;
const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};
const HYPHENATED = /^(?:urn:uuid:)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;
const PLAIN_HEX = /^[0-9a-f]{32}$/i;
const INT64 = 2n ** 63n;

/**
 * The steps from files of TVB 1.x (data version 2) to today's (5). What is known of those files is that their keys are
 * capitalised (`Gid`, `Type`, `Module`) and all values are texts; so keys and values are all that changes, data stay.
 *
 * - Keys of the root get a small first letter (`Gid` becomes `gid`); those of other nodes keep theirs (`Minimum` is one of
 *   today's); all get the prefix `TVB_`. `Data_version` stays.
 * - `True` and `False` become booleans; whole numbers int64, as far as they fit; decimal numbers, `nan`, `inf` and `-inf`
 *   float64; `YYYY-MM-DD HH:MM:SS` with or without a fraction a date; a gid with hyphens, and in `gid` also one of 32 digits,
 *   `urn:uuid:...`.
 * - All else stays text, as do `type`, `module`, `written_by`, `subject`, `state`, `title`, `operation_tag` and the user tags,
 *   whatever they look like; and numbers with leading zeros or blanks. Names of classes are not translated.
 * - Attributes that are no single text keep their value.
 *
 * A file that has a key in both forms (`Gid` and `gid`) is refused.
 */
export const tvb1Steps: readonly MigrationStep[] = [{ from: 2, to: 5, migrate: migrateTvb1 }];

async function migrateTvb1(manager: StorageManager, { signal }: MigrationContext): Promise<void> {
  const nodes = await manager.listNodes();
  const paths = nodes.filter(({ kind }) => kind === "group" || kind === "dataset").map(({ path }) => path);
  for (const path of ["/", ...paths]) {
    if (signal?.aborted === true) return;
    await migrateNode(manager, path);
  }
}

async function migrateNode(manager: StorageManager, path: string): Promise<void> {
  if (manager.getAttributes === undefined || manager.setAttributes === undefined)
    throw new FileMigrationException("the manager does not give attributes as they are stored");
  const before = await manager.getAttributes(path);
  const after = new Map<string, NDArray>();
  for (const [name, value] of before) {
    const key = keyOf(name, path === "/");
    const renamed = `${TVB_ATTRIBUTE_PREFIX}${key}`;
    if (after.has(renamed))
      throw new FileMigrationException(`${path} has ${quoted(key)} twice, once by the name ${quoted(name)}`);
    after.set(renamed, attributeOf(key, value));
  }
  const changed = new Map([...after].filter(([name, value]) => before.get(name) !== value));
  if (changed.size > 0) await manager.setAttributes(changed, path);
  for (const name of before.keys())
    if (!after.has(name)) await manager.removeMetadata(name, path, { tvbSpecificMetadata: false });
}

/** Today's key of an attribute, without prefix. */
function keyOf(name: string, isRoot: boolean): string {
  const key = name.startsWith(TVB_ATTRIBUTE_PREFIX) ? name.slice(TVB_ATTRIBUTE_PREFIX.length) : name;
  if (!isRoot || key === DATA_VERSION_KEY) return key;
  return key.slice(0, 1).toLowerCase() + key.slice(1);
}

function attributeOf(key: string, stored: NDArray): NDArray {
  const { dtype, shape, data } = stored;
  const text = dtype === "string" && shape.length === 0 ? data[0] : undefined;
  if (text === undefined || TEXT_KEYS.has(key)) return stored;
  return typedValue(key, text) ?? stored;
}

/** Undefined for what stays text. */
function typedValue(key: string, text: string): NDArray | undefined {
  if (text === "True" || text === "False") return ndarray(serializeBool(text === "True"));
  if (INTEGER.test(text)) {
    const value = BigInt(text.replace("+", ""));
    // -0 is a float, and what does not fit stays.
    if (text === "-0" || value >= INT64 || value < -INT64) return undefined;
    return ndarray(value, { dtype: "int64" });
  }
  const special = SPECIAL[text];
  if (special !== undefined || DECIMAL.test(text))
    return ndarray(special ?? Number(text), { dtype: "float64" });
  const gid =
    HYPHENATED.exec(text)?.[1] ?? (key === "gid" && PLAIN_HEX.test(text) ? hyphenated(text) : undefined);
  if (gid !== undefined) return ndarray(`urn:uuid:${gid.toLowerCase()}`);
  const date = /^\d{4}-/.test(text) ? parseDateTime(text) : undefined;
  return date === undefined ? undefined : ndarray(`${DATETIME_VALUE_PREFIX}${formatDateTime(date)}`);
}

function hyphenated(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
