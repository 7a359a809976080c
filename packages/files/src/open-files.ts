import { Mutex } from "async-mutex";
import { disk } from "#platform";
import { isWithin } from "./file-path.js";
import type { SyncFileSystem } from "./file-system.js";
import { type LinkResolver, resolvePath } from "./resolve-path.js";

/** What a backend keeps open between calls: a handle, a session, a buffer of appended rows. */
export interface OpenFile {
  /** Flushes, commits and closes; releases all of the file. Rejects where data could not be written. */
  release(): Promise<void>;
}

/** The entry of one file in the table. At most one object is open in it; a call that has the slot has the lock. */
export interface FileSlot {
  /** The resolved path that all managers on this file share. */
  readonly path: string;
  open: OpenFile | undefined;
  /** Whether a call runs on the file now. While none does, synchronous work needs no lock. */
  readonly locked: boolean;
}

/**
 * Identifies the store that paths belong to: a file system, or for a backend without
 * one an object such as a connection. Users that share files have the same object.
 */
export type PathSpace = object & LinkResolver & Partial<Pick<SyncFileSystem, "openSync">>;

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

/** Files or folders that are being moved or removed. */
interface Closure {
  readonly roots: readonly string[];
  readonly over: Promise<void>;
}

interface FileTable {
  readonly slots: Map<string, Slot>;
  readonly closures: Set<Closure>;
}

interface ProcessTable {
  readonly byFileSystem: WeakMap<object, FileTable>;
  readonly disk: FileTable;
}

/** One table per process (and thread), also where two copies of this package are loaded. */
const KEY = Symbol.for("@tvb-storage/open-files/1");

function emptyTable(): FileTable {
  return { slots: new Map(), closures: new Set() };
}

function processTable(): ProcessTable {
  // All copies of this package find the same table by a registered symbol.
  const holder = globalThis as { [KEY]?: ProcessTable };
  holder[KEY] ??= { byFileSystem: new WeakMap(), disk: emptyTable() };
  return holder[KEY];
}

/**
 * The object that identifies a file system in tables: `fs` itself, but always the same
 * for the disk, since `import fs` and `import * as fs` of node:fs are two objects.
 */
export function spaceIdentity(fs: PathSpace): object {
  return disk !== undefined && fs.openSync === disk.openSync ? disk : fs;
}

function tableOf(fs: PathSpace): FileTable {
  const tables = processTable();
  const space = spaceIdentity(fs);
  if (space === disk) return tables.disk;
  let table = tables.byFileSystem.get(space);
  if (table === undefined) {
    table = emptyTable();
    tables.byFileSystem.set(space, table);
  }
  return table;
}

function covers({ roots }: Closure, path: string): boolean {
  return roots.some((root) => isWithin(root, path));
}

/**
 * Runs `work` as the only one in this process on the file at `path`. Calls are
 * served in the order they came; different files do not wait for each other. A
 * file that is being moved or removed is waited for.
 *
 * `work` must not call this for the same file: it would wait for itself. With
 * `known`, the slot that the path had before, the path is not resolved again as
 * long as something is open there.
 */
export async function withFile<T>(
  fs: PathSpace,
  path: string,
  work: (slot: FileSlot) => Promise<T>,
  known?: FileSlot,
): Promise<T> {
  const table = tableOf(fs);
  if (known instanceof Slot && known.open !== undefined) return useSlot(table, known, work);
  for (;;) {
    // Again after each wait, since a link in the path may have been moved.
    const key = resolvePath(fs, path);
    const closure = closureOf(table, key);
    if (closure === undefined) return useSlot(table, slotAt(table, key), work);
    await closure.over;
  }
}

/**
 * Whether no call of this process uses the file at `path` now, and nothing is
 * open there. Synchronous work then needs no lock.
 */
export function isUnused(fs: PathSpace, path: string): boolean {
  const table = tableOf(fs);
  if (table.slots.size === 0 && table.closures.size === 0) return true;
  const key = resolvePath(fs, path);
  return !table.slots.has(key) && closureOf(table, key) === undefined;
}

function closureOf(table: FileTable, key: string): Closure | undefined {
  for (const closure of table.closures) if (covers(closure, key)) return closure;
  return undefined;
}

function slotAt(table: FileTable, key: string): Slot {
  const known = table.slots.get(key);
  if (known !== undefined) return known;
  const slot = new Slot(key);
  table.slots.set(key, slot);
  return slot;
}

async function useSlot<T>(table: FileTable, slot: Slot, work: (slot: FileSlot) => Promise<T>): Promise<T> {
  slot.users += 1;
  try {
    // Not `runExclusive`, whose own wrappers cost as much as the rest of this.
    const release = await slot.mutex.acquire();
    try {
      return await work(slot);
    } finally {
      release();
    }
  } finally {
    leave(table, slot);
  }
}

function leave(table: FileTable, slot: Slot): void {
  slot.users -= 1;
  if (slot.users === 0 && slot.open === undefined) table.slots.delete(slot.path);
}

/**
 * Flushes and closes all that this process has open at `path` (or each of several)
 * or beneath it, and keeps it closed while `work` moves, renames or removes it.
 * Other calls on files there wait until `work` is done; it must not make any
 * itself. For two paths give both in one call: nested calls could deadlock.
 *
 * Rejects, without running `work`, where something could not be flushed.
 */
export async function withFilesReleased<T>(
  fs: PathSpace,
  path: string | readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const table = tableOf(fs);
  const paths = typeof path === "string" ? [path] : path;
  let reopen = (): void => undefined;
  const closure: Closure = {
    roots: paths.map((each) => resolvePath(fs, each)),
    over: new Promise((resolve) => {
      reopen = resolve;
    }),
  };
  const held = await closeTo(table, closure);
  try {
    for (const slot of held.keys()) {
      await slot.open?.release();
      slot.open = undefined;
    }
    return await work();
  } finally {
    table.closures.delete(closure);
    reopen();
    unlock(table, held);
  }
}

type Held = Map<Slot, () => void>;

/**
 * Takes the locks of all files at the closure's roots or beneath, and registers the
 * closure before another file can be opened there. A call that has one of the locks may
 * wait for another one (to store blocks of one file in a second), so the locks are
 * released when the next is not free soon.
 */
async function closeTo(table: FileTable, closure: Closure): Promise<Held> {
  const held: Held = new Map();
  for (;;) {
    const next = [...table.slots.values()].find((slot) => !held.has(slot) && covers(closure, slot.path));
    if (next === undefined) {
      table.closures.add(closure);
      return held;
    }
    next.users += 1;
    const acquiring = next.mutex.acquire();
    // A random time, so that two movers do not block each other again and again.
    let release = await within(acquiring, 20 + 30 * Math.random());
    if (release === undefined) {
      unlock(table, held);
      release = await acquiring;
    }
    held.set(next, release);
  }
}

function unlock(table: FileTable, held: Held): void {
  for (const [slot, release] of held) {
    release();
    leave(table, slot);
  }
  held.clear();
}

/** The result of `promise`, or undefined after `milliseconds`. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The locks of the files in use now, by resolved path; for diagnosis. */
export function fileLocks(): ReadonlyMap<string, { readonly locked: boolean }> {
  return processTable().disk.slots;
}
