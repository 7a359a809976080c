import type { DataType, LayoutOptions, MetadataInput, NDArray, Selection } from "@tvb-storage/core";

/** How data are given: as an `NDArray`, a typed array, plain nested values, or block by block. */
export type Input =
  | { readonly form: "ndarray" | "typed" | "nested"; readonly array: NDArray }
  | {
      readonly form: "blocks";
      readonly array: NDArray;
      /** Rows of each block. */
      readonly rows: readonly number[];
      /** What happens after the last block: more or fewer rows than the shape says, an exception, an abort. */
      readonly end?: "short" | "long" | "wide" | "throws" | "aborts";
    };

/** The manager that is called (an index), and the node: `where` and `name` as they are given to it. */
export interface Target {
  readonly by: number;
  readonly name: string;
  readonly where?: string;
}

/** `"aborted"`: before the call; `"later"`: while it reports its progress. */
type Signal = "aborted" | "later";

/** What a listener of progress does. */
type Listener = "listens" | "throws";

export interface StoreCall extends Target {
  readonly call: "storeData";
  readonly input: Input;
  readonly options: LayoutOptions & { readonly dtype?: DataType };
  readonly signal?: Signal;
  readonly listener?: Listener;
}

export interface AppendCall extends Target {
  readonly call: "appendData";
  readonly input: Exclude<Input, { form: "blocks" }>;
  readonly options: LayoutOptions & {
    readonly dtype?: DataType;
    readonly growDimension?: number;
    readonly closeFile?: boolean;
  };
}

export interface GetCall extends Target {
  readonly call: "getData";
  readonly options: {
    readonly selection?: Selection;
    readonly field?: string;
    readonly ignoreErrors?: boolean;
    readonly closeFile?: boolean;
  };
  readonly signal?: Signal;
  readonly listener?: Listener;
}

export interface StreamCall extends Target {
  readonly call: "streamData";
  readonly options: { readonly selection?: Selection; readonly field?: string; readonly blockBytes?: number };
  /** `"later"`: after the first block. */
  readonly signal?: Signal;
  /** Leaves the stream after so many blocks. */
  readonly leaveAfter?: number;
  /** Called after the first block, one after the other. */
  readonly meanwhile?: readonly Exclude<Operation, StreamCall>[];
}

export type SetMetadataCall = Target & {
  readonly call: "setMetadata";
  readonly metadata: Readonly<Record<string, MetadataInput>>;
  readonly options: { readonly tvbSpecificMetadata?: boolean };
};

export interface RemoveMetadataCall extends Target {
  readonly call: "removeMetadata";
  readonly key: string;
  readonly options: { readonly tvbSpecificMetadata?: boolean; readonly checkExistence?: boolean };
}

/** Calls whose only options are where and name, or that read. */
export type PlainCall = Target &
  (
    | { readonly call: "getDataShape" | "removeData" }
    | { readonly call: "getMetadata"; readonly options: { readonly skipUnreadable?: boolean } }
    | { readonly call: "getFileDataVersion"; readonly attribute?: string }
    | { readonly call: "listNodes"; readonly options: { readonly depth?: number } }
    | { readonly call: "closeFile" /** By `await using`. */; readonly disposes?: boolean }
    | { readonly call: "isValidTvbFile" }
  );

/** One call of a sequence, as data: it can be predicted, made, shrunk and printed. */
export type Operation =
  | StoreCall
  | AppendCall
  | GetCall
  | StreamCall
  | SetMetadataCall
  | RemoveMetadataCall
  | PlainCall;

/** An operation, or several that are begun in order without waiting for each other. */
export type Step = Operation | { readonly call: "together"; readonly calls: readonly Operation[] };

/** The absolute path that `where` and `name` mean: empty parts and `.` count for nothing. */
export function pathOf({ where = "/", name }: { readonly where?: string; readonly name: string }): string {
  const parts = `${where}/${name}`.split("/").filter((part) => part !== "" && part !== ".");
  return `/${parts.join("/")}`;
}
