import { readFileSync } from "node:fs";
import type { GetOptions, Metadata, MetadataValue, NDArray } from "../../packages/core/src/index.js";

// The content of a file as read by h5py, in the form of fixtures/h5py/expectations.py.

/** A dataset or attribute; numbers are exact texts. */
export type Expected =
  | { readonly dtype: "null"; readonly base: string }
  | {
      readonly dtype: "compound";
      readonly shape: number[];
      readonly fields: Readonly<Record<string, Expected>>;
    }
  | {
      readonly dtype: "enum";
      readonly base: string;
      readonly members: Readonly<Record<string, string>>;
      readonly shape: number[];
      readonly values: string[];
    }
  | { readonly dtype: string; readonly shape: number[]; readonly values: string[] }
  | { readonly unread: string };

export interface ExpectedFile {
  readonly datasets: Readonly<Record<string, Expected>>;
  readonly attributes: Readonly<Record<string, Readonly<Record<string, Expected>>>>;
  readonly groups: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly linkCounts: Readonly<Record<string, number>>;
  /** Of every object's header, by every path that leads to it. */
  readonly addresses: Readonly<Record<string, number>>;
}

/** The expected content of the file at `path`. */
export function readExpected(path: string): ExpectedFile {
  return JSON.parse(readFileSync(`${path}.json`, "utf8"));
}

/** numpy's types that are read as another type here. */
const WIDENED: Readonly<Record<string, string>> = { float16: "float32", bfloat16: "float32" };

const NUMBERS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

function isSameValue(expected: string, found: unknown): boolean {
  if (typeof found === "string") return found === expected;
  if (typeof found === "bigint") return found === BigInt(expected);
  return Object.is(NUMBERS[expected] ?? Number(expected), found);
}

/** How an array differs from what h5py read; undefined where it does not. */
export function differenceOf(expected: Expected, found: NDArray): string | undefined {
  if ("unread" in expected) return `h5py cannot read it (${expected.unread}), and it came as ${found.dtype}`;
  if (expected.dtype === "null") {
    return found.shape.length === 1 && found.data.length === 0 ? undefined : `shape ${found.shape}`;
  }
  if (!("values" in expected)) return "it is a compound";
  const type = "base" in expected ? expected.base : expected.dtype;
  if (found.dtype !== (WIDENED[type] ?? type)) return `dtype ${found.dtype} for ${type}`;
  if (found.shape.join() !== expected.shape.join()) return `shape [${found.shape}] for [${expected.shape}]`;
  if (found.data.length !== expected.values.length) return `${found.data.length} values`;
  const wrong = expected.values.findIndex((value, index) => !isSameValue(value, found.data[index]));
  if (wrong >= 0) return `value ${wrong} is ${found.data[wrong]} for ${expected.values[wrong]}`;
  if ("members" in expected) {
    const members = JSON.stringify(found.enumMembers);
    const wanted = JSON.stringify(
      Object.fromEntries(Object.entries(expected.members).map(([name, value]) => [name, Number(value)])),
    );
    if (members !== wanted) return `members ${members} for ${wanted}`;
  }
  return undefined;
}

function isArray(value: MetadataValue): value is NDArray {
  return typeof value === "object" && "dtype" in value;
}

/** How a value of metadata differs from the attribute as h5py read it. */
function metadataDifference(expected: Expected, found: MetadataValue): string | undefined {
  if (isArray(found)) return differenceOf(expected, found);
  if ("unread" in expected || !("values" in expected) || expected.shape.length > 0) {
    return `a plain ${typeof found}`;
  }
  const value = typeof found === "boolean" ? Number(found) : found;
  const [text = ""] = expected.values;
  const number = typeof value === "number" && /^-?\d+$/.test(text);
  const same = number ? BigInt(value) === BigInt(text) : isSameValue(text, value);
  return same ? undefined : `${String(found)} for ${text}`;
}

/** The fields of a compound by the names that select them; a name with dots in it hides a nested one. */
function fieldsOf(expected: Expected): Map<string, Expected> {
  const fields = new Map<string, Expected>();
  if (!("fields" in expected)) return fields;
  for (const [name, field] of Object.entries(expected.fields)) {
    for (const [inner, nested] of fieldsOf(field)) fields.set(`${name}.${inner}`, nested);
  }
  for (const [name, field] of Object.entries(expected.fields)) {
    if (!("fields" in field)) fields.set(name, field);
  }
  return fields;
}

/** A file to compare: a storage manager, or an object with the same methods. */
export interface ReadFile {
  getData(path: string, options: GetOptions): Promise<NDArray>;
  getMetadata(path: string): Promise<Metadata>;
  closeFile(): Promise<void>;
}

/** Describes all differences between a file and what h5py reads from it. */
export async function differences(manager: ReadFile, expected: ExpectedFile): Promise<string[]> {
  const found: string[] = [];
  const note = (what: string, difference: string | undefined): void => {
    if (difference !== undefined) found.push(`${what}: ${difference}`);
  };
  const attempt = async (what: string, work: () => Promise<string | undefined>): Promise<void> => {
    note(what, await work().catch((error: unknown) => String(error)));
  };
  for (const [path, dataset] of Object.entries(expected.datasets)) {
    if ("fields" in dataset) {
      for (const [field, values] of fieldsOf(dataset)) {
        await attempt(`${path} field ${field}`, async () =>
          differenceOf(values, await manager.getData(path.slice(1), { field, closeFile: false })),
        );
      }
    } else {
      await attempt(path, async () =>
        differenceOf(dataset, await manager.getData(path.slice(1), { closeFile: false })),
      );
    }
  }
  for (const [path, attributes] of Object.entries(expected.attributes)) {
    await attempt(`attributes of ${path}`, async () => {
      const metadata = await manager.getMetadata(path.slice(1));
      const names = Object.keys(metadata).sort().join();
      const wanted = Object.keys(attributes).sort().join();
      if (names !== wanted) return `keys ${names} for ${wanted}`;
      for (const [name, value] of Object.entries(attributes)) {
        const read = metadata[name];
        note(
          `attribute ${name} of ${path}`,
          read === undefined ? "is missing" : metadataDifference(value, read),
        );
      }
      return undefined;
    });
  }
  await manager.closeFile();
  return found;
}
