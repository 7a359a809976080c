import { isWithin, parentOf } from "@tvb-storage/files/internal";
import { createMemoryFs, type MemoryFileSystem } from "../memory-fs.js";
import { type DiskImage, type DiskOperation, imageOf, imageToFs, replay } from "./disk-image.js";
import { type FsCall, opensForCreation, writtenBytes } from "./fs-call.js";
import { interceptFs } from "./intercept.js";

/**
 * How much of the unsynced changes survives a power cut:
 * - `"synced"`: nothing.
 * - `"all"`: everything, as if the system had just written it out.
 * - `{ seed }`: each unsynced write survives or not, some by half, so that later ones may survive
 *   without earlier ones; changes of names are lost from a random one on, as with journaling file systems.
 */
export type Survival = "synced" | "all" | { readonly seed: number };

export interface PowerLossFs {
  /** Work on this one. */
  readonly fs: MemoryFileSystem;
  /** The disk as it would be after a power cut now. Work on `fs` may go on. */
  cut(survival: Survival): MemoryFileSystem;
  /** Operations that a power cut could still lose. */
  readonly unsynced: number;
}

interface Recorded {
  readonly operation: DiskOperation;
  durable: boolean;
}

/** Same numbers for the same seed, on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A file system in memory that tracks what was synced. A sync of a file
 * makes its content, length and mode durable; a sync of a folder the names in it
 * (created, renamed, removed). Everything else may be lost in `cut`.
 *
 * Symbolic links are not supported. `files` exist, synced, at the start.
 */
export function powerLossFs(files: Readonly<Record<string, string | Uint8Array>> = {}): PowerLossFs {
  const disk = createMemoryFs(files);
  const start: DiskImage = imageOf(disk);
  const records: Recorded[] = [];
  /** The number of the file at a path, which renames do not change. */
  const names = new Map<string, number>([...start.names].map(([path, file]) => [path, file]));
  const handles = new WeakMap<object, { file: number; path: string; position: number }>();
  const descriptors = new Map<number, { file: number; path: string; position: number }>();
  let nextFile = start.nextFile;

  function record(operation: DiskOperation): void {
    records.push({ operation, durable: false });
  }

  function onOpen(call: FsCall, result: unknown, existed: boolean): void {
    const path = call.path ?? "";
    let file = names.get(path);
    if (!existed && opensForCreation(call.args[1])) {
      file = nextFile++;
      names.set(path, file);
      const mode = typeof call.args[2] === "number" ? call.args[2] : 0o666;
      record({ kind: "create", file, path, mode });
    } else if (existed && file !== undefined && /w/.test(String(call.args[1]))) {
      record({ kind: "truncate", file, length: 0 });
    }
    // Folders have no number; they are identified by path.
    const opened = { file: file ?? -1, path, position: /a/.test(String(call.args[1])) ? -1 : 0 };
    if (typeof result === "number") descriptors.set(result, opened);
    else if (typeof result === "object" && result !== null) handles.set(result, opened);
  }

  function onSync(file: number, path: string): void {
    for (const one of records) {
      const { operation } = one;
      if (file >= 0 && "file" in operation && operation.file === file && operation.kind !== "create")
        one.durable = true;
      if (file < 0 && touchesFolder(operation, path)) one.durable = true;
    }
  }

  /** Calls of `open` that found their file. */
  const foundFile = new WeakSet<FsCall>();

  function openedBy(call: FsCall) {
    if (call.handle !== undefined) return handles.get(call.handle);
    return typeof call.args[0] === "number" ? descriptors.get(call.args[0]) : undefined;
  }

  function onWrite(call: FsCall, result: unknown, opened: { file: number; position: number }): void {
    const written = writtenBytes(call);
    if (written === undefined) throw new TypeError(`powerLossFs does not know this write: ${call.name}`);
    const count = typeof result === "number" ? result : (result as { bytesWritten: number }).bytesWritten; // of a file handle
    const data = written.bytes.slice(0, count);
    const position = written.position ?? opened.position;
    if (position < 0) throw new TypeError("powerLossFs does not offer files opened for appending");
    if (written.position === null) opened.position += count;
    record({ kind: "write", file: opened.file, position, data });
  }

  function onPathCall(call: FsCall): void {
    const path = call.path ?? "";
    const file = names.get(path);
    switch (call.kind) {
      case "rename": {
        const to = String(call.args[1]);
        record({ kind: "rename", from: path, to });
        for (const [name, id] of [...names]) {
          if (!isWithin(path, name)) continue;
          names.delete(name);
          names.set(to + name.slice(path.length), id);
        }
        return;
      }
      case "link": {
        const name = String(call.args[1]);
        if (file !== undefined) names.set(name, file);
        record({ kind: "link", existing: path, path: name });
        return;
      }
      case "unlink":
        names.delete(path);
        record({ kind: "unlink", path });
        return;
      case "mkdir":
        record({ kind: "mkdir", path });
        return;
      case "rmdir":
        record({ kind: "rmdir", path });
        return;
      case "chmod":
        if (file !== undefined) record({ kind: "chmod", file, mode: Number(call.args[1]) });
        return;
      case "truncate":
        if (file !== undefined) record({ kind: "truncate", file, length: Number(call.args[1] ?? 0) });
        return;
      case "utimes":
      case "chown":
        return;
      default:
        throw new TypeError(
          `powerLossFs does not offer ${call.name}; use open, write, rename, link, unlink, mkdir`,
        );
    }
  }

  const PATH_KINDS =
    /^(rename|unlink|mkdir|rmdir|chmod|truncate|utimes|chown|link|symlink|copyFile|cp|rm|writeFile|mkdtemp)$/;

  const fs = interceptFs(disk, {
    before(call) {
      if (call.kind === "open" && call.path !== undefined && disk.existsSync(call.path)) foundFile.add(call);
      return undefined;
    },
    after(call, result) {
      if (call.kind === "open") return onOpen(call, result, foundFile.has(call));
      const opened = openedBy(call);
      if (opened === undefined) {
        if (PATH_KINDS.test(call.kind)) onPathCall(call);
        return;
      }
      if (call.kind === "write") onWrite(call, result, opened);
      else if (call.kind === "sync") onSync(opened.file, opened.path);
      else if (call.kind === "truncate") {
        const length = call.handle === undefined ? call.args[1] : call.args[0];
        record({ kind: "truncate", file: opened.file, length: Number(length ?? 0) });
      } else if (call.kind === "chmod") {
        const mode = call.handle === undefined ? call.args[1] : call.args[0];
        record({ kind: "chmod", file: opened.file, mode: Number(mode) });
      } else if (call.kind === "writeFile") onPathCall(call);
    },
  });

  return {
    fs,
    get unsynced() {
      return records.filter((one) => !one.durable).length;
    },
    cut: (survival) => imageToFs(replay(start, surviving(records, survival))),
  };
}

function touchesFolder(operation: DiskOperation, folder: string): boolean {
  if (operation.kind === "rename")
    return parentOf(operation.from) === folder || parentOf(operation.to) === folder;
  return "path" in operation && parentOf(operation.path) === folder;
}

function isNameChange({ kind }: DiskOperation): boolean {
  return kind !== "write" && kind !== "truncate" && kind !== "chmod";
}

function surviving(records: readonly Recorded[], survival: Survival): DiskOperation[] {
  if (survival === "all") return records.map((one) => one.operation);
  if (survival === "synced") return records.filter((one) => one.durable).map((one) => one.operation);
  const random = seededRandom(survival.seed);
  const loose = records.filter((one) => !one.durable && isNameChange(one.operation));
  // A folder's changes reach the medium in their order.
  const namesKept = new Set(loose.slice(0, Math.floor(random() * (loose.length + 1))));
  const kept: DiskOperation[] = [];
  for (const one of records) {
    const { operation } = one;
    if (one.durable || namesKept.has(one)) kept.push(operation);
    else if (!isNameChange(operation)) {
      const luck = random();
      if (operation.kind === "write" && luck > 0.8)
        kept.push({ ...operation, data: operation.data.slice(0, Math.floor(operation.data.length / 2)) });
      else if (luck > 0.4) kept.push(operation);
    }
  }
  return kept;
}
