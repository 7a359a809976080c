import type { MetadataValue, NDArray } from "@tvb-storage/core";
import type { ErrorCode } from "@tvb-storage/errors";
import type { FileState } from "./file-state.js";

/** A node as `listNodes` should describe it; what is left out is the backend's choice. */
export interface ExpectedNode {
  readonly path: string;
  readonly kind: "group" | "dataset";
  /** Undefined where the type is the backend's choice. */
  readonly dtype?: string | undefined;
  readonly shape?: readonly number[] | undefined;
  readonly maxShape?: readonly (number | null)[] | undefined;
  /** An axis that grows without bound. */
  readonly growAxis?: number | undefined;
  readonly isCompressed?: boolean | undefined;
  /** The bytes of its elements, where nothing makes them fewer. */
  readonly bytes?: number | undefined;
}

/** What a call should resolve to. */
export type Expected =
  | { readonly is: "nothing" }
  | { readonly is: "value"; readonly value: unknown }
  | {
      readonly is: "array";
      readonly array: NDArray;
      readonly anyNaN: boolean;
      readonly bytes?: number | undefined;
    }
  | { readonly is: "metadata"; readonly values: ReadonlyMap<string, MetadataValue> }
  | { readonly is: "nodes"; readonly nodes: readonly ExpectedNode[] }
  | {
      readonly is: "blocks";
      /** The selected elements when the stream begins, and after the call that is made meanwhile. */
      readonly first: NDArray;
      readonly rest: NDArray;
      readonly anyNaN: boolean;
      /** Maximum bytes of a block of more than one element; undefined where elements have no fixed size. */
      readonly blockBytes: number | undefined;
      /** The stream rejects after its first block (where it has another) with one of these codes. */
      readonly endsWith?: readonly ErrorCode[];
      readonly leaveAfter: number;
    };

/** What a call should do. Where it may do either, both are given. */
export interface Prediction {
  readonly resolves?: Expected;
  /** Of the exception with which it rejects. */
  readonly rejects?: readonly ErrorCode[];
  /** The file after it has resolved; after a rejection it is as before. */
  readonly next: FileState;
}

export const NOTHING: Expected = { is: "nothing" };

/** A tree of groups and datasets does not allow it; the contract leaves the class of the exception open. */
export const BAD_PLACE: readonly ErrorCode[] = [
  "FILE_STRUCTURE",
  "FILE_STORAGE",
  "INCOMPATIBLE_FILE_MANAGER",
];
