import type { BackendCapabilities, LayoutOptions, NDArray } from "@tvb-storage/core";
import type { ErrorCode } from "@tvb-storage/errors";
import { converted, type Given } from "./convert-array.js";
import { arrayOf, joinArrays, kindOf, sizeOf } from "./element-types.js";
import {
  type FileState,
  isBeneath,
  type ModelDataset,
  newNode,
  parentsOf,
  withNode,
  withRoot,
} from "./file-state.js";
import { metadataBack } from "./metadata-value.js";
import type {
  AppendCall,
  Input,
  PlainCall,
  RemoveMetadataCall,
  SetMetadataCall,
  StoreCall,
} from "./operation.js";
import { pathOf } from "./operation.js";
import { BAD_PLACE, NOTHING, type Prediction } from "./prediction.js";

export interface ModelContext {
  readonly supports: BackendCapabilities;
  /** Written to a file that is created. */
  readonly dataVersion: number;
}

const TEXT = new TextEncoder();

/** Of the dataset that is made where metadata is set on a missing node only the shape is fixed. */
const PLACEHOLDER: NDArray = { dtype: "float32", shape: [1], data: Float32Array.of(0) };

/** Reasons to refuse a call, as codes of exceptions; `may` are those that a backend need not have. */
interface Reasons {
  readonly must: ErrorCode[];
  readonly may: ErrorCode[];
}

function outcome(state: FileState, next: () => FileState, { must, may }: Reasons): Prediction {
  if (must.length > 0) return { rejects: [...must, ...may], next: state };
  return { resolves: NOTHING, next: next(), ...(may.length > 0 ? { rejects: may } : {}) };
}

/** Values as the library takes them: plain bigints are int64 where all fit. */
function givenOf({ form, array }: Input): Given {
  if (form !== "nested") return { array, plain: false };
  const kind = kindOf(array.dtype);
  if (kind === "bool" || kind === "string") return { array, plain: false };
  const signed = array.dtype === "uint64" ? converted({ array, plain: true }, "int64") : undefined;
  return { array: signed?.array ?? array, plain: true };
}

/** Whether a text takes more bytes than a string of fixed length has. */
function exceeds({ data }: NDArray, stringLength: number | undefined): boolean {
  if (stringLength === undefined || !Array.isArray(data)) return false;
  return data.some((text) => TEXT.encode(text).length > stringLength);
}

/** What keeps a dataset from being at a path: a dataset where a group is needed, or the reverse. */
function placeReasons(state: FileState, path: string, { must }: Reasons): void {
  const node = state.get(path);
  if (path === "/" || (node !== undefined && node.dataset === undefined)) must.push(...BAD_PLACE);
  if (parentsOf(path).some((parent) => state.get(parent)?.dataset !== undefined)) must.push(...BAD_PLACE);
  if (node === undefined && path.split("/").includes("..")) must.push("FILE_STRUCTURE");
}

/** What a backend does not offer. An existing dataset takes values of any type that fits its own; blocks it may refuse. */
function offerReasons(
  { dtype }: NDArray,
  { compression }: LayoutOptions,
  { compression: offered, dtypes }: BackendCapabilities,
  to: "new" | "existing" | "existing from blocks",
  { must, may }: Reasons,
): void {
  if (!dtypes.includes(dtype) && to !== "existing") (to === "new" ? must : may).push("FILE_STORAGE");
  if (compression !== undefined && !offered.includes("gzip")) must.push("FILE_STORAGE");
}

/** The values in the type that the caller asks for. */
function asAsked(
  input: Input,
  dtype: NDArray["dtype"] | undefined,
  { must }: Reasons,
): Given & { readonly anyNaN: boolean } {
  const given = givenOf(input);
  if (dtype === undefined || dtype === given.array.dtype)
    return { ...given, plain: given.plain && dtype === undefined, anyNaN: given.plain };
  // Blocks say their type themselves.
  const asked = input.form === "blocks" ? undefined : converted(given, dtype, true);
  if (asked === undefined) must.push("FILE_STRUCTURE");
  return { array: asked?.array ?? given.array, plain: false, anyNaN: true };
}

function newDataset(
  array: NDArray,
  anyNaN: boolean,
  options: LayoutOptions,
  growAxis?: number,
): ModelDataset {
  const { compression, stringLength } = options;
  const isCompressed = compression !== undefined;
  return { array, anyNaN, isOpen: false, maxShape: undefined, growAxis, isCompressed, stringLength };
}

/** A text is longer than strings of fixed length are; a backend without them has no such limit. */
const TOO_LONG: readonly ErrorCode[] = ["FILE_STRUCTURE", "FILE_STORAGE", "INCOMPATIBLE_FILE_MANAGER"];

function checkLayout(
  { chunks, compression, stringLength }: LayoutOptions,
  array: NDArray,
  growAxis: number | undefined,
  { must, may }: Reasons,
): void {
  const { shape } = array;
  if (chunks !== undefined && chunks.length !== shape.length) must.push("FILE_STRUCTURE", "FILE_STORAGE");
  if (compression !== undefined && shape.length === 0) may.push("FILE_STRUCTURE");
  // Chunks that the dataset will never fill.
  if (chunks?.some((length, axis) => axis !== growAxis && length > (shape[axis] ?? 0)))
    may.push("FILE_STRUCTURE");
  if (exceeds(array, stringLength)) must.push(...TOO_LONG);
}

const SOURCE_ENDS: Readonly<
  Record<NonNullable<Extract<Input, { form: "blocks" }>["end"]>, readonly ErrorCode[]>
> = {
  short: ["FILE_STRUCTURE"],
  long: ["FILE_STRUCTURE"],
  wide: ["FILE_STRUCTURE"],
  throws: ["FILE_STRUCTURE", "FILE_STORAGE"],
  aborts: ["FILE_STORAGE"],
};

export function predictStore(state: FileState, operation: StoreCall, context: ModelContext): Prediction {
  const { input, options, signal, listener } = operation;
  const path = pathOf(operation);
  const reasons: Reasons = { must: [], may: [] };
  const { must, may } = reasons;
  const { array, plain, anyNaN } = asAsked(input, options.dtype, reasons);
  const isNew = state.get(path)?.dataset === undefined;
  const to = isNew ? "new" : input.form === "blocks" ? "existing from blocks" : "existing";
  offerReasons(array, options, context.supports, to, reasons);
  placeReasons(state, path, reasons);
  if (input.form === "blocks") {
    if (array.shape.length === 0) must.push("FILE_STRUCTURE");
    if (input.end !== undefined) must.push(...SOURCE_ENDS[input.end]);
  }
  if (signal === "aborted") must.push("FILE_STORAGE");
  if (signal === "later") may.push("FILE_STORAGE");
  // Where there are no bytes, nothing may be reported.
  if (listener === "throws") (sizeOf(array) === 0 ? may : must).push("FILE_STORAGE");
  const node = state.get(path);
  const old = node?.dataset;
  if (node === undefined || old === undefined) {
    checkLayout(options, array, undefined, reasons);
    const created = newNode(newDataset(array, anyNaN, options));
    return outcome(state, () => withNode(state, path, created, context.dataVersion), reasons);
  }
  if (exceeds(array, options.stringLength)) must.push(...TOO_LONG);
  if (exceeds(array, old.stringLength)) may.push(...TOO_LONG);
  const fits = converted({ array, plain }, old.array.dtype);
  if (String(array.shape) !== String(old.array.shape)) must.push("INCOMPATIBLE_FILE_MANAGER");
  // Nothing is lost of an array without elements.
  if (fits === undefined) (sizeOf(array) === 0 ? may : must).push("INCOMPATIBLE_FILE_MANAGER");
  const dataset = { ...old, array: fits?.array ?? old.array, anyNaN: anyNaN || (fits?.anyNaN ?? false) };
  return outcome(state, () => new Map(state).set(path, { ...node, dataset }), reasons);
}

export function predictAppend(state: FileState, operation: AppendCall, context: ModelContext): Prediction {
  const { input, options } = operation;
  const path = pathOf(operation);
  const { supports, dataVersion } = context;
  const reasons: Reasons = { must: [], may: [] };
  const { must, may } = reasons;
  const { array, plain, anyNaN } = asAsked(input, options.dtype, reasons);
  const rank = array.shape.length;
  offerReasons(
    array,
    options,
    supports,
    state.get(path)?.dataset === undefined ? "new" : "existing",
    reasons,
  );
  placeReasons(state, path, reasons);
  const given = options.growDimension ?? -1;
  const axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis >= rank) must.push("FILE_STRUCTURE", "INCOMPATIBLE_FILE_MANAGER");
  if (supports.growableAxes === "none" || (supports.growableAxes === "first" && axis > 0))
    must.push("FILE_STORAGE");
  const node = state.get(path);
  const old = node?.dataset;
  if (node === undefined || old === undefined) {
    checkLayout(options, array, axis, reasons);
    // A backend may need a length of all other axes to lay out the rows to come.
    if (array.shape.some((length, i) => length === 0 && i !== axis)) may.push("FILE_STRUCTURE");
    const created = newNode(newDataset(array, anyNaN, options, axis));
    return outcome(state, () => withNode(state, path, created, dataVersion), reasons);
  }
  if (exceeds(array, options.stringLength)) must.push(...TOO_LONG);
  if (exceeds(array, old.stringLength)) may.push(...TOO_LONG);
  const { shape } = old.array;
  const agree = shape.length === rank && shape.every((length, i) => i === axis || length === array.shape[i]);
  if (!agree) must.push("INCOMPATIBLE_FILE_MANAGER", "FILE_STRUCTURE");
  const limit = old.growAxis === axis ? null : old.maxShape?.[axis];
  const grown = (shape[axis] ?? 0) + (array.shape[axis] ?? 0);
  if (limit === undefined) may.push("INCOMPATIBLE_FILE_MANAGER");
  else if (limit !== null && grown > limit) must.push("INCOMPATIBLE_FILE_MANAGER");
  const rows = converted({ array, plain }, old.array.dtype);
  if (rows === undefined) (sizeOf(array) === 0 ? may : must).push("INCOMPATIBLE_FILE_MANAGER");
  return outcome(
    state,
    () => {
      const fitting = rows?.array ?? arrayOf(old.array.dtype, array.shape, []);
      const joined = joinArrays(old.array, fitting, axis);
      const dataset = { ...old, array: joined, anyNaN: old.anyNaN || anyNaN || (rows?.anyNaN ?? false) };
      return new Map(state).set(path, { ...node, dataset });
    },
    reasons,
  );
}

export function predictRemove(
  state: FileState,
  operation: PlainCall,
  { supports }: ModelContext,
): Prediction {
  const path = pathOf(operation);
  const reasons: Reasons = { must: [], may: [] };
  if (!supports.removal) reasons.must.push("FILE_STORAGE");
  if (path === "/" || !state.has(path)) reasons.must.push("FILE_STRUCTURE");
  const next = () => new Map([...state].filter(([each]) => each !== path && !isBeneath(each, path)));
  return outcome(state, next, reasons);
}

export function predictSetMetadata(
  state: FileState,
  operation: SetMetadataCall,
  { dataVersion }: ModelContext,
): Prediction {
  const path = pathOf(operation);
  const prefix = operation.options.tvbSpecificMetadata === false ? "" : "TVB_";
  const reasons: Reasons = { must: [], may: [] };
  const node = state.get(path);
  if (node === undefined && path !== "/") placeReasons(state, path, reasons);
  const changes = Object.entries(operation.metadata).map(([key, value]) => {
    const back = metadataBack(value);
    if (back === undefined || key === "" || key.includes("\0")) reasons.must.push("FILE_STRUCTURE");
    return [prefix + key, back ?? ""] as const;
  });
  const next = (): FileState => {
    const there = withRoot(state, dataVersion);
    const target = there.get(path) ?? newNode({ ...newDataset(PLACEHOLDER, false, {}), isOpen: true });
    const attributes = new Map([...target.attributes, ...changes]);
    return withNode(there, path, { ...target, attributes }, dataVersion);
  };
  return outcome(state, next, reasons);
}

export function predictRemoveMetadata(state: FileState, operation: RemoveMetadataCall): Prediction {
  const path = pathOf(operation);
  const { key, options } = operation;
  const name = options.tvbSpecificMetadata === false ? key : `TVB_${key}`;
  const node = state.get(path);
  const reasons: Reasons = { must: [], may: [] };
  const isThere = node?.attributes.has(name) === true;
  if (key === "" || key.includes("\0")) reasons.must.push("FILE_STRUCTURE");
  if (node === undefined || (!isThere && options.checkExistence !== true))
    reasons.must.push("FILE_STRUCTURE");
  return outcome(
    state,
    () => {
      if (node === undefined) return state;
      const attributes = new Map(node.attributes);
      attributes.delete(name);
      return new Map(state).set(path, { ...node, attributes });
    },
    reasons,
  );
}
