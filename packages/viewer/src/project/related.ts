import type { Metadata, MetadataValue } from "@tvb-storage/core/arrays";
import { identityByName, plainGid } from "@tvb-storage/core/internal";
import type { DataFile } from "../data/data-file.js";
import { type FileSummary, summaryOf } from "../data/file-summary.js";
import type { Source, SourceFile } from "../sources/source.js";
import { nameOfPath } from "../text/path-name.js";

/** A datatype that another one names, opened. */
export interface Related {
  readonly file: SourceFile;
  readonly data: DataFile;
  readonly summary: FileSummary;
}

/**
 * Attributes that name another datatype although their value is no `urn:uuid:`: TVB 1.x writes the digits alone, and begins
 * the names with capital letters.
 */
const REFERENCES: ReadonlySet<string> = new Set([
  "connectivity",
  "region_mapping",
  "region_mapping_volume",
  "surface",
  "sensors",
  "source",
  "sources",
  "time_series",
  "volume",
]);

/** The simulation that a datatype came from, which is no datatype; it counts where it is open. */
const SIMULATION = "parent_burst";

export interface Reference {
  /** As the attribute is called, without capital letters: `connectivity`. */
  readonly name: string;
  /** 32 hexadecimal digits, in lower case. */
  readonly gid: string;
}

/**
 * The datatypes that a file names, sorted by attribute: values `urn:uuid:...`, JSON lists of GIDs, and GIDs written in another
 * way in attributes that are known to name a datatype, or that are those of a file that `isOpen`.
 */
export function referencesOf(
  metadata: Metadata,
  isOpen: (gid: string) => boolean = () => false,
): Reference[] {
  return Object.entries(metadata)
    .map(([key, value]) => ({ name: key.toLowerCase(), value }))
    .filter(({ name }) => name !== "gid")
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap(({ name, value }) =>
      gidsIn(value)
        .filter(({ gid, isUrn }) => isOpen(gid) || (name !== SIMULATION && (isUrn || REFERENCES.has(name))))
        .map(({ gid }) => ({ name, gid })),
    );
}

interface Gid {
  readonly gid: string;
  /** It cannot be anything but a GID: `urn:uuid:...`, or one of a list of GIDs. */
  readonly isUrn: boolean;
}

function gidsIn(value: MetadataValue): Gid[] {
  if (typeof value === "string") {
    const gid = gidOf(value);
    if (gid !== undefined) return [{ gid, isUrn: /^urn:uuid:/i.test(value) }];
    return allGids(jsonList(value));
  }
  return typeof value === "object" && "dtype" in value && value.dtype === "string" ? allGids(value.data) : [];
}

function allGids(list: readonly unknown[]): Gid[] {
  const gids = list.map((each) => (typeof each === "string" ? gidOf(each) : undefined));
  return gids.every((gid) => gid !== undefined) ? gids.map((gid) => ({ gid, isUrn: true })) : [];
}

function jsonList(text: string): readonly unknown[] {
  if (!/^\s*\[/.test(text)) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return []; // a text that only begins like a list
  }
}

/** The digits of a GID in lower case, however it is written; undefined for another text. */
export function gidOf(text: string): string | undefined {
  // A whole file may be in an attribute; no way of writing a GID is longer.
  if (text.length > 64) return undefined;
  const digits = plainGid(text)?.replaceAll(/[{}]/g, "");
  return digits !== undefined && /^[0-9a-f]{32}$/i.test(digits) ? digits.toLowerCase() : undefined;
}

const filesByGid = new WeakMap<readonly Source[], ReadonlyMap<string, readonly SourceFile[]>>();

/**
 * The opened file of a datatype, by the GID in its name; undefined where it is not among those of the page. Of several, such
 * as those of a project and of its copy, the one that is nearest to the file `near`.
 */
export function fileOfDatatype(
  sources: readonly Source[],
  gid: string,
  near?: SourceFile,
): SourceFile | undefined {
  let files = filesByGid.get(sources);
  if (files === undefined) {
    files = groupedByGid(sources);
    filesByGid.set(sources, files);
  }
  const [first, ...others] = files.get(gid) ?? [];
  if (first === undefined || near === undefined) return first;
  return others.reduce((best, file) => (isNearer(file, best, near) ? file : best), first);
}

/** Whether a file has more folders in common with the file `near` than another one has. */
export function isNearer(file: SourceFile, other: SourceFile, near: SourceFile): boolean {
  return commonFolders(file, near) > commonFolders(other, near);
}

function groupedByGid(sources: readonly Source[]): ReadonlyMap<string, readonly SourceFile[]> {
  const files = new Map<string, SourceFile[]>();
  for (const file of sources.flatMap((source) => source.files)) {
    const gid = file.isDocument ? undefined : identityByName(nameOfPath(file.path)).gid?.toLowerCase();
    if (gid === undefined) continue;
    const known = files.get(gid);
    if (known === undefined) files.set(gid, [file]);
    else known.push(file);
  }
  return files;
}

/** The number of folders that both are in; identities begin with that of the source. */
function commonFolders(a: SourceFile, b: SourceFile): number {
  const [left, right] = [a.id.split("/"), b.id.split("/")];
  const end = left.findIndex((name, index) => name !== right[index]);
  return end < 0 ? left.length : end;
}

/**
 * The datatype that a file names by one of these attributes, directly or through another one: functional connectivity
 * names its time series, which names its connectivity. Of several copies of a datatype, the one nearest to the file that
 * names it.
 *
 * @throws what opening a file on the way to it throws.
 */
export async function relatedDatatype(
  sources: readonly Source[],
  file: SourceFile,
  summary: FileSummary,
  name: string,
): Promise<Related | undefined> {
  const isOpen = (gid: string): boolean => fileOfDatatype(sources, gid) !== undefined;
  const seen = new Set<string>();
  let next: Pick<Related, "file" | "summary">[] = [{ file, summary }];
  while (next.length > 0) {
    const found: Related[] = [];
    for (const each of next) {
      for (const reference of referencesOf(each.summary.metadata, isOpen)) {
        const named = seen.has(reference.gid) ? undefined : fileOfDatatype(sources, reference.gid, each.file);
        seen.add(reference.gid);
        if (named === undefined) continue;
        const data = await named.data();
        const related = { file: named, data, summary: await summaryOf(named, data) };
        if (reference.name === name) return related;
        found.push(related);
      }
    }
    next = found;
  }
  return undefined;
}
