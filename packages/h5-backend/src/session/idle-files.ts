import type { SyncFileSystem } from "@tvb-storage/files";
import type { CachedState } from "@tvb-storage/files/internal";
import { spaceIdentity } from "@tvb-storage/files/internal";
import type { Engine } from "../engine/engine.js";
import type { H5Handle } from "./h5-handle.js";
import type { SessionPort } from "./session-port.js";

/**
 * A file between two changes: neither locked nor open in the file system, but
 * still open in HDF5, with its content as of the last commit cached. Only for a
 * session that finds the file in this `state`.
 */
interface IdleFile {
  readonly handle: H5Handle;
  readonly port: SessionPort;
  readonly state: CachedState;
}

/** Each takes up to some MiB. */
const MAX_FILES = 8;
const MAX_IDLE_MS = 500;

interface Entry extends IdleFile {
  readonly space: object;
  readonly path: string;
  readonly since: number;
}

/**
 * The idle files of the process, the longest idle first. With them a loop of calls that each
 * open, change and close a file opens it once.
 */
class IdleFiles {
  readonly #entries = new Set<Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Removes and returns the idle file at a resolved path. */
  take(fs: SyncFileSystem, path: string): IdleFile | undefined {
    const space = spaceIdentity(fs);
    for (const entry of this.#entries) {
      if (entry.path !== path || entry.space !== space) continue;
      this.#entries.delete(entry);
      return entry;
    }
    return undefined;
  }

  put(fs: SyncFileSystem, path: string, file: IdleFile): void {
    const before = this.take(fs, path);
    before?.handle.abandon();
    const [oldest] = this.#entries;
    if (oldest !== undefined && this.#entries.size >= MAX_FILES) this.#end(oldest);
    this.#entries.add({ ...file, space: spaceIdentity(fs), path, since: performance.now() });
    this.#watch();
  }

  #end(entry: Entry): void {
    this.#entries.delete(entry);
    entry.handle.abandon();
  }

  /** One timer for all, which does not keep the process from ending. */
  #watch(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const latest = performance.now() - MAX_IDLE_MS;
      for (const entry of this.#entries) if (entry.since <= latest) this.#end(entry);
      if (this.#entries.size > 0) this.#watch();
    }, MAX_IDLE_MS);
    // In a browser it is a number.
    if (typeof this.#timer === "object") this.#timer.unref();
  }
}

const ofEngines = new WeakMap<Engine, IdleFiles>();

/** The idle files of one engine, in whose HDF5 they are open. */
export function idleFiles(engine: Engine): IdleFiles {
  let files = ofEngines.get(engine);
  if (files === undefined) {
    files = new IdleFiles();
    ofEngines.set(engine, files);
  }
  return files;
}
