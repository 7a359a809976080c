import type { Metadata } from "@tvb-storage/core/arrays";
import { identityByName, plainGid } from "@tvb-storage/core/internal";
import type { DataFile } from "../data/data-file.js";
import { type FileSummary, summaryOf } from "../data/file-summary.js";
import type { Source, SourceFile } from "../sources/source.js";

/** A datatype that another one names, opened. */
export interface Related {
  readonly file: SourceFile;
  readonly data: DataFile;
  readonly summary: FileSummary;
}

/** Attributes that name another datatype by its GID; version 2 of the files has capital letters. */
const REFERENCES = ["connectivity", "time_series", "surface", "region_mapping", "source", "parent_burst"];

export interface Reference {
  /** As the attribute is called, without capital letters: `connectivity`. */
  readonly name: string;
  /** 32 hexadecimal digits. */
  readonly gid: string;
}

/** The datatypes that a file names. */
export function referencesOf(metadata: Metadata): Reference[] {
  const references: Reference[] = [];
  for (const [key, value] of Object.entries(metadata)) {
    const name = key.toLowerCase();
    const gid = REFERENCES.includes(name) && typeof value === "string" ? plainGid(value) : undefined;
    if (gid !== undefined && /^[0-9a-f]{32}$/i.test(gid)) references.push({ name, gid: gid.toLowerCase() });
  }
  return references;
}

/** The opened file of a datatype, by the GID in its name; undefined where it is not among those of the page. */
export function fileOfDatatype(sources: readonly Source[], gid: string): SourceFile | undefined {
  return sources
    .flatMap(({ files }) => files)
    .find(({ path }) => identityByName(path.split("/").at(-1) ?? "").gid?.toLowerCase() === gid);
}

/**
 * The datatype that a file names by one of these attributes, directly or through another one: functional connectivity
 * names its time series, which names its connectivity.
 */
export async function relatedDatatype(
  sources: readonly Source[],
  summary: FileSummary,
  name: string,
): Promise<Related | undefined> {
  const seen = new Set<string>();
  let next = [summary];
  while (next.length > 0) {
    const found: FileSummary[] = [];
    for (const each of next) {
      for (const reference of referencesOf(each.metadata)) {
        const file = seen.has(reference.gid) ? undefined : fileOfDatatype(sources, reference.gid);
        seen.add(reference.gid);
        if (file === undefined) continue;
        const data = await file.data();
        const related = { file, data, summary: await summaryOf(file, data) };
        if (reference.name === name) return related;
        found.push(related.summary);
      }
    }
    next = found;
  }
  return undefined;
}
