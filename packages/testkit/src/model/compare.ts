import { isDeepStrictEqual } from "node:util";
import type { Metadata, MetadataValue, NDArray, NodeInfo } from "@tvb-storage/core";
import { isArray, valueCode } from "./code-of.js";
import { countOf, sameArray, sizeOf, takeElements } from "./element-types.js";
import type { Outcome, Streamed } from "./make-call.js";
import type { Expected, ExpectedNode, Prediction } from "./prediction.js";

/** What should be, and what is. */
export interface Mismatch {
  readonly expected: string;
  readonly found: string;
}

function mismatch(expected: unknown, found: unknown): Mismatch {
  return { expected: valueCode(expected), found: valueCode(found) };
}

export function compareArray(found: unknown, expected: NDArray, anyNaN: boolean): Mismatch | undefined {
  return isArray(found) && sameArray(found, expected, anyNaN) ? undefined : mismatch(expected, found);
}

function sameValue(found: unknown, expected: MetadataValue): boolean {
  if (isArray(expected)) return isArray(found) && sameArray(found, expected);
  if (expected instanceof Date)
    return (
      found instanceof Date &&
      found.getTime() === expected.getTime() &&
      "microsecond" in found &&
      found.microsecond === expected.microsecond
    );
  return Object.is(found, expected);
}

export function compareMetadata(
  found: Metadata,
  expected: ReadonlyMap<string, MetadataValue>,
): Mismatch | undefined {
  const same =
    Object.keys(found).length === expected.size &&
    [...expected].every(([key, value]) => Object.hasOwn(found, key) && sameValue(found[key], value));
  return same ? undefined : mismatch(expected, found);
}

/** Whether a node is listed as expected; what the backend chooses has to be possible. */
function sameNode(found: NodeInfo, expected: ExpectedNode): boolean {
  const { path, kind, dtype, shape, maxShape, growAxis, isCompressed, bytes = 0 } = expected;
  if (found.path !== path || found.kind !== kind) return false;
  if (kind === "group") return found.shape === undefined && found.dtype === undefined;
  if (dtype !== undefined && found.dtype !== dtype) return false;
  if (!isDeepStrictEqual(found.shape, shape)) return false;
  const limits = found.maxShape;
  if (limits?.length !== shape?.length) return false;
  if (limits?.some((limit, axis) => limit !== null && limit < (shape?.[axis] ?? 0))) return false;
  if (growAxis !== undefined && limits?.[growAxis] !== null) return false;
  if (maxShape !== undefined && !isDeepStrictEqual(limits, maxShape)) return false;
  if (isCompressed !== undefined && (found.filters?.includes("gzip") ?? false) !== isCompressed) return false;
  const isPacked = (found.filters?.length ?? 0) > 0 || dtype === "bool";
  if (found.storedBytes !== undefined && !isPacked && found.storedBytes < bytes) return false;
  const { chunks = null } = found;
  return (
    chunks === null || (chunks?.length === shape?.length && chunks?.every((length) => length > 0) === true)
  );
}

/** The root may be listed or not. */
export function compareNodes(
  found: readonly NodeInfo[],
  expected: readonly ExpectedNode[],
): Mismatch | undefined {
  const nodes = found.filter(({ path }) => path !== "/").sort((a, b) => (a.path < b.path ? -1 : 1));
  const wanted = expected.filter(({ path }) => path !== "/");
  const same =
    nodes.length === wanted.length && wanted.every((each, i) => nodes[i] && sameNode(nodes[i], each));
  return same ? undefined : mismatch(wanted, nodes);
}

function offsetAt(position: number, shape: readonly number[]): number[] {
  const offset: number[] = [];
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1;
    offset.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return offset;
}

type ExpectedBlocks = Extract<Expected, { is: "blocks" }>;

/** Blocks follow each other in C order, none too large, and have the elements of their time. */
function compareBlocks({ blocks, end }: Streamed, expected: ExpectedBlocks): Mismatch | undefined {
  const { first, rest, anyNaN, blockBytes, leaveAfter, endsWith } = expected;
  const { shape } = first;
  let position = 0;
  for (const [i, { offset, block }] of blocks.entries()) {
    const count = countOf(block.shape);
    const positions = Array.from({ length: count }, (_, at) => position + at);
    const content = takeElements(i === 0 ? first : rest, positions, block.shape);
    const where = offsetAt(position, shape);
    const wanted = { offset: where, block: content };
    const isTooLarge = blockBytes !== undefined && count > 1 && (sizeOf(block) ?? 0) > blockBytes;
    const fits = position + count <= countOf(shape) && block.shape.length === shape.length;
    if (!fits || isTooLarge || String(offset) !== String(where))
      return mismatch({ ...wanted, blockBytes }, { offset, block });
    const difference = compareArray(block, content, anyNaN);
    if (difference !== undefined) return mismatch(wanted, { offset, block });
    position += count;
  }
  const isComplete = position === countOf(shape);
  if (end !== undefined) {
    const isRight = "code" in end && endsWith?.includes(end.code) === true && blocks.length === 1;
    if (isRight && end.breach === undefined) return undefined;
    return { expected: endText(endsWith), found: `after ${blocks.length} blocks ${outcomeText(end)}` };
  }
  if (blocks.length >= leaveAfter) return undefined;
  if (endsWith !== undefined && blocks.length > 1)
    return { expected: endText(endsWith), found: `${blocks.length} blocks` };
  return isComplete
    ? undefined
    : mismatch(`${countOf(shape)} elements`, `${position} elements in ${blocks.length} blocks`);
}

function endText(codes: readonly string[] | undefined): string {
  return codes === undefined ? "all blocks" : `after the first block an exception ${codes.join(" or ")}`;
}

function compareExpected(found: unknown, expected: Expected): Mismatch | undefined {
  switch (expected.is) {
    case "nothing":
      return found === undefined ? undefined : mismatch(undefined, found);
    case "value":
      return isDeepStrictEqual(found, expected.value) ? undefined : mismatch(expected.value, found);
    case "array":
      return compareArray(found, expected.array, expected.anyNaN);
    case "metadata": {
      // getFileDataVersion gives one value.
      const isRecord =
        typeof found === "object" && found !== null && !isArray(found) && !(found instanceof Date);
      return compareMetadata(
        isRecord ? (found as Metadata) : { version: found as MetadataValue },
        expected.values,
      );
    }
    case "nodes":
      return Array.isArray(found) ? compareNodes(found, expected.nodes) : mismatch(expected.nodes, found);
    case "blocks":
      return compareBlocks(found as Streamed, expected); // what a stream gives
  }
}

function outcomeText(outcome: Outcome): string {
  if ("odd" in outcome) return outcome.odd;
  return "code" in outcome ? `an exception ${outcome.code} (${outcome.message})` : valueCode(outcome.value);
}

function expectedText({ resolves, rejects = [] }: Prediction): string {
  const exception = rejects.length === 0 ? [] : [`an exception ${[...new Set(rejects)].join(" or ")}`];
  if (resolves === undefined) return exception.join("");
  const value =
    resolves.is === "array"
      ? valueCode(resolves.array)
      : resolves.is === "value"
        ? valueCode(resolves.value)
        : resolves.is === "metadata"
          ? valueCode(resolves.values)
          : resolves.is === "nothing"
            ? "that it resolves"
            : resolves.is;
  return [value, ...exception].join(", or ");
}

/** The difference of what a call did and what it should do. */
export function compareOutcome(outcome: Outcome, prediction: Prediction): Mismatch | undefined {
  const expected = expectedText(prediction);
  if (outcome.breach !== undefined) return { expected, found: outcome.breach };
  if ("odd" in outcome) return { expected, found: outcome.odd };
  if ("code" in outcome)
    return prediction.rejects?.includes(outcome.code) === true
      ? undefined
      : { expected, found: outcomeText(outcome) };
  if (prediction.resolves === undefined) return { expected, found: outcomeText(outcome) };
  return compareExpected(outcome.value, prediction.resolves);
}
