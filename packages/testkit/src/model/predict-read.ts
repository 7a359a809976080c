import type { NDArray, Selection } from "@tvb-storage/core";
import type { ErrorCode } from "@tvb-storage/errors";
import { countOf, sizeOf } from "./element-types.js";
import { type FileState, isBeneath, type ModelDataset, metadataOf } from "./file-state.js";
import type { GetCall, PlainCall, StreamCall } from "./operation.js";
import { pathOf } from "./operation.js";
import type { Expected, ExpectedNode, Prediction } from "./prediction.js";
import { selectedOf } from "./select-array.js";

const DEFAULT_BLOCK_BYTES = 4 * 1024 * 1024;

/** Why a dataset cannot be read; undefined where it can. */
function missing(state: FileState, path: string): readonly ErrorCode[] | undefined {
  if (state.size === 0) return path === "/" ? ["FILE_STRUCTURE", "FILE_STORAGE"] : ["FILE_STRUCTURE"];
  const node = state.get(path);
  if (node === undefined) return ["MISSING_DATASET"];
  // A group has no data, but it is not missing.
  return node.dataset === undefined ? ["FILE_STORAGE", "FILE_STRUCTURE"] : undefined;
}

interface Selected {
  readonly array: NDArray;
  readonly anyNaN: boolean;
}

function selected(
  dataset: ModelDataset,
  { selection = [], field }: { readonly selection?: Selection; readonly field?: string },
): Selected | undefined {
  const array = field === undefined ? selectedOf(dataset.array, selection) : undefined;
  return array && { array, anyNaN: dataset.anyNaN };
}

/** A selection that is out of range is a storage exception; what is no index may be either. */
function refusalOf({ selection = [] }: { readonly selection?: Selection }): readonly ErrorCode[] {
  const isIndex = (entry: unknown) => entry === null || typeof entry === "object" || Number.isInteger(entry);
  return selection.every(isIndex) ? ["FILE_STORAGE"] : ["FILE_STORAGE", "FILE_STRUCTURE"];
}

export function predictGet(state: FileState, operation: GetCall): Prediction {
  const { options, signal, listener } = operation;
  const path = pathOf(operation);
  const codes: ErrorCode[] = [];
  const may: ErrorCode[] = [];
  if (signal === "aborted") codes.push("FILE_STORAGE");
  if (signal === "later") may.push("FILE_STORAGE");
  const absent = missing(state, path);
  const isNull = absent?.includes("MISSING_DATASET") === true && options.ignoreErrors === true;
  if (absent !== undefined) {
    if (!isNull || codes.length > 0) return { rejects: [...absent, ...codes], next: state };
    return { resolves: { is: "value", value: null }, next: state };
  }
  const dataset = state.get(path)?.dataset;
  const array = dataset && selected(dataset, options);
  if (array === undefined) codes.push(...refusalOf(options));
  const bytes = array && sizeOf(array.array);
  if (listener === "throws") (bytes === 0 ? may : codes).push("FILE_STORAGE");
  if (codes.length > 0 || array === undefined) return { rejects: codes, next: state };
  const resolves: Expected = { is: "array", ...array, bytes };
  return { resolves, next: state, ...(may.length > 0 ? { rejects: may } : {}) };
}

/** `after` is the file once the call that is made meanwhile has been made. */
export function predictStream(state: FileState, operation: StreamCall, after: FileState): Prediction {
  const { options, signal, leaveAfter = Number.POSITIVE_INFINITY } = operation;
  const path = pathOf(operation);
  const codes: ErrorCode[] = signal === "aborted" ? ["FILE_STORAGE"] : [];
  const absent = missing(state, path);
  if (absent !== undefined) return { rejects: [...codes, ...absent], next: state };
  const before = state.get(path);
  const first = before?.dataset && selected(before.dataset, options);
  if (first === undefined || codes.length > 0)
    return { rejects: [...codes, ...refusalOf(options)], next: state };
  const now = after.get(path);
  const extent = first.array.shape;
  // The selection in terms of the shape at the beginning: what was appended meanwhile is not part of it.
  const rest =
    now?.id === before?.id && before?.dataset && now?.dataset
      ? selected({ ...now.dataset, array: cutTo(now.dataset.array, before.dataset.array.shape) }, options)
      : undefined;
  const ends: readonly ErrorCode[] | undefined =
    signal === "later"
      ? ["FILE_STORAGE"]
      : rest === undefined
        ? ["FILE_STORAGE", "MISSING_DATASET"]
        : undefined;
  const sized = first.array.dtype === "string" ? undefined : (options.blockBytes ?? DEFAULT_BLOCK_BYTES);
  const resolves: Expected = {
    is: "blocks",
    first: first.array,
    rest: rest?.array ?? first.array,
    anyNaN: first.anyNaN || rest?.anyNaN === true,
    blockBytes: sized,
    leaveAfter,
    ...(ends ? { endsWith: ends } : {}),
  };
  // Without a block nothing is called meanwhile.
  return { resolves, next: countOf(extent) === 0 ? state : after };
}

function cutTo(array: NDArray, shape: readonly number[]): NDArray {
  return (
    selectedOf(
      array,
      shape.map((length) => ({ start: 0, stop: length, step: 1 })),
    ) ?? array
  );
}

/** A node as it is listed. */
function expectedNode(path: string, dataset: ModelDataset | undefined): ExpectedNode {
  if (dataset === undefined) return { path, kind: "group" };
  const { array, isOpen, maxShape, growAxis, isCompressed, stringLength } = dataset;
  const { dtype, shape } = array;
  // Nothing may be there to compress, or texts of any length may lie elsewhere than the dataset (as in HDF5).
  const isUnfiltered =
    isCompressed && (countOf(shape) === 0 || (dtype === "string" && stringLength === undefined));
  return {
    path,
    kind: "dataset",
    dtype: isOpen ? undefined : dtype,
    shape,
    maxShape,
    growAxis,
    isCompressed: isUnfiltered ? undefined : isCompressed,
    bytes: isCompressed || isOpen ? undefined : sizeOf(array),
  };
}

/** The nodes beneath a path, or the dataset at it, sorted by path. */
export function expectedNodes(state: FileState, path: string, depth: number): ExpectedNode[] {
  const levels = (each: string): number => each.split("/").filter((part) => part !== "").length;
  const isListed = (each: string): boolean =>
    each === path
      ? state.get(path)?.dataset !== undefined
      : isBeneath(each, path) && levels(each) - levels(path) <= depth;
  return [...state]
    .filter(([each]) => isListed(each))
    .map(([each, { dataset }]) => expectedNode(each, dataset))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function predictPlain(state: FileState, operation: PlainCall): Prediction {
  const path = pathOf(operation);
  const result = (resolves: Expected): Prediction => ({ resolves, next: state });
  const rejection = (...rejects: ErrorCode[]): Prediction => ({ rejects, next: state });
  const node = state.get(path);
  switch (operation.call) {
    case "isValidTvbFile":
      return result({ is: "value", value: state.size > 0 });
    case "getFileDataVersion": {
      if (state.size === 0) return rejection("MISSING_DATA_FILE");
      if (node === undefined) return rejection("MISSING_DATASET");
      const version = metadataOf(node).get(operation.attribute ?? "Data_version");
      return version === undefined
        ? rejection("INCOMPATIBLE_FILE_MANAGER")
        : result({ is: "metadata", values: new Map([["version", version]]) });
    }
    case "getDataShape": {
      const absent = missing(state, path);
      if (absent !== undefined) return rejection(...absent);
      return result({ is: "value", value: [...(node?.dataset?.array.shape ?? [])] });
    }
    case "getMetadata":
      if (state.size === 0) return rejection("FILE_STRUCTURE");
      return node === undefined
        ? rejection("MISSING_DATASET")
        : result({ is: "metadata", values: metadataOf(node) });
    case "listNodes":
      if (state.size === 0) return rejection("FILE_STRUCTURE");
      if (node === undefined) return rejection("MISSING_DATASET");
      return result({
        is: "nodes",
        nodes: expectedNodes(state, path, operation.options.depth ?? Number.POSITIVE_INFINITY),
      });
    default:
      return result({ is: "nothing" });
  }
}
