import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import type { FilePort } from "../port/file-port.js";
import { denseAttributes, findDenseAttribute, storedAttributes } from "./attribute-storage.js";
import { elementCount } from "./dataspace-message.js";
import type { Extent } from "./extent.js";
import { isGroup, openGroup } from "./group.js";
import type { Link } from "./link-message.js";
import { committedDatatypes, objectExtents } from "./object-extents.js";
import { type ObjectHeader, readObjectHeader } from "./object-header.js";
import { type DatasetInfo, describeObject } from "./object-info.js";
import { StructureFile } from "./structure-file.js";
import { OPEN_FOR_WRITING } from "./superblock.js";

/** Something that is wrong with a file, in words, and the object it was found at. */
export interface StructureProblem {
  readonly path: string;
  readonly problem: string;
}

const TOO_MUCH = "the structures up to here are larger than the file; the check ends";

interface Found {
  readonly path: string;
  readonly address: number;
}

/** What is known of an object after the walk. */
interface Counted {
  readonly path: string;
  /** Links to it that its header speaks of. */
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
  let file: StructureFile;
  try {
    file = new StructureFile(port, name);
  } catch (error) {
    yield { path: "/", problem: messageOf(error) };
    return;
  }
  const { superblock } = file;
  if (superblock.version === 3 && (superblock.consistencyFlags & OPEN_FOR_WRITING) !== 0) {
    yield {
      path: "/",
      problem: "the superblock says that a writer has the file open: it is in use, or its writer died",
    };
  }
  yield* new Walk(file).run({ path: "/", address: superblock.rootAddress });
}

function messageOf(error: unknown): string {
  if (isTVBException(error)) return error.message;
  throw error;
}

class Walk {
  private readonly objects = new Map<number, Counted>();
  private readonly waiting: Found[] = [];
  private readonly extents: (Extent & { readonly path: string })[] = [];

  constructor(private readonly file: StructureFile) {}

  *run(root: Found): Generator<StructureProblem> {
    // The superblock counts as one link to the root group.
    this.meet(root);
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      yield* this.check(next);
      if (this.isTooMuch) {
        yield { path: next.path, problem: TOO_MUCH };
        break;
      }
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

  private *check({ path, address }: Found): Generator<StructureProblem> {
    let header: ObjectHeader;
    let dataset: DatasetInfo | undefined;
    try {
      header = readObjectHeader(this.file, address);
      const info = describeObject(this.file, header);
      if (info.kind === "dataset") dataset = info;
    } catch (error) {
      yield { path, problem: messageOf(error) };
      return;
    }
    const counted = this.objects.get(address);
    if (counted !== undefined) this.objects.set(address, { ...counted, stated: header.linkCount });
    yield* this.attempt(path, () => this.checkExtents(path, header, dataset));
    yield* this.attempt(path, () => this.checkData(path, dataset));
    yield* this.attempt(path, () => this.checkAttributes(path, header));
    yield* this.attempt(path, () => this.checkLinks(path, header));
  }

  /** Runs one check, whose end by an exception is a problem too. */
  private *attempt(path: string, check: () => Iterable<StructureProblem>): Generator<StructureProblem> {
    try {
      yield* check();
    } catch (error) {
      yield { path, problem: messageOf(error) };
    }
  }

  private *checkExtents(
    path: string,
    header: ObjectHeader,
    dataset: DatasetInfo | undefined,
  ): Generator<StructureProblem> {
    const { superblock } = this.file;
    const end = superblock.endOfFile - superblock.baseAddress;
    for (const { address, size } of objectExtents(this.file, header, dataset)) {
      this.extents.push({ path, address, size });
      if (address + size > end) {
        yield {
          path,
          problem: `${size} bytes at address ${address} are beyond the end of the file as the superblock has it, ${end}`,
        };
      }
    }
  }

  private *checkData(path: string, dataset: DatasetInfo | undefined): Generator<StructureProblem> {
    if (dataset === undefined || dataset.hasExternalFiles) return;
    const { layout, dataspace, datatype } = dataset;
    const needed = elementCount(dataspace) * datatype.size;
    if (layout.class === "chunked") {
      const rank = layout.chunkShape.length;
      if (rank !== dataspace.shape.length) {
        yield { path, problem: `chunks of ${rank} axes for a dataset of ${dataspace.shape.length}` };
      }
      if (layout.elementSize !== datatype.size) {
        yield {
          path,
          problem: `chunks of ${layout.elementSize}-byte elements, the datatype has ${datatype.size} bytes`,
        };
      }
    } else if (layout.class !== "virtual" && layout.size !== undefined && layout.size !== needed) {
      const allocated = layout.class === "compact" || layout.address !== undefined;
      if (allocated) yield { path, problem: `${layout.size} bytes of storage for ${needed} bytes of data` };
    }
  }

  private *checkAttributes(path: string, header: ObjectHeader): Generator<StructureProblem> {
    const dense = denseAttributes(this.file, header);
    const names = new Set<string>();
    for (const { parts, address, message } of storedAttributes(this.file, header)) {
      this.checkEffort();
      const { name } = parts;
      if (names.has(name)) yield { path, problem: `it has two attributes "${name}"` };
      names.add(name);
      if (message !== undefined || dense === undefined) continue;
      if (findDenseAttribute(this.file, dense, name)?.address !== address) {
        yield { path, problem: `attribute "${name}" is not found by its name` };
      }
    }
  }

  private *checkLinks(path: string, header: ObjectHeader): Generator<StructureProblem> {
    for (const address of committedDatatypes(this.file, header)) {
      this.meet({ path: `${path} (datatype)`, address });
    }
    if (!isGroup(header)) return;
    const group = openGroup(this.file, header);
    const names = new Set<string>();
    for (const link of group.all()) {
      this.checkEffort();
      const { name } = link;
      if (names.has(name)) yield { path, problem: `it has two links "${name}"` };
      names.add(name);
      if (!isSameLink(group.find(name), link)) {
        yield { path, problem: `link "${name}" is not found by its name` };
      }
      if (link.kind === "hard") {
        this.meet({ path: path === "/" ? `/${name}` : `${path}/${name}`, address: link.address });
      }
    }
  }

  /** More links than are counted are dangerous: the object would go with a link that is not its last. */
  private *checkLinkCounts(): Generator<StructureProblem> {
    for (const { path, stated, found } of this.objects.values()) {
      if (found > stated)
        yield { path, problem: `${found} links lead to it, but its header counts ${stated}` };
    }
  }

  private *checkOverlaps(): Generator<StructureProblem> {
    const sorted = this.extents.sort((left, right) => left.address - right.address);
    let reach: (typeof sorted)[number] | undefined;
    for (const extent of sorted) {
      if (reach !== undefined && extent.address < reach.address + reach.size && extent.size > 0) {
        yield {
          path: extent.path,
          problem: `it uses the space at address ${extent.address} that ${reach.path} uses, too`,
        };
      }
      if (reach === undefined || extent.address + extent.size > reach.address + reach.size) reach = extent;
    }
  }
}

function isSameLink(left: Link | undefined, right: Link): boolean {
  if (left?.kind === "hard" && right.kind === "hard") return left.address === right.address;
  return left?.kind === right.kind;
}
