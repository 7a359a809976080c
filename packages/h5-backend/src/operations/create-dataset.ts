import {
  bytesOf,
  type DataType,
  elementCount,
  itemSize,
  type LayoutOptions,
  type NDArray,
} from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { setBooleanType, setFixedStringType } from "@tvb-storage/hdf5/internal";
import { type CreationOptions, creationOf } from "../elements/creation.js";
import type { WasmCreation } from "../engine/h5wasm.js";
import { checkChunkShape, defaultChunkShape } from "../session/chunk-shape.js";
import type { H5Handle } from "../session/h5-handle.js";
import { ensureParents } from "./ensure-parents.js";
import { allocate } from "./write-directly.js";

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
 * Creates a dataset with its parent groups. `data` is all of it where it fits
 * one block; else it is written afterwards.
 *
 * @throws FileStructureException a layout that the dataset cannot have, or a parent that is no group.
 */
export function createDataset(handle: H5Handle, dataset: NewDataset, data?: NDArray): void {
  const { path, dtype } = dataset;
  const layout = resolveLayout(dataset);
  const creation: WasmCreation = creationOf(dtype, layout);
  ensureParents(handle, path);
  if (data === undefined || Array.isArray(data.data))
    handle.forWriting().createDataset(path, creation, undefined);
  else handle.forWriting().createDataset(path, creation, bytesOf(data.data));
  const isContiguous = layout.chunks === undefined && dtype !== "string" && elementCount(dataset.shape) > 0;
  if (data === undefined && isContiguous) allocate(handle, path, dtype, dataset.shape);
  completeType(handle, dataset);
}

/** Gives the new dataset the types that h5wasm cannot create. */
function completeType(handle: H5Handle, { path, dtype, layout }: NewDataset): void {
  const setType =
    dtype === "bool" ? setBooleanType : layout.stringLength !== undefined ? setFixedStringType : undefined;
  if (setType === undefined) return;
  const { object } = handle.node(path);
  handle.edit((port) => setType(port, object.address, handle.label));
}
