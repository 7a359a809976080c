import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import type { HeldFolder } from "./held-folder.js";
import type { PathStats } from "./path-stats.js";
import { systemErrorCode } from "./system-error.js";

/** Folders above the current one that stay held; a process may have a thousand files open. */
const HELD_ABOVE = 32;

interface Level {
  readonly folder: HeldFolder;
  /** Identifies it after it was released. */
  released?: PathStats;
}

/**
 * Goes from a held folder down into its subfolders and back up, for work on a
 * whole tree: each folder is held while it is worked on. Only a few of those above
 * stay held, at any depth. One that is held again must be the same folder as before.
 */
export class FolderDescent {
  readonly #levels: Level[];

  /** `start` is closed by the caller. */
  constructor(start: HeldFolder) {
    this.#levels = [{ folder: start }];
  }

  /** The current folder. */
  get folder(): HeldFolder {
    return this.#top.folder;
  }

  /** Goes into a folder in the current one. Throws as `HeldFolder.enter` does; nothing has changed then. */
  async down(name: string): Promise<void> {
    this.#levels.push({ folder: await this.folder.enter(name) });
    const far = this.#levels.length - 1 - HELD_ABOVE;
    const level = far > 0 ? this.#levels[far] : undefined;
    if (level === undefined || level.released !== undefined) return;
    level.released = await level.folder.stats();
    await level.folder.close();
  }

  /** As `down`, for what was a folder when its parent was listed; false where another process has removed or replaced it since. */
  async downIfThere(name: string): Promise<boolean> {
    try {
      await this.down(name);
      return true;
    } catch (error) {
      if (systemErrorCode(error) === "ENOENT" || isTVBException(error, "FILE_STRUCTURE")) return false;
      throw error;
    }
  }

  /**
   * Goes back to the folder above.
   *
   * @throws FileStructureException it had to be held again, and another is in its place.
   */
  async up(): Promise<void> {
    const left = this.#levels.pop();
    const level = this.#top;
    if (left === undefined) return;
    try {
      const { folder, released } = level;
      if (released !== undefined)
        this.#levels[this.#levels.length - 1] = await heldAgain(folder.path, released, left.folder);
    } finally {
      await left.folder.close();
    }
  }

  /** Releases all folders but the first. */
  async close(): Promise<void> {
    for (const { folder, released } of this.#levels.splice(1))
      if (released === undefined) await folder.close();
  }

  get #top(): Level {
    const top = this.#levels.at(-1);
    if (top === undefined) throw new RangeError("there is no way up from the start");
    return top;
  }
}

async function heldAgain(path: string, known: PathStats, below: HeldFolder): Promise<Level> {
  const folder = await below.parent();
  const found = await folder.stats().catch(() => undefined);
  if (found?.ino === known.ino && found.dev === known.dev) return { folder };
  await folder.close();
  throw new FileStructureException(
    `expected the folder ${below.path} to stay in ${path}, found that it was moved meanwhile`,
  );
}
