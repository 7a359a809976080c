import { FileStructureException } from "@tvb-storage/errors";
import { formatDocument } from "../json/exact-json.js";
import type { ArrayLayout } from "../metadata/array-layout.js";
import { FencedStore } from "../stores/fenced-store.js";
import type { ObjectStore, StoreLock } from "../stores/object-store.js";
import { StoreConflict } from "../stores/store-conflict.js";
import { changedDocuments, documentsOf, type ZarrNodes } from "./hierarchy.js";
import {
  getAgain,
  type HierarchyCache,
  type LoadedHierarchy,
  type LoadOptions,
  loadHierarchy,
} from "./load.js";
import { formatRoot, newRoot, ROOT_DOCUMENT, type RootDocument } from "./root-document.js";
import { removeStaged, settle } from "./settle.js";
import { removeStrays } from "./strays.js";
import type { WriteAccess } from "./write-access.js";

export interface WriterOptions extends LoadOptions {
  readonly cache: HierarchyCache;
}

/** How often a root is put again that a writer which has lost its lock has put meanwhile. */
const MAX_FENCES = 10;

/** The commits of one transaction: the root as it is, and what is put before and after it. */
export class HierarchyWriter implements WriteAccess {
  readonly store: ObjectStore;
  readonly #fenced: FencedStore | undefined;
  /** The last commit, as it was found. */
  #found: LoadedHierarchy | undefined;
  /** The root as it is now. */
  #root: LoadedHierarchy | undefined;
  /** What a failed transaction has put beneath these prefixes goes, but not the chunks of these arrays. */
  readonly #written = new Map<string, ArrayLayout | undefined>();
  #hasBegun = false;
  /** The commit whose put failed: it may have been made. */
  #doubtful: string | undefined;
  /** The commit that was made. */
  #made: string | undefined;
  #isUnfinished = false;

  private constructor(
    private readonly objects: ObjectStore,
    private readonly lock: StoreLock | undefined,
    private readonly options: WriterOptions,
  ) {
    if (lock?.canBeLost === true)
      this.#fenced = new FencedStore(objects, lock, options.cache.versions, () => this.confirm());
    this.store = this.#fenced ?? objects;
  }

  /** Waits for the right to write, and finishes what the writer before has not. */
  static async open(objects: ObjectStore, options: WriterOptions): Promise<HierarchyWriter> {
    const lock = await objects.lock?.("", { signal: options.signal });
    const writer = new HierarchyWriter(objects, lock, options);
    try {
      await writer.#begin();
      return writer;
    } catch (error) {
      // What the writer before has left is still there.
      await lock?.release(lock.tookOver === true || writer.#fenced?.isUncertain === true);
      throw error;
    }
  }

  /** The last commit; undefined where there is none yet. */
  get found(): LoadedHierarchy | undefined {
    return this.#found;
  }

  async #begin(): Promise<void> {
    const tookOver = this.lock !== undefined && this.lock.tookOver !== false;
    this.#root = await loadHierarchy(this.objects, this.options);
    if (this.#root?.nodes.get("/")?.array !== undefined)
      throw new FileStructureException(
        "it is an array without a group, in which there is nothing else; it is only read",
      );
    if (tookOver && this.#fenced !== undefined) await this.#fence();
    if (this.#root !== undefined && !isSettled(this.#root)) {
      await settle(this, this.#root);
      this.#remember();
    }
    if (tookOver) await removeStaged(this);
    this.#found = this.#root;
  }

  /** Puts the root again, so that no put of another writer that is still under way can take its place. */
  async #fence(): Promise<void> {
    for (let attempt = 1; this.#root !== undefined; attempt++) {
      try {
        await this.putRoot({ ...this.#root, writer: crypto.randomUUID() });
        return;
      } catch (error) {
        if (!(error instanceof StoreConflict) || attempt === MAX_FENCES) throw error;
        this.#root = await loadHierarchy(this.objects, this.options);
      }
    }
  }

  async confirm(): Promise<void> {
    await this.lock?.assertHeld();
    if (this.#fenced === undefined) return;
    const key = ROOT_DOCUMENT[this.#root?.format ?? this.options.format];
    const version = this.#root?.version;
    const now =
      version === undefined
        ? await this.objects.get(key)
        : await getAgain(this.objects, key, { bytes: NOTHING, version });
    const isSame = now === undefined ? this.#root === undefined : "isSame" in now && now.isSame;
    if (!isSame) throw new StoreConflict(this.objects.label, key);
  }

  isKnown(key: string): boolean {
    return this.#fenced === undefined || this.#fenced.isKnown(key);
  }

  async putRoot(root: RootDocument): Promise<void> {
    await this.lock?.assertHeld();
    const key = ROOT_DOCUMENT[root.format];
    const bytes = formatDocument(formatRoot(root));
    const version = await this.#putDocument(key, bytes);
    this.#root = { ...root, source: { bytes, version }, version };
    this.options.cache.last = this.#root;
  }

  /** Where no other one has been put since the root was found. */
  async #putDocument(key: string, bytes: Uint8Array): Promise<string | undefined> {
    const ifVersion = this.#root?.version;
    const isThere = this.#root !== undefined && (this.#root.format === 3 || this.#root.source !== undefined);
    // With a lock that cannot be lost nobody else can have put one.
    if (isThere || (this.lock !== undefined && this.#fenced === undefined))
      return this.objects.put(key, bytes, { ifVersion });
    const made = await this.objects.putIfAbsent(key, bytes);
    if (made === undefined) throw new StoreConflict(this.objects.label, key);
    return made.version;
  }

  /**
   * Before chunks are put beneath a prefix, where only those of `kept` have been until now. A new hierarchy begins with a root
   * that has no commit: what is found without one is none that may be written.
   */
  async beginChunks(prefix: string, kept: ArrayLayout | undefined): Promise<void> {
    if (!this.#written.has(prefix)) this.#written.set(prefix, kept);
    if (this.#root === undefined) {
      this.#hasBegun = true;
      await this.putRoot(newRoot(this.options.format));
    }
    await this.lock?.assertHeld();
  }

  /** One put is the commit. What other programs see follows; where that fails, the next writer does it. */
  async commit(format: 2 | 3, nodes: ZarrNodes, touched: Iterable<string>): Promise<void> {
    const before = this.#found?.nodes ?? NO_NODES;
    const unsettled = [...touched].filter((path) => isChanged(path, format, before, nodes));
    const commit = crypto.randomUUID();
    try {
      await this.putRoot({ format, nodes, commit, unsettled });
    } catch (error) {
      if (!(error instanceof StoreConflict)) this.#doubtful = commit;
      throw error;
    }
    this.#made = commit;
    await this.#settle(before).catch(() => undefined);
  }

  async #settle(before?: ZarrNodes): Promise<void> {
    if (this.#root === undefined) return;
    this.#isUnfinished = true;
    await settle(this, this.#root, before);
    this.#remember();
    this.#isUnfinished = false;
  }

  async #settleAgain(commit: string): Promise<void> {
    // It may have been put again though the answer did not come.
    this.#root = await loadHierarchy(this.objects, { format: this.options.format });
    if (this.#root?.commit !== commit) throw new StoreConflict(this.objects.label, "the root");
    await this.#settle();
    await removeStaged(this);
  }

  /** This process need not settle it again. */
  #remember(): void {
    if (this.#root === undefined) return;
    this.#root = { ...this.#root, isSettled: true };
    this.options.cache.last = this.#root;
  }

  /** Undoes what was not committed, and lets others write. */
  async close(): Promise<void> {
    try {
      if (this.#made === undefined) await this.#undo();
      else if (this.#isUnfinished) await this.#settleAgain(this.#made);
    } catch {
      // The next writer is told so, or finds it where it is in its way.
      this.#isUnfinished = true;
    } finally {
      await this.lock?.release(this.#isUnfinished || this.#fenced?.isUncertain === true);
    }
  }

  async #undo(): Promise<void> {
    if (this.#doubtful !== undefined && (await this.#isMade(this.#doubtful))) return this.#settle();
    for (const [prefix, kept] of this.#written) await removeStrays(this, prefix, kept);
    if (!this.#hasBegun || this.#root === undefined) return;
    await this.confirm();
    const { format, version } = this.#root;
    await this.objects.delete(ROOT_DOCUMENT[format], { ifVersion: version });
  }

  /** Whether a commit whose put failed was made; if not, it will not be. */
  async #isMade(commit: string): Promise<boolean> {
    await this.lock?.assertHeld();
    const { format } = this.options;
    for (let attempt = 1; ; attempt++) {
      this.#root = await loadHierarchy(this.objects, { format });
      if (this.#root?.commit === commit) return true;
      if (this.#root?.version === undefined) return false;
      try {
        await this.putRoot({ ...this.#root, writer: crypto.randomUUID() });
        return false;
      } catch (error) {
        if (!(error instanceof StoreConflict) || attempt === MAX_FENCES) throw error;
      }
    }
  }
}

const NO_NODES: ZarrNodes = new Map();
const NOTHING = new Uint8Array(0);

function isSettled({ isSettled: isKnown, unsettled, nodes }: LoadedHierarchy): boolean {
  const hasStaged = [...nodes.values()].some(({ record }) => record?.staged !== undefined);
  return !hasStaged && (isKnown === true || unsettled.length === 0);
}

/** Whether other programs see a node as it was before, once a commit is made. */
function isChanged(path: string, format: 2 | 3, before: ZarrNodes, after: ZarrNodes): boolean {
  const [old, now] = [before.get(path), after.get(path)];
  // The root of version 3 is the commit itself.
  if (path === "/" && format === 3) return false;
  if (now === undefined) return old !== undefined && !hasGone(path, before, after);
  if (old === undefined) return true;
  const isFewer = documentsOf(path, now, format).length < documentsOf(path, old, format).length;
  return isFewer || changedDocuments(path, now, format, old).length > 0;
}

/** Whether a group that a node was in has gone, with all that was in it. */
function hasGone(path: string, before: ZarrNodes, after: ZarrNodes): boolean {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const parent = path.slice(0, end);
    if (before.has(parent) && !after.has(parent)) return true;
  }
  return false;
}
