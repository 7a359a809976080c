import type { Metadata, MetadataValue } from "@tvb-storage/core";
import { asGid } from "./data-file-name.js";
import type { StorageContext } from "./storage-context.js";

/** A root attribute of a data file that names another datatype. */
export interface Reference {
  /** 32 hexadecimal digits, in lower case. */
  readonly gid: string;
  /** The attribute, without its prefix `TVB_`. */
  readonly key: string;
}

/** The file's own gid, and the simulation that it came from, which is no datatype. */
const NO_REFERENCES: ReadonlySet<string> = new Set(["gid", "parent_burst"]);

/** The attributes of a file's root. Throws as `getMetadata` does. */
export async function rootMetadata(context: StorageContext, path: string): Promise<Metadata> {
  return context.manager(path).getMetadata("", { skipUnreadable: true });
}

/** The gid that a file says it has; undefined where it says none. */
export function ownGid(metadata: Metadata): string | undefined {
  const { gid } = metadata;
  return typeof gid === "string" ? asGid(gid) : undefined;
}

/** The references of a file, sorted by key; those of a list each, in its order. */
export function referencesIn(metadata: Metadata): Reference[] {
  return Object.entries(metadata)
    .filter(([key]) => !NO_REFERENCES.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => gidsOf(value).map((gid) => ({ gid, key })));
}

/** Of `urn:uuid:...`, or of JSON text that is a list of gids. */
function gidsOf(value: MetadataValue): readonly string[] {
  if (typeof value !== "string") return [];
  if (/^urn:uuid:/i.test(value)) {
    const gid = asGid(value);
    return gid === undefined ? [] : [gid];
  }
  if (!/^\s*\[/.test(value)) return [];
  let list: unknown;
  try {
    list = JSON.parse(value);
  } catch {
    return []; // a text that only begins like a list
  }
  if (!Array.isArray(list)) return [];
  const gids = list.map((each: unknown) => (typeof each === "string" ? asGid(each) : undefined));
  return gids.every((gid) => gid !== undefined) ? gids : [];
}
