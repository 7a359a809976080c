import type { HeldFolder } from "@tvb-storage/files/internal";

/** Number of unused folders that stay open, since the next file is often in the same one. */
const IDLE_FOLDERS = 32;

interface Held {
  readonly folder: Promise<HeldFolder>;
  users: number;
}

/**
 * The folders below a held one, each held while it is used. They are
 * entered one by one, so that no link in the path is followed.
 */
export class HeldTree {
  readonly #root: HeldFolder;
  /** By relative path, least recently used first. */
  readonly #held = new Map<string, Held>();

  /** `root` stays open when the tree is closed. */
  constructor(root: HeldFolder) {
    this.#root = root;
  }

  /** Calls `work` with the folder at a relative path, which is empty for the root; `work` must not keep it. */
  async use<T>(path: string, work: (folder: HeldFolder) => Promise<T>): Promise<T> {
    if (path === "") return work(this.#root);
    const known = this.#held.get(path);
    const held = known ?? { folder: this.#enter(path), users: 0 };
    held.users += 1;
    this.#held.delete(path);
    this.#held.set(path, held);
    try {
      return await work(await held.folder);
    } finally {
      held.users -= 1;
      await this.#closeIdle();
    }
  }

  /** As `use` for the parent folder of a path; `work` also gets the path's last part. */
  async useParent<T>(path: string, work: (folder: HeldFolder, name: string) => Promise<T>): Promise<T> {
    const cut = path.lastIndexOf("/");
    return this.use(path.slice(0, Math.max(cut, 0)), (folder) => work(folder, path.slice(cut + 1)));
  }

  async close(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    for (const { folder } of all) await closed(folder);
  }

  #enter(path: string): Promise<HeldFolder> {
    return this.useParent(path, (folder, name) => folder.enter(name));
  }

  async #closeIdle(): Promise<void> {
    if (this.#held.size <= IDLE_FOLDERS) return;
    const [oldest] = [...this.#held].filter(([, { users }]) => users === 0);
    if (oldest === undefined) return;
    this.#held.delete(oldest[0]);
    await closed(oldest[1].folder);
  }
}

/** An error of entering a folder goes to the call that requested it. */
async function closed(folder: Promise<HeldFolder>): Promise<void> {
  await folder.then(
    (held) => held.close(),
    () => undefined,
  );
}
