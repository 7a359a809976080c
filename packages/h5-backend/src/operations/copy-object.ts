import {
  attributeDataspace,
  attributeDatatype,
  bodyBytes,
  classBits,
  DATATYPE,
  type DatasetInfo,
  type Datatype,
  findMessage,
  GlobalHeap,
  type Hdf5Structure,
  type StructureFile,
  setBooleanAttributeType,
  setBooleanType,
  setClassBits,
  setFillTime,
  setFilterOptional,
  spaceElements,
  storedAttributes,
  type WalkedObject,
} from "@tvb-storage/hdf5/internal";
import { creatableType, hasOwnClassBits } from "../elements/creatable-type.js";
import { creationOf } from "../elements/creation.js";
import type { H5Handle } from "../session/h5-handle.js";

/** Something to be done to an object of the copy when HDF5 has closed it. */
interface Edit {
  readonly path: string;
  readonly make: (file: StructureFile, address: number) => void;
}

/**
 * Creates in a new file the objects of another, their attributes and links, all
 * but the data of datasets. What is given must have been found copyable
 * (`objectUnsupported`), groups before what is in them.
 */
export class ObjectCopier {
  readonly #edits: Edit[] = [];
  readonly #hardLinks: { readonly path: string; readonly target: string }[] = [];

  constructor(
    readonly source: Hdf5Structure,
    readonly copy: H5Handle,
  ) {}

  add(walked: WalkedObject): void {
    const { path, object, links } = walked;
    if (object.kind === "dataset") this.#createDataset(walked, object);
    else if (path !== "/") this.copy.forWriting().createGroup(path);
    this.#createAttributes(walked);
    for (const { link, path: name, target, isFirst } of links) {
      if (link.kind === "soft") this.copy.forWriting().createSoftLink(name, link.path);
      // Their objects may come later.
      else if (target !== undefined && !isFirst) this.#hardLinks.push({ path: name, target });
    }
  }

  /** After the last object: links to objects that have a name already, and what h5wasm cannot create. */
  finish(): void {
    for (const { path, target } of this.#hardLinks) this.copy.forWriting().createHardLink(path, target);
    this.copy.edit((file) => {
      for (const { path, make } of this.#edits) {
        const address = this.copy.find(path)?.object.address;
        if (address !== undefined) make(file, address);
      }
    });
  }

  #createDataset({ path, header }: WalkedObject, dataset: DatasetInfo): void {
    const { datatype, dataspace, layout, filters } = dataset;
    const [filter] = filters;
    const level = filter?.clientData[0];
    const { dtype, ...type } = creatableOf(datatype);
    const creation = creationOf(dtype, {
      ...type,
      shape: dataspace.shape,
      ...(layout.class === "chunked" ? { chunks: layout.chunkShape, maxShape: dataspace.maxShape } : {}),
    });
    this.copy
      .forWriting()
      .createDataset(
        path,
        level === undefined ? creation : { ...creation, compression: 1, compression_opts: [level] },
        undefined,
      );
    const { label } = this.copy;
    if (dtype === "bool")
      this.#edits.push({ path, make: (file, address) => setBooleanType(file, address, label) });
    const message = findMessage(header, DATATYPE);
    if (message !== undefined && hasOwnClassBits(datatype)) {
      const bits = classBits(bodyBytes(message));
      this.#edits.push({ path, make: (file, at) => setClassBits(file, at, undefined, bits, label) });
    }
    const { writeTime } = dataset.fillValue;
    if (writeTime !== undefined)
      this.#edits.push({ path, make: (file, address) => setFillTime(file, address, writeTime, label) });
    if (filter?.optional)
      this.#edits.push({ path, make: (file, address) => setFilterOptional(file, address, label) });
  }

  #createAttributes({ path, header }: WalkedObject): void {
    const { file } = this.source;
    const { label } = this.copy;
    const written = this.copy.forWriting();
    const heap = new GlobalHeap(file);
    for (const { parts, address } of storedAttributes(file, header)) {
      const { name } = parts;
      const type = attributeDatatype(file, parts, address);
      const space = attributeDataspace(file, parts, address);
      const { dtype, ...options } = creatableOf(type);
      const { shape, maxShape } = space;
      const creation = creationOf(dtype, {
        ...options,
        shape,
        ...(space.kind === "scalar" ? {} : { maxShape }),
      });
      const bytes = parts.data.subarray(0, spaceElements(space) * type.size);
      if (type.class === "vlen-string") {
        written.createStringAttribute(path, name, creation, vlenTexts(heap, bytes, type.size));
      } else written.createAttribute(path, name, creation, bytes);
      if (dtype === "bool")
        this.#edits.push({ path, make: (file, at) => setBooleanAttributeType(file, at, name, label) });
      else if (hasOwnClassBits(type)) {
        const bits = classBits(parts.datatype.bytes);
        this.#edits.push({ path, make: (file, at) => setClassBits(file, at, name, bits, label) });
      }
    }
  }
}

function creatableOf(type: Datatype): NonNullable<ReturnType<typeof creatableType>> {
  const creatable = creatableType(type);
  if (creatable === undefined) throw new TypeError(`a ${type.class} was not found to be an unsupported`);
  return creatable;
}

/** The bytes of texts of variable length, each up to its NUL, from elements as they are in the file. */
export function vlenTexts(heap: GlobalHeap, elements: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: elements.length / size }, (_, index) => {
    const text = heap.element(elements, 1, index * size);
    const nul = text.indexOf(0);
    return nul < 0 ? text : text.subarray(0, nul);
  });
}
