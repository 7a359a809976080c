import type { FilePort } from "../port/file-port.js";
import { ByteReader } from "./byte-reader.js";
import { chunkParts } from "./chunk-index.js";
import { type Dataspace, decodeDataspace, elementCount } from "./dataspace-message.js";
import type { Datatype } from "./datatype.js";
import { decodeDatatype } from "./datatype-message.js";
import { decodeFillValue, decodeOldFillValue, type FillValue } from "./fill-value-message.js";
import { decodeFilterPipeline, type Filter } from "./filter-pipeline-message.js";
import { findLink, groupLinks, isGroup } from "./group.js";
import { decodeLayout, type Layout } from "./layout-message.js";
import type { Link } from "./link-message.js";
import {
  DATASPACE,
  DATATYPE,
  EXTERNAL_FILES,
  FILL_VALUE,
  FILL_VALUE_OLD,
  FILTER_PIPELINE,
  LAYOUT,
} from "./message-type.js";
import { findMessage, type ObjectHeader, readObjectHeader } from "./object-header.js";
import { resolveBody } from "./shared-message.js";
import { StructureFile } from "./structure-file.js";
import type { Superblock } from "./superblock.js";

/** Soft links on one path, at most; HDF5's default is 16. */
const MOST_SOFT_LINKS = 64;

export type ObjectInfo = GroupInfo | DatasetInfo | CommittedDatatypeInfo;

interface AnyObject {
  /** Address of the object header: what an object reference holds. */
  readonly address: number;
  /** Hard links to the object. */
  readonly linkCount: number;
}

export interface GroupInfo extends AnyObject {
  readonly kind: "group";
}

export interface CommittedDatatypeInfo extends AnyObject {
  readonly kind: "datatype";
  readonly datatype: Datatype;
}

export interface DatasetInfo extends AnyObject {
  readonly kind: "dataset";
  readonly datatype: Datatype;
  readonly dataspace: Dataspace;
  readonly layout: Layout;
  /** In the order in which they are applied on writing. */
  readonly filters: readonly Filter[];
  readonly fillValue: FillValue;
  /** The data are in other files ("external raw storage"). */
  readonly hasExternalFiles: boolean;
}

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
 * which objects there are, and how they are stored. Nothing is kept between
 * calls but the superblock, so it may be used while something else writes to
 * the port, as long as that does not move the root group.
 *
 * All methods throw a FileStorageException that names the structure and its
 * address where the file is damaged.
 */
export class Hdf5Structure {
  readonly file: StructureFile;

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

  header(address: number): ObjectHeader {
    return readObjectHeader(this.file, address);
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

  /** Like `resolve`, but tells a path that leaves the file from one that leads nowhere. */
  trace(path: string, from: number = this.root): Resolution | undefined {
    let address = path.startsWith("/") ? this.root : from;
    let parts = split(path);
    let softLinks = 0;
    let groupAddress: number | undefined;
    let lastName = "";
    /** The link of the path's own last part: what soft links lead to comes later. */
    let named: Link | undefined;
    /** Parts that come from soft links are in front of what is left of the path itself. */
    let ownParts = parts.length;
    while (parts.length > 0) {
      const [name = "", ...rest] = parts;
      const header = this.header(address);
      if (!isGroup(header)) return undefined;
      const link = findLink(this.file, header, name);
      if (link === undefined) return undefined;
      if (parts.length <= ownParts) {
        ownParts = rest.length;
        named = link;
      }
      if (link.kind === "hard") {
        groupAddress = address;
        lastName = name;
        address = link.address;
        parts = rest;
      } else if (link.kind === "soft") {
        softLinks += 1;
        // A loop of soft links leads nowhere, as for HDF5.
        if (softLinks > MOST_SOFT_LINKS) return undefined;
        if (link.path.startsWith("/")) {
          address = this.root;
          groupAddress = undefined;
          lastName = "";
        }
        parts = [...split(link.path), ...rest];
      } else {
        return { kind: "outside", link, rest: rest.join("/") };
      }
    }
    return { kind: "object", address, groupAddress, name: lastName, link: named };
  }

  /** The link of that name in a group. */
  link(groupAddress: number, name: string): Link | undefined {
    return findLink(this.file, this.header(groupAddress), name);
  }

  /** The links of a group, sorted by name. */
  links(groupAddress: number): Link[] {
    const links = [...groupLinks(this.file, this.header(groupAddress))];
    return links.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
  }

  /** What the object at an address is. */
  object(address: number): ObjectInfo {
    return this.describe(this.header(address));
  }

  /** What the object of a header is. */
  describe(header: ObjectHeader): ObjectInfo {
    const { file } = this;
    const { address, linkCount } = header;
    if (isGroup(header)) return { kind: "group", address, linkCount };
    const datatype = this.message(header, DATATYPE, "datatype message", decodeDatatype);
    if (datatype === undefined) {
      throw file.damage("object header", address, "it is neither a group's, a dataset's nor a datatype's");
    }
    const dataspace = this.message(header, DATASPACE, "dataspace message", decodeDataspace);
    if (dataspace === undefined) return { kind: "datatype", address, linkCount, datatype };
    const layout = this.message(header, LAYOUT, "data layout message", decodeLayout);
    if (layout === undefined) throw file.damage("object header", address, "a dataset without a data layout");
    const fillValue =
      this.message(header, FILL_VALUE, "fill value message", decodeFillValue) ??
      this.message(header, FILL_VALUE_OLD, "fill value message", decodeOldFillValue);
    return {
      kind: "dataset",
      address,
      linkCount,
      datatype,
      dataspace,
      layout,
      filters: this.message(header, FILTER_PIPELINE, "filter pipeline message", decodeFilterPipeline) ?? [],
      fillValue: fillValue ?? { kind: "default", bytes: undefined, allocation: undefined },
      hasExternalFiles: findMessage(header, EXTERNAL_FILES) !== undefined,
    };
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
        return layout.size ?? elementCount(dataspace) * datatype.size;
      case "virtual":
        return 0;
      case "chunked": {
        let total = 0;
        for (const part of chunkParts(this.file, layout, dataspace)) {
          if (part.part === "chunk") total += part.size;
        }
        return total;
      }
    }
  }

  private message<T>(
    header: ObjectHeader,
    type: number,
    structure: string,
    decode: (reader: ByteReader) => T,
  ): T | undefined {
    const message = findMessage(header, type);
    if (message === undefined) return undefined;
    const body = resolveBody(this.file, message);
    return decode(new ByteReader(body.bytes, this.file, structure, body.address));
  }
}

/** The names on a path; empty parts and `.` mean the same group, as for HDF5. */
function split(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
