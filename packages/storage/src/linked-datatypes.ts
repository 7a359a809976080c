import type { LongCall } from "@tvb-storage/files/internal";
import { baseName } from "@tvb-storage/files/internal";
import { DataFileIndex, isUnreadable } from "./data-file-index.js";
import { parseDataFileName } from "./data-file-name.js";
import { ownGid, type Reference, referencesIn, rootMetadata } from "./references.js";
import type { StorageContext } from "./storage-context.js";

/** A reference to a datatype of which no file was found. */
export interface MissingReference extends Reference {
  /** The path of the file that refers to it. */
  readonly referredBy: string;
}

/** A file whose references are not known, since it cannot be read. */
export interface UnreadableFile {
  readonly path: string;
  readonly reason: string;
}

/** What data files refer to. */
export interface LinkedDatatypes {
  /** Paths of the files that they refer to, and that these refer to, and so on; without the given ones. In the order found. */
  readonly linked: readonly string[];
  readonly missing: readonly MissingReference[];
  readonly unreadable: readonly UnreadableFile[];
}

interface Search {
  readonly call: LongCall;
  /** Projects in which nothing is looked for. */
  readonly except?: string;
  /** False: only reports what the files refer to and is not among them. */
  readonly finds?: boolean;
}

/**
 * What files refer to, at any number of steps; circles are fine. A datatype is looked for in the project of the file that
 * refers to it first, then in the others by name.
 */
export async function linkedDatatypes(
  context: StorageContext,
  files: readonly string[],
  { call, except, finds = true }: Search,
): Promise<LinkedDatatypes> {
  const index = new DataFileIndex(context, call);
  const present = new Set<string>();
  const absent = new Set<string>();
  const linked: string[] = [];
  const missing: MissingReference[] = [];
  const unreadable: UnreadableFile[] = [];
  const open: { readonly path: string; readonly references: readonly Reference[] }[] = [];
  for (const path of files) {
    await call.pause();
    const named = parseDataFileName(context.backends, baseName(path))?.gid;
    if (named !== undefined) present.add(named);
    try {
      const metadata = await rootMetadata(context, path);
      const gid = ownGid(metadata);
      if (gid !== undefined) present.add(gid);
      const references = referencesIn(metadata);
      if (references.length > 0) open.push({ path, references });
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      unreadable.push({ path, reason: error.message });
    }
  }
  // It grows while it is gone through.
  for (const { path, references } of open) {
    for (const { gid, key } of references) {
      if (present.has(gid)) continue;
      const found = finds && !absent.has(gid) ? await firstOf(index, gid, path, except) : undefined;
      if (found === undefined) {
        absent.add(gid);
        missing.push({ gid, referredBy: path, key });
        continue;
      }
      present.add(gid);
      linked.push(found.path);
      open.push({ path: found.path, references: referencesIn(found.metadata) });
    }
  }
  return { linked, missing, unreadable };
}

async function firstOf(index: DataFileIndex, gid: string, referredBy: string, except: string | undefined) {
  for await (const found of index.everywhere(gid, index.projectOf(referredBy)))
    if (except === undefined || index.projectOf(found.path) !== except) return found;
  return undefined;
}
