import { Mutex } from "async-mutex";
import { disk } from "#platform";
import { normalizePath } from "./file-path.js";
import type { SyncFileSystem } from "./file-system.js";

/** What a backend keeps open between calls: a handle, a session, a buffer of appended rows. */
export interface OpenFile {
  /** Flushes, commits and closes; afterwards nothing of the file is held. Rejects where data could not be written. */
  release(): Promise<void>;
}

/** The place of one file in the table: at most one thing is open there, and whoever has the slot has the lock. */
export interface FileSlot {
  /** The resolved path that all managers on this file share. */
  readonly path: string;
  open: OpenFile | undefined;
}

class Slot implements FileSlot {
  readonly mutex = new Mutex();
  open: OpenFile | undefined;
  /** Calls that hold the lock or wait for it. */
  users = 0;

  constructor(readonly path: string) {}

  get locked(): boolean {
    return this.mutex.isLocked();
  }
}

type FileTable = Map<string, Slot>;

interface ProcessTable {
  /** By file system; the values are this file's own, hence unknown to other copies of this package. */
  readonly byFileSystem: WeakMap<object, FileTable>;
  readonly disk: FileTable;
}

/** One table per process (and thread), also where two copies of this package are loaded. */
const KEY = Symbol.for("@tvb-storage/open-files/1");

function processTable(): ProcessTable {
  // A registered symbol is the one way to a place that every copy of this package finds.
  const holder = globalThis as { [KEY]?: ProcessTable };
  holder[KEY] ??= { byFileSystem: new WeakMap(), disk: new Map() };
  return holder[KEY];
}

function tableOf(fs: SyncFileSystem): FileTable {
  const tables = processTable();
  // `import fs` and `import * as fs` of node:fs are two objects and one disk.
  if (disk !== undefined && fs.openSync === disk.openSync) return tables.disk;
  let table = tables.byFileSystem.get(fs);
  if (table === undefined) {
    table = new Map();
    tables.byFileSystem.set(fs, table);
  }
  return table;
}

/**
 * The one spelling of `path` by which its file is known: links resolved as far
 * as the path exists, so that a file about to be created has its key too.
 */
export function resolvePath(fs: SyncFileSystem, path: string): string {
  const normal = normalizePath(path);
  const realpath = fs.realpathSync;
  if (realpath === undefined) return normal;
  // Of Node's two, the one that asks the system once instead of walking the path.
  const resolve = realpath.native ?? realpath;
  let head = normal;
  let tail = "";
  for (;;) {
    try {
      const real = String(resolve.call(fs, head === "" ? "/" : head));
      return normalizePath(tail === "" ? real : `${real}/${tail}`);
    } catch {
      const cut = head.lastIndexOf("/");
      if (cut < 0) return normal;
      tail = tail === "" ? head.slice(cut + 1) : `${head.slice(cut + 1)}/${tail}`;
      head = head.slice(0, cut);
    }
  }
}

/**
 * Runs `work` as the only one in this process on the file at `path`. Calls are
 * served in the order they came; different files do not wait for each other.
 */
export async function withFile<T>(
  fs: SyncFileSystem,
  path: string,
  work: (slot: FileSlot) => Promise<T>,
): Promise<T> {
  const table = tableOf(fs);
  const key = resolvePath(fs, path);
  let slot = table.get(key);
  if (slot === undefined) {
    slot = new Slot(key);
    table.set(key, slot);
  }
  return useSlot(table, slot, work);
}

async function useSlot<T>(table: FileTable, slot: Slot, work: (slot: FileSlot) => Promise<T>): Promise<T> {
  slot.users += 1;
  try {
    return await slot.mutex.runExclusive(() => work(slot));
  } finally {
    slot.users -= 1;
    if (slot.users === 0 && slot.open === undefined) table.delete(slot.path);
  }
}

/**
 * Flushes and closes whatever this process has open at `path` or beneath it,
 * and keeps it closed while `work` moves, renames or removes it.
 *
 * Rejects, without running `work`, where something could not be flushed.
 */
export async function withFilesReleased<T>(
  fs: SyncFileSystem,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  const table = tableOf(fs);
  const root = resolvePath(fs, path);
  const prefix = root.endsWith("/") ? root : `${root}/`;
  const beneath = [...table.values()]
    .filter((slot) => slot.path === root || slot.path.startsWith(prefix))
    // One order for everybody, so that two movers cannot wait for each other.
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const nested = beneath.reduceRight<() => Promise<T>>(
    (inner, slot) => () =>
      useSlot(table, slot, async () => {
        await slot.open?.release();
        slot.open = undefined;
        return inner();
      }),
    work,
  );
  return nested();
}

/** The locks of the files in use now, by resolved path; for diagnosis. */
export function fileLocks(): ReadonlyMap<string, { readonly locked: boolean }> {
  return processTable().disk;
}
