import type { DataType, Slice } from "@tvb-storage/core";

/** Values of one dataset of the model, as written and read, in C order. */
export type Entries = readonly (number | string)[];

/** The types that sequences use: a float, an integer that refuses fractions, and text. */
export type ModelType = Extract<DataType, "float64" | "int32" | "string">;

export interface ModelArray {
  readonly dtype: ModelType;
  readonly shape: readonly number[];
  readonly entries: Entries;
}

/** One call of a sequence, as data: it can be run, predicted, shrunk and printed. */
export type Operation =
  | { readonly call: "store"; readonly path: string; readonly array: ModelArray }
  /** Appends along axis 0. */
  | {
      readonly call: "append";
      readonly path: string;
      readonly array: ModelArray;
      readonly closeFile: boolean;
    }
  | { readonly call: "read"; readonly path: string; readonly selection: readonly (number | null | Slice)[] }
  | { readonly call: "shape"; readonly path: string }
  | { readonly call: "stream"; readonly path: string; readonly blockBytes: number }
  | { readonly call: "remove"; readonly path: string }
  | { readonly call: "list" }
  | {
      readonly call: "setMetadata";
      readonly path: string;
      readonly key: string;
      readonly value: string | number | boolean;
    }
  | { readonly call: "getMetadata"; readonly path: string }
  | { readonly call: "removeMetadata"; readonly path: string; readonly key: string }
  | { readonly call: "close" };

function arrayCode({ dtype, shape, entries }: ModelArray): string {
  const values = JSON.stringify(entries);
  const data =
    dtype === "string" ? values : `${dtype === "int32" ? "Int32Array" : "Float64Array"}.from(${values})`;
  return `{ dtype: "${dtype}", shape: ${JSON.stringify(shape)}, data: ${data} }`;
}

/** The call in TypeScript, on a manager `m`. */
export function operationCode(operation: Operation): string {
  const name = "path" in operation ? JSON.stringify(operation.path) : "";
  switch (operation.call) {
    case "store":
      return `await m.storeData(${arrayCode(operation.array)}, ${name});`;
    case "append": {
      const options = operation.closeFile ? "{ growDimension: 0 }" : "{ growDimension: 0, closeFile: false }";
      return `await m.appendData(${arrayCode(operation.array)}, ${name}, ${options});`;
    }
    case "read":
      return `await m.getData(${name}, { selection: ${JSON.stringify(operation.selection)} });`;
    case "shape":
      return `await m.getDataShape(${name});`;
    case "stream":
      return `for await (const { offset, block } of m.streamData(${name}, { blockBytes: ${operation.blockBytes} })) console.log(offset, block);`;
    case "remove":
      return `await m.removeData(${name});`;
    case "list":
      return "await m.listNodes();";
    case "setMetadata":
      return `await m.setMetadata({ ${operation.key}: ${JSON.stringify(operation.value)} }, ${name});`;
    case "getMetadata":
      return `await m.getMetadata(${name});`;
    case "removeMetadata":
      return `await m.removeMetadata(${JSON.stringify(operation.key)}, ${name});`;
    case "close":
      return "await m.closeFile();";
  }
}
