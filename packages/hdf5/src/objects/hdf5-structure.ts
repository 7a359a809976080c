import { pathParts } from "@tvb-storage/core/internal";
import type { FilePort } from "@tvb-storage/files";
import { compareText } from "../bytes/text-order.js";
import { storedChunks } from "../chunks/chunk-index.js";
import { spaceElements } from "../datatypes/dataspace-message.js";
import { isGroup, openGroup } from "../groups/group.js";
import type { Link } from "../groups/link-message.js";
import { type ObjectHeader, readObjectHeader } from "../headers/object-header.js";
import { StructureFile } from "../headers/structure-file.js";
import type { Superblock } from "../superblock/superblock.js";
import { type DatasetInfo, describeObject, type ObjectInfo } from "./object-info.js";

/** Soft links on one path, at most; HDF5's default is 16. */
const MAX_SOFT_LINKS = 64;
/** Names to follow, those of soft links included: a forged file could have millions. */
const MAX_STEPS = 10_000;

/** Headers that are kept: those of one path and what is asked of it. */
const MAX_HEADERS = 16;

/** What a path leads to. */
export type Resolution =
  | {
      readonly kind: "object";
      readonly address: number;
      /** The group with the hard link that the path ended at; undefined for the root group. */
      readonly groupAddress: number | undefined;
      /** The name of that hard link; empty for the root group. */
      readonly name: string;
      /** The link that the path itself names, before soft links were followed. */
      readonly link: Link | undefined;
    }
  /** A part of the path leaves the file, or is of a kind that only its maker can follow. */
  | { readonly kind: "outside"; readonly link: Link; readonly rest: string };

/**
 * The structure of an HDF5 file, read from its bytes without the HDF5 library:
 * which objects there are, and how they are stored. The headers that it met
 * last are kept, so it is for one state of the file, until `forget`.
 *
 * All methods throw a FileStorageException that names the structure and its
 * address where the file is damaged.
 */
export class Hdf5Structure {
  readonly file: StructureFile;
  readonly #headers = new Map<number, ObjectHeader>();
  readonly #objects = new Map<number, ObjectInfo>();

  /**
   * @param name How messages call the file.
   * @throws FileStructureException where the file is not HDF5 or cut short.
   */
  constructor(port: FilePort, name?: string) {
    this.file = new StructureFile(port, name);
  }

  get superblock(): Superblock {
    return this.file.superblock;
  }

  /** Address of the root group. */
  get root(): number {
    return this.file.superblock.rootAddress;
  }

  /** To be called after a change of the file's structures through `file`. */
  forget(): void {
    this.#headers.clear();
    this.#objects.clear();
  }

  header(address: number): ObjectHeader {
    let header = this.#headers.get(address);
    if (header === undefined) {
      header = readObjectHeader(this.file, address);
      if (this.#headers.size >= MAX_HEADERS) this.#headers.clear();
      this.#headers.set(address, header);
    }
    return header;
  }

  /**
   * The object at an absolute path (`/a/b`, from the root group also without the
   * first `/`), soft links followed; undefined where there is none or where the
   * path leaves the file.
   */
  resolve(path: string): Extract<Resolution, { kind: "object" }> | undefined {
    const found = this.trace(path);
    return found?.kind === "object" ? found : undefined;
  }

  /** Like `resolve`, but distinguishes a path that leaves the file from one that leads nowhere. */
  trace(path: string, from: number = this.root): Resolution | undefined {
    let address = path.startsWith("/") ? this.root : from;
    /** Names still to follow, the next one last. */
    const parts = pathParts(path).reverse();
    /** How many of them are the path's own: those of soft links come on top. */
    let ownParts = parts.length;
    let steps = 0;
    let softLinks = 0;
    let groupAddress: number | undefined;
    let lastName = "";
    /** The link of the path's own last part: what soft links lead to comes later. */
    let named: Link | undefined;
    for (let name = parts.pop(); name !== undefined; name = parts.pop()) {
      const header = this.header(address);
      const link = isGroup(header) ? openGroup(this.file, header).find(name) : undefined;
      steps += 1;
      // A loop of soft links leads nowhere, as for HDF5.
      if (link === undefined || softLinks > MAX_SOFT_LINKS || steps > MAX_STEPS) return undefined;
      if (parts.length < ownParts) {
        ownParts = parts.length;
        named = link;
      }
      if (link.kind === "hard") {
        groupAddress = address;
        lastName = name;
        address = link.address;
      } else if (link.kind === "soft") {
        softLinks += 1;
        if (link.path.startsWith("/")) {
          address = this.root;
          groupAddress = undefined;
          lastName = "";
        }
        parts.push(...pathParts(link.path).reverse());
      } else {
        return { kind: "outside", link, rest: parts.reverse().join("/") };
      }
    }
    return { kind: "object", address, groupAddress, name: lastName, link: named };
  }

  /** The link of that name in a group. */
  link(groupAddress: number, name: string): Link | undefined {
    return openGroup(this.file, this.header(groupAddress)).find(name);
  }

  /** The links of a group, sorted by name. */
  links(groupAddress: number): Link[] {
    const links = [...openGroup(this.file, this.header(groupAddress)).all()];
    return links.sort((left, right) => compareText(left.name, right.name));
  }

  /** What the object at an address is. */
  object(address: number): ObjectInfo {
    let object = this.#objects.get(address);
    if (object === undefined) {
      object = describeObject(this.file, this.header(address));
      if (this.#objects.size >= MAX_HEADERS) this.#objects.clear();
      this.#objects.set(address, object);
    }
    return object;
  }

  /**
   * Bytes that a dataset's data occupy in this file, filters applied, indexes of
   * chunks not counted: h5py's `dataset.id.get_storage_size()`. Reads the whole
   * chunk index.
   */
  storedBytes(dataset: DatasetInfo): number {
    const { layout, dataspace, datatype } = dataset;
    switch (layout.class) {
      case "compact":
        return layout.size;
      case "contiguous":
        if (layout.address === undefined || dataset.hasExternalFiles) return 0;
        return layout.size ?? spaceElements(dataspace) * datatype.size;
      case "virtual":
        return 0;
      case "chunked": {
        let total = 0;
        for (const { size } of storedChunks(this.file, layout, dataspace)) total += size;
        return total;
      }
    }
  }
}
