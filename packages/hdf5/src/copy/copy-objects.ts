import type { CopyProblem, NodeInfo } from "@tvb-storage/core/arrays";
import { FileStorageException } from "@tvb-storage/errors";
import type { LongCall } from "@tvb-storage/files/internal";
import { HeaderEditor } from "../edits/header-editor.js";
import {
  createGroupObject,
  insertLink,
  insertPathLink,
  ROOT_ROOM,
  type TrackedOrder,
} from "../edits/insert-link.js";
import { removeAttribute } from "../edits/remove-attribute.js";
import { attributeNames } from "../elements/read-attributes.js";
import { tracksLinkOrder } from "../groups/group.js";
import { COMMENT, DATATYPE, MODIFICATION_TIME } from "../headers/message-type.js";
import { bodyBytes, findMessage, isShared, readObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import type { Hdf5Structure } from "../objects/hdf5-structure.js";
import { describeNode } from "../objects/list-objects.js";
import { readingError } from "../objects/reading-error.js";
import { type WalkedLink, type WalkedObject, walkObjects } from "../objects/walk-objects.js";
import { copyAttributes } from "./copy-attributes.js";
import { copyData, createCopy } from "./copy-dataset.js";
import { ElementMover } from "./element-mover.js";
import { NamedTypes } from "./named-types.js";

/** After so many objects others may run. */
const OBJECTS_PER_TURN = 32;

/** Where the copy of the first object goes. */
export type CopyPlace =
  | { readonly kind: "link"; readonly group: number; readonly name: string }
  /** It is a group, and its copy is the root group, in which no links are. */
  | { readonly kind: "root" };

export interface CopyObjectsOptions {
  readonly source: Hdf5Structure;
  readonly start: { readonly path: string; readonly address: number };
  /** HDF5 must not have the file open. May be the source's own, where references to what is not copied stay as they are. */
  readonly target: StructureFile;
  /** Whether objects were removed from the target before, so that references to them may be in it. */
  readonly replaces: boolean;
  readonly place: CopyPlace;
  /** Of each object and link beneath the start. */
  readonly include?: ((node: NodeInfo) => boolean) | undefined;
  /** Progress is in bytes of data as they are stored. */
  readonly call: LongCall;
}

/** What was copied; see `CopyReport` of core. */
export interface CopiedObjects {
  readonly groups: number;
  readonly datasets: number;
  readonly attributes: number;
  readonly bytes: number;
  readonly problems: readonly CopyProblem[];
}

/** An object whose copy was made. */
interface Copied {
  readonly path: string;
  readonly address: number;
  readonly copy: number;
  readonly links: readonly WalkedLink[];
}

/**
 * Copies objects of a file, with what is beneath them, as they are stored: types, layouts, filters and chunks byte for
 * byte, attributes, links. Data that cannot be read, and what this package does not know, are reported.
 *
 * @throws FileStorageException the disk failed, or cancelled; the target may be changed in part: roll it back.
 */
export async function copyObjects(options: CopyObjectsOptions): Promise<CopiedObjects> {
  return new ObjectsCopy(options).run();
}

class ObjectsCopy {
  readonly #options: CopyObjectsOptions;
  readonly #problems: CopyProblem[] = [];
  readonly #copied: Copied[] = [];
  readonly #copies = new Map<number, number>();
  /** Paths of what is left out, with all beneath. */
  readonly #left = new Set<string>();
  /** Datasets that share their type, which is to be copied first. */
  readonly #ofNamedTypes = new Set<WalkedObject>();
  readonly #namedTypes: NamedTypes;
  readonly #mover: ElementMover;
  /** Addresses of the objects that were not replaced; in a file that is copied within. */
  #remaining: Set<number> | undefined;
  readonly #counts = { groups: 0, datasets: 0, attributes: 0, bytes: 0 };
  #steps = 0;

  constructor(options: CopyObjectsOptions) {
    this.#options = options;
    const { source, target } = options;
    const copyOf = (address: number): number | undefined =>
      this.#copies.get(address) ?? (this.#isThere(address) ? address : undefined);
    this.#mover = new ElementMover(source.file, target, copyOf);
    this.#namedTypes = new NamedTypes(target, copyOf);
  }

  async run(): Promise<CopiedObjects> {
    const { source, start, call } = this.#options;
    await this.#findRemaining();
    const onUnreadable = (path: string, error: unknown): void => {
      this.#problem(path, `it cannot be read, and is not copied: ${readingError(error)}`);
    };
    // All objects first: links, and references in data, need their addresses.
    for (const walked of walkObjects(source, { start, onUnreadable })) {
      this.#add(walked);
      await this.#step();
    }
    for (const each of this.#ofNamedTypes) this.#add(each);
    for (const each of this.#copied) await this.#link(each);
    for (const each of this.#copied) {
      await this.#fill(each);
      await this.#step();
    }
    this.#mover.save();
    this.#placeStart();
    call.finish();
    return { ...this.#counts, problems: this.#problems };
  }

  async #findRemaining(): Promise<void> {
    const { source, target, replaces } = this.#options;
    if (source.file !== target || !replaces) return;
    this.#remaining = new Set();
    const root = { path: "/", address: source.root };
    for (const { object } of walkObjects(source, { start: root, onUnreadable: () => undefined })) {
      this.#remaining.add(object.address);
      await this.#step();
    }
  }

  /** Whether the target has the same object at the same address. */
  #isThere(address: number): boolean {
    const { source, target } = this.#options;
    return source.file === target && this.#remaining?.has(address) !== false;
  }

  async #step(): Promise<void> {
    this.#steps += 1;
    if (this.#steps % OBJECTS_PER_TURN === 0) await this.#options.call.pause();
    else this.#options.call.check();
  }

  #isIncluded(path: string, describe: () => NodeInfo): boolean {
    const { include, start } = this.#options;
    if (include === undefined || path === start.path) return true;
    for (let at = path; at.length > start.path.length; at = at.slice(0, at.lastIndexOf("/")))
      if (this.#left.has(at)) return false;
    if (include(describe())) return true;
    this.#left.add(path);
    return false;
  }

  /** Makes the copy of an object, with nothing in it. */
  #add(walked: WalkedObject): void {
    const { path, object } = walked;
    const { source, call } = this.#options;
    try {
      if (!this.#isIncluded(path, () => describeNode(source, path, object))) return;
      const type = object.kind === "dataset" ? findMessage(walked.header, DATATYPE) : undefined;
      if (type !== undefined && isShared(type) && !this.#ofNamedTypes.has(walked)) {
        this.#ofNamedTypes.add(walked);
        return;
      }
      const size = object.kind === "dataset" ? source.storedBytes(object) : 0;
      this.#create(walked);
      call.total += size;
    } catch (error) {
      this.#problem(path, `it cannot be read, and is not copied: ${readingError(error)}`);
    }
  }

  #create({ path, header, object, links }: WalkedObject): void {
    const { source, target, place, start } = this.#options;
    const isStart = object.address === start.address;
    const tracked: TrackedOrder = {
      links: tracksLinkOrder(source.file, header),
      attributes: header.tracksAttributeOrder,
    };
    let copy: number | undefined;
    if (isStart && place.kind === "root") copy = this.#emptyRoot(tracked);
    else if (object.kind === "group") copy = createGroupObject(target, undefined, tracked);
    else
      copy = createCopy(source.file, target, {
        header,
        object,
        namedTypes: this.#namedTypes,
        mover: this.#mover,
        problem: (text) => this.#problem(path, text),
      });
    if (copy === undefined) return;
    if (object.kind === "group") {
      if (!isStart || path !== "/") this.#counts.groups += 1;
      this.#copyNotes(header, copy);
    }
    if (object.kind === "dataset") this.#counts.datasets += 1;
    this.#copies.set(object.address, copy);
    const isOrdered = object.kind === "group" && tracked.links === true;
    const sorted = isOrdered
      ? [...links].sort((a, b) => (a.link.creationOrder ?? 0) - (b.link.creationOrder ?? 0))
      : links;
    this.#copied.push({ path, address: object.address, copy, links: sorted });
  }

  /** The root group of the target, without attributes; another one where the order of creation is to be tracked. */
  #emptyRoot({ links = false, attributes = false }: TrackedOrder): number {
    const { start, target } = this.#options;
    const root = target.superblock.rootAddress;
    const found = readObjectHeader(target, root);
    const isTracked =
      (!links || tracksLinkOrder(target, found)) && (!attributes || found.tracksAttributeOrder);
    if (!isTracked) {
      const ordered = createGroupObject(target, ROOT_ROOM, { links, attributes });
      if (target.writeRootAddress(ordered)) return ordered;
      this.#problem(
        start.path,
        "the order in which its content was created is not kept by the old file format",
      );
    }
    for (const name of attributeNames(target, found)) removeAttribute(target, root, name);
    return root;
  }

  /** A comment, and the time of the last change, of a group. */
  #copyNotes(header: WalkedObject["header"], copy: number): void {
    const { target } = this.#options;
    const notes = [COMMENT, MODIFICATION_TIME].flatMap((type) => findMessage(header, type) ?? []);
    if (notes.length === 0) return;
    const editor = HeaderEditor.open(target, copy);
    for (const note of notes)
      if (editor.find(note.type) === undefined)
        editor.add({ type: note.type, body: bodyBytes(note).slice() });
    editor.save();
  }

  /** Enters the links of a group into its copy. */
  async #link({ copy, links }: Copied): Promise<void> {
    const { target } = this.#options;
    for (const { path, link, isFirst } of links) {
      await this.#step();
      if (link.kind === "hard") {
        const address = this.#copies.get(link.address);
        if (this.#isLeft(path)) continue;
        if (address === undefined) {
          if (!isFirst) this.#problem(path, "it is another name of an object that is not copied");
          continue;
        }
        if (!insertLink(target, copy, link.name, () => address)) this.#problem(path, ONLY_HDF5);
        else if (!isFirst) this.#countLink(address);
        continue;
      }
      const info = (): NodeInfo => ({ path, kind: "link" });
      if (!this.#isIncluded(path, info)) continue;
      if (link.kind === "user-defined")
        this.#problem(path, `it is a user-defined link of type ${link.type}, which is not copied`);
      else if (!insertPathLink(target, copy, link.name, link)) this.#problem(path, ONLY_HDF5);
    }
  }

  #isLeft(path: string): boolean {
    for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (this.#left.has(at)) return true;
    return false;
  }

  #countLink(address: number): void {
    const header = HeaderEditor.open(this.#options.target, address);
    header.linkCount += 1;
    header.save();
  }

  /** Attributes and data of an object. */
  async #fill({ path, address, copy }: Copied): Promise<void> {
    const { source, target, call } = this.#options;
    const problem = (text: string, key?: string): void => this.#problem(path, text, key);
    const header = source.header(address);
    const object = source.object(address);
    this.#counts.attributes += copyAttributes(source.file, target, {
      header,
      copy,
      namedTypes: this.#namedTypes,
      mover: this.#mover,
      problem,
    });
    if (object.kind === "dataset")
      this.#counts.bytes += await copyData(source.file, target, {
        dataset: object,
        what: `${source.file.name}: ${path}`,
        copy,
        mover: this.#mover,
        problem,
        call,
      });
    if (this.#mover.lostReferences > 0)
      problem(`${this.#mover.lostReferences} references to objects that are not copied are null in the copy`);
    this.#mover.lostReferences = 0;
  }

  #placeStart(): void {
    const { place, start, target } = this.#options;
    const copy = this.#copies.get(start.address);
    if (place.kind === "root" || copy === undefined) return;
    if (!insertLink(target, place.group, place.name, () => copy))
      throw new FileStorageException(`${start.path} cannot be copied to ${target.name}: ${ONLY_HDF5}`);
  }

  #problem(path: string, problem: string, key?: string): void {
    this.#problems.push(key === undefined ? { path, problem } : { path, key, problem });
  }
}

const ONLY_HDF5 =
  "its link could not be entered: the group of the target keeps links in an old or unusual way";
