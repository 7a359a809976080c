import {
  type Compression,
  type DataType,
  elementCount,
  itemSize,
  type LayoutOptions,
} from "@tvb-storage/core";
import { defaultChunkShape } from "@tvb-storage/core/internal";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import {
  createDatasetObject,
  createGroupObject,
  insertLink,
  newType,
  setBooleanType,
  setFixedStringType,
} from "@tvb-storage/hdf5/internal";
import { type CreationOptions, creationOf } from "../elements/creation.js";
import { checkChunkShape } from "../session/chunk-shape.js";
import type { H5Handle } from "../session/h5-handle.js";
import { missingParents } from "./missing-parents.js";

export interface NewDataset {
  readonly path: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** The axis that grows without bound; undefined for a dataset of fixed shape. */
  readonly growAxis?: number;
  readonly layout: LayoutOptions;
}

/** Checks the layout of a dataset to be created, and chooses what was left open. */
function resolveLayout(dataset: NewDataset): CreationOptions {
  const { path, dtype, shape, growAxis, layout } = dataset;
  const { chunks, stringLength } = layout;
  // HDF5 keeps texts of variable length outside the dataset, where no filter reaches them, and refuses one.
  const compression = dtype === "string" && stringLength === undefined ? undefined : layout.compression;
  if (stringLength !== undefined && dtype !== "string") {
    throw new FileStructureException(`stringLength is for strings, and ${path} holds ${dtype}`);
  }
  const strings = stringLength === undefined ? {} : { stringLength };
  const fixed = growAxis === undefined;
  if (fixed && shape.length === 0 && (chunks !== undefined || compression !== undefined)) {
    throw new FileStructureException(`${path} is a scalar, which has neither chunks nor compression`);
  }
  const itemBytes = dtype === "string" ? (stringLength ?? itemSize(dtype)) : itemSize(dtype);
  const options = { shape, growAxis, itemBytes, filtered: compression !== undefined };
  if (chunks !== undefined) checkChunkShape(chunks, options, path);
  // Nothing is there to be cut or compressed, and HDF5 takes no chunk larger than a fixed axis.
  const empty = fixed && elementCount(shape) === 0;
  if (fixed && (empty || (chunks === undefined && compression === undefined))) return { shape, ...strings };
  const chosen = chunks ?? defaultChunkShape(options);
  return {
    shape,
    chunks: fixed ? chosen.map((length, axis) => Math.min(length, shape[axis] ?? length)) : chosen,
    ...(fixed ? {} : { maxShape: shape.map((length, axis) => (axis === growAxis ? null : length)) }),
    ...(compression === undefined ? {} : { compression }),
    ...strings,
  };
}

/**
 * Creates a dataset with its parent groups, without data: all of it is to be written next.
 *
 * @throws FileStructureException a layout that the dataset cannot have, or a parent that is no group.
 */
export async function createDataset(handle: H5Handle, dataset: NewDataset): Promise<void> {
  const { path, dtype } = dataset;
  const layout = resolveLayout(dataset);
  const parents = missingParents(handle, path);
  if (createHere(handle, parents, path, dtype, layout)) return;
  const { compression } = layout;
  if (typeof compression === "object" && compression.shuffle === true)
    throw new FileStorageException(
      `${handle.label}: ${path} cannot be created with shuffle, which HDF5 in WebAssembly, needed for this file, has not with gzip`,
    );
  await handle.loadHdf5();
  for (const group of parents) handle.forWriting().createGroup(group);
  handle.forWriting().createDataset(path, creationOf(dtype, layout), undefined);
  completeType(handle, dataset);
}

/** Without HDF5; false where HDF5 has to. */
function createHere(
  handle: H5Handle,
  parents: readonly string[],
  path: string,
  dtype: DataType,
  { shape, maxShape, chunks, compression, stringLength }: CreationOptions,
): boolean {
  const parentOf = (child: string) => child.slice(0, Math.max(1, child.lastIndexOf("/")));
  const nameOf = (child: string) => child.slice(child.lastIndexOf("/") + 1);
  const type = newType(dtype, stringLength);
  const filters = filtersOf(compression, type.size);
  const outermost = parents[0] ?? path;
  let group = handle.node(parentOf(outermost)).object.address;
  // A link that leads nowhere, or out of the file: HDF5 says what is wrong.
  if (handle.structure.link(group, nameOf(outermost)) !== undefined) return false;
  return handle.tryEdit((file) => {
    for (const [index, child] of [...parents, path].entries()) {
      let address = -1;
      const make = (): number => {
        address =
          index < parents.length
            ? createGroupObject(file)
            : createDatasetObject(file, {
                type,
                shape,
                maxShape,
                chunks,
                filters,
              });
        return address;
      };
      // In a group that was made just now it is never refused.
      if (!insertLink(file, group, nameOf(child), make)) return false;
      group = address;
    }
    return true;
  });
}

/** HDF5's numbers of the filters. */
const GZIP = 1;
const SHUFFLE = 2;
/** The level of `"gzip"`. */
const LEVEL = 4;

/** As h5py declares them: a chunk that a filter cannot code may go without it. */
function filtersOf(compression: Compression | undefined, elementSize: number) {
  if (compression === undefined) return [];
  const { gzip, shuffle = false } = compression === "gzip" ? { gzip: LEVEL } : compression;
  const deflate = { id: GZIP, optional: true, clientData: [gzip] };
  return shuffle ? [{ id: SHUFFLE, optional: true, clientData: [elementSize] }, deflate] : [deflate];
}

/** Gives the new dataset the types that h5wasm cannot create. */
function completeType(handle: H5Handle, { path, dtype, layout }: NewDataset): void {
  const setType =
    dtype === "bool" ? setBooleanType : layout.stringLength !== undefined ? setFixedStringType : undefined;
  if (setType === undefined) return;
  const { object } = handle.node(path);
  handle.edit((file) => setType(file, object.address));
}
