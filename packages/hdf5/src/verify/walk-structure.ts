import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { joinPath } from "@tvb-storage/files/internal";
import { denseAttributes, storedAttributes } from "../attributes/attribute-storage.js";
import { isUnjudged } from "../bytes/damage.js";
import type { Extent } from "../bytes/extent.js";
import { spaceElements } from "../datatypes/dataspace-message.js";
import { committedDatatypes, objectExtents } from "../edits/object-extents.js";
import { isGroup, openGroup } from "../groups/group.js";
import type { Link } from "../groups/link-message.js";
import { type ObjectHeader, readObjectHeader } from "../headers/object-header.js";
import { StructureFile } from "../headers/structure-file.js";
import { type DatasetInfo, describeObject } from "../objects/object-info.js";
import { writingMark } from "../superblock/superblock.js";

/** Something that is wrong with a file, in words, and the object it was found at. */
export interface StructureProblem {
  readonly path: string;
  /**
   * `"damage"` is wrong in the file; `"unjudged"` is what is not read here, and no fault of the file. The mark of a
   * SWMR writer, which may be at work, is unjudged; that of any other, which HDF5 refuses to open, is damage.
   */
  readonly kind: "damage" | "unjudged";
  readonly problem: string;
}

/** A dataset in whose structure nothing is wrong, so that its data can be looked at. */
export interface WalkedDataset {
  readonly path: string;
  readonly file: StructureFile;
  readonly dataset: DatasetInfo;
}

/** What a walk comes to; undefined is a moment in which others may run. */
export type WalkStep = { readonly found: StructureProblem } | { readonly dataset: WalkedDataset } | undefined;

/** After so many links or attributes of one object others may run. */
const NAMES_PER_STEP = 256;

const TOO_MUCH = "the structures up to here are larger than the file; the check ends";

interface Found {
  readonly path: string;
  readonly address: number;
}

/** What is known of an object after the walk. */
interface Counted {
  readonly path: string;
  /** Links to it that its header counts. */
  readonly stated: number;
  /** Links to it that were found. */
  found: number;
}

/**
 * Checks the structure of a whole file: checksums, every object's header, every
 * group's and attribute's index (each name must be found by way of it), every
 * chunk index, link counts, and that no two objects use the same space. Values
 * of datasets are not read. Never throws for what is wrong with the file.
 */
export function* walkStructure(port: FilePort, name?: string): Generator<StructureProblem> {
  for (const step of walkSteps(port, name)) if (step !== undefined && "found" in step) yield step.found;
}

/** As `walkStructure`, for a long walk in turns with others; with the datasets on the way. */
export function* walkSteps(port: FilePort, name?: string): Generator<WalkStep> {
  let file: StructureFile;
  try {
    file = new StructureFile(port, name);
  } catch (error) {
    yield { found: problemOf("/", error) };
    return;
  }
  const { superblock } = file;
  const mark = writingMark(superblock);
  if (mark !== undefined) yield { found: markProblem(mark) };
  yield* new Walk(file).run({ path: "/", address: superblock.rootAddress });
}

function problem(path: string, what: string): WalkStep {
  return { found: { path, kind: "damage", problem: what } };
}

/**
 * A SWMR writer, which no lock shows, keeps the file whole for readers. Any other may have parts of it in memory, and
 * HDF5 does not open the file before the mark is taken off.
 */
function markProblem(mark: "write" | "swmr"): StructureProblem {
  const [kind, what] =
    mark === "swmr" ? (["unjudged", "SWMR writing"] as const) : (["damage", "writing"] as const);
  const problem =
    `the superblock is marked as open for ${what}: a writer has the file open, or died without closing it; ` +
    "recover(path) takes off the mark of one that died";
  return { path: "/", kind, problem };
}

/** The problem that is in an exception of ours. */
export function problemOf(path: string, error: unknown): StructureProblem {
  if (!isTVBException(error)) throw error;
  return { path, kind: isUnjudged(error) ? "unjudged" : "damage", problem: error.message };
}

class Walk {
  private readonly objects = new Map<number, Counted>();
  private readonly waiting: Found[] = [];
  /** Where data of datasets, or the indexes of their chunks, were met. */
  private readonly dataAt = new Set<number>();
  private readonly extents: (Extent & { readonly path: string })[] = [];

  constructor(private readonly file: StructureFile) {}

  *run(root: Found): Generator<WalkStep> {
    // The superblock counts as one link to the root group.
    this.meet(root);
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      yield* this.check(next);
      if (this.isTooMuch) {
        yield problem(next.path, TOO_MUCH);
        break;
      }
      yield undefined;
    }
    yield* this.checkLinkCounts();
    yield* this.checkOverlaps();
  }

  /** Whether more was read than any sound file of this size needs: structures overlap or form loops. */
  private get isTooMuch(): boolean {
    return this.file.bytesRead > 64 * this.file.limit + 0x10000000;
  }

  private checkEffort(): void {
    if (this.isTooMuch) throw new FileStorageException(`${this.file.name}: ${TOO_MUCH}.`);
  }

  /** Notes one link to an object; the first one has it checked. */
  private meet(found: Found): void {
    const known = this.objects.get(found.address);
    if (known !== undefined) known.found += 1;
    else {
      this.objects.set(found.address, { path: found.path, stated: Number.POSITIVE_INFINITY, found: 1 });
      this.waiting.push(found);
    }
  }

  private *check({ path, address }: Found): Generator<WalkStep> {
    let header: ObjectHeader;
    let dataset: DatasetInfo | undefined;
    try {
      header = readObjectHeader(this.file, address);
      const info = describeObject(this.file, header);
      if (info.kind === "dataset") dataset = info;
    } catch (error) {
      yield { found: problemOf(path, error) };
      return;
    }
    const counted = this.objects.get(address);
    if (counted !== undefined) this.objects.set(address, { ...counted, stated: header.linkCount });
    const isSound =
      (yield* this.attempt(path, () => this.checkExtents(path, header, dataset))) &&
      (yield* this.attempt(path, () => this.checkData(path, dataset)));
    if (isSound && dataset !== undefined && this.ownsItsData(dataset)) {
      yield { dataset: { path, file: this.file, dataset } };
    }
    yield* this.attempt(path, () => this.checkAttributes(path, header));
    yield* this.attempt(path, () => this.checkLinks(path, header));
  }

  /** Whether its data are not those of a dataset that came before; that they are is found with the overlaps. */
  private ownsItsData({ layout }: DatasetInfo): boolean {
    const address =
      layout.class === "chunked"
        ? layout.index.address
        : layout.class === "contiguous"
          ? layout.address
          : undefined;
    if (address === undefined) return true;
    if (this.dataAt.has(address)) return false;
    this.dataAt.add(address);
    return true;
  }

  /** Runs one check, whose end by an exception is a problem too. Whether it found none. */
  private *attempt(path: string, check: () => Iterable<WalkStep>): Generator<WalkStep, boolean> {
    let isSound = true;
    try {
      for (const step of check()) {
        if (step !== undefined) isSound = false;
        yield step;
      }
    } catch (error) {
      isSound = false;
      yield { found: problemOf(path, error) };
    }
    return isSound;
  }

  private *checkExtents(
    path: string,
    header: ObjectHeader,
    dataset: DatasetInfo | undefined,
  ): Generator<WalkStep> {
    const { superblock } = this.file;
    // One that did not close the file did not write the end of it either.
    const isClosed = writingMark(superblock) === undefined;
    const end = isClosed ? superblock.endOfFile - superblock.baseAddress : this.file.limit;
    for (const { address, size } of objectExtents(this.file, header, dataset)) {
      this.extents.push({ path, address, size });
      if (this.extents.length % NAMES_PER_STEP === 0) yield undefined;
      if (address + size > end) {
        yield problem(
          path,
          `${size} bytes at address ${address} are beyond the end of the file as the superblock has it, ${end}`,
        );
      }
    }
  }

  private *checkData(path: string, dataset: DatasetInfo | undefined): Generator<WalkStep> {
    if (dataset === undefined || dataset.hasExternalFiles) return;
    const { layout, dataspace, datatype } = dataset;
    const needed = spaceElements(dataspace) * datatype.size;
    if (layout.class === "chunked") {
      const rank = layout.chunkShape.length;
      if (rank !== dataspace.shape.length) {
        yield problem(path, `chunks of ${rank} axes for a dataset of ${dataspace.shape.length}`);
      }
      if (layout.elementSize !== datatype.size) {
        yield problem(
          path,
          `chunks of ${layout.elementSize}-byte elements, the datatype has ${datatype.size} bytes`,
        );
      }
    } else if (layout.class !== "virtual" && layout.size !== undefined && layout.size !== needed) {
      const allocated = layout.class === "compact" || layout.address !== undefined;
      if (allocated) yield problem(path, `${layout.size} bytes of storage for ${needed} bytes of data`);
    }
  }

  private *checkAttributes(path: string, header: ObjectHeader): Generator<WalkStep> {
    const dense = denseAttributes(this.file, header);
    const names = new Set<string>();
    for (const { parts, address, message } of storedAttributes(this.file, header)) {
      this.checkEffort();
      const { name } = parts;
      if (names.has(name)) yield problem(path, `it has two attributes "${name}"`);
      names.add(name);
      if (names.size % NAMES_PER_STEP === 0) yield undefined;
      if (message !== undefined || dense === undefined) continue;
      if (dense.find(name)?.value.address !== address) {
        yield problem(path, `attribute "${name}" is not found by its name`);
      }
    }
  }

  private *checkLinks(path: string, header: ObjectHeader): Generator<WalkStep> {
    for (const address of committedDatatypes(this.file, header)) {
      this.meet({ path: `${path} (datatype)`, address });
    }
    if (!isGroup(header)) return;
    const group = openGroup(this.file, header);
    const names = new Set<string>();
    for (const link of group.all()) {
      this.checkEffort();
      const { name } = link;
      if (names.has(name)) yield problem(path, `it has two links "${name}"`);
      names.add(name);
      if (names.size % NAMES_PER_STEP === 0) yield undefined;
      if (!isSameLink(group.find(name), link)) {
        yield problem(path, `link "${name}" is not found by its name`);
      }
      if (link.kind === "hard") {
        this.meet({ path: joinPath(path, name), address: link.address });
      }
    }
  }

  /** More links than are counted are dangerous: the object would be removed with a link that is not its last. */
  private *checkLinkCounts(): Generator<WalkStep> {
    for (const { path, stated, found } of this.objects.values()) {
      if (found > stated) yield problem(path, `${found} links lead to it, but its header counts ${stated}`);
    }
  }

  private *checkOverlaps(): Generator<WalkStep> {
    const sorted = this.extents.sort((left, right) => left.address - right.address);
    let reach: (typeof sorted)[number] | undefined;
    for (const extent of sorted) {
      if (reach !== undefined && extent.address < reach.address + reach.size && extent.size > 0) {
        yield problem(
          extent.path,
          `it uses the space at address ${extent.address} that ${reach.path} uses, too`,
        );
      }
      if (reach === undefined || extent.address + extent.size > reach.address + reach.size) reach = extent;
    }
  }
}

function isSameLink(left: Link | undefined, right: Link): boolean {
  if (left?.kind === "hard" && right.kind === "hard") return left.address === right.address;
  return left?.kind === right.kind;
}
