import type { NDArray } from "@tvb-storage/core";
import { DateTime } from "@tvb-storage/files";
import { bytesOfArray, classNameOf } from "./element-types.js";
import type { Input, Operation, Step } from "./operation.js";

// Steps and values as TypeScript that can be pasted.

const SHOWN_TEXT = 120;
const SHOWN_ENTRIES = 400;

function textCode(text: string): string {
  const [first = ""] = text;
  if (text.length > SHOWN_TEXT && text === first.repeat(text.length / first.length))
    return `${JSON.stringify(first)}.repeat(${text.length / first.length})`;
  return JSON.stringify(text);
}

export function isArray(value: unknown): value is NDArray {
  if (typeof value !== "object" || value === null) return false;
  return "dtype" in value && "shape" in value && "data" in value;
}

function dataCode({ dtype, data }: NDArray): string {
  if (Array.isArray(data)) return valueCode(data);
  const name = classNameOf(dtype);
  const entries: (number | bigint)[] = Array.from<number | bigint>(data as Iterable<number | bigint>);
  // The bits of a NaN can be written as bytes only.
  if (entries.some((entry) => Number.isNaN(entry)) && entries.length <= SHOWN_ENTRIES)
    return `new ${name}(Uint8Array.of(${[...bytesOfArray({ dtype, shape: [], data } as NDArray)].join(", ")}).buffer)`;
  return `${name}.of(${listCode(entries)})`;
}

function listCode(entries: readonly unknown[]): string {
  const shown = entries.slice(0, SHOWN_ENTRIES).map(valueCode).join(", ");
  return entries.length > SHOWN_ENTRIES ? `${shown} /* ${entries.length - SHOWN_ENTRIES} more */` : shown;
}

/** A value as code. */
export function valueCode(value: unknown): string {
  if (typeof value === "string") return textCode(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Date) {
    const date = Number.isNaN(value.getTime()) ? "new Date(NaN)" : `new Date("${value.toISOString()}")`;
    return value instanceof DateTime ? `new DateTime(${date}, ${value.microsecond})` : date;
  }
  if (isArray(value))
    return `{ dtype: "${value.dtype}", shape: [${value.shape.join(", ")}], data: ${dataCode(value)} }`;
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}.of(${listCode(Array.from(value as Int8Array))})`; // any typed array
  if (Array.isArray(value)) return `[${listCode(value)}]`;
  if (value instanceof Map) return valueCode(Object.fromEntries(value));
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return fields.length === 0
    ? "{}"
    : `{ ${fields.map(([key, each]) => `${keyCode(key)}: ${valueCode(each)}`).join(", ")} }`;
}

function keyCode(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
}

/** Nested arrays of an array's entries. */
export function nestedOf({ dtype, shape, data }: NDArray): unknown {
  const leaf = (i: number): unknown => (dtype === "bool" ? data[i] !== 0 : data[i]);
  const build = (axis: number, first: number, count: number): unknown => {
    const length = shape[axis];
    if (length === undefined) return leaf(first);
    return Array.from({ length }, (_, i) => build(axis + 1, first + (i * count) / length, count / length));
  };
  return build(0, 0, data.length);
}

function inputCode(input: Input): string {
  const { array } = input;
  switch (input.form) {
    case "ndarray":
      return valueCode(array);
    case "typed":
      return dataCode(array);
    case "nested":
      return valueCode(nestedOf(array));
    case "blocks": {
      const end = input.end === undefined ? "" : `, "${input.end}"`;
      return `blocksOf(${valueCode(array)}, [${input.rows.join(", ")}]${end})`;
    }
  }
}

function argumentsCode(...given: readonly string[]): string {
  let end = given.length;
  while (end > 0 && (given[end - 1] === "{}" || given[end - 1] === "undefined")) end--;
  return given.slice(0, end).join(", ");
}

const SIGNALS = {
  aborted: "AbortSignal.abort()",
  later: "control.signal /* aborted while it reports progress */",
} as const;

const LISTENERS = {
  listens: "(done, total) => console.log(done, total)",
  throws: '() => { throw new Error("the listener") }',
} as const;

/** The options of an operation, in code. */
function optionsCode(operation: Operation): string {
  const fields: string[] = [];
  if (operation.where !== undefined) fields.push(`where: ${valueCode(operation.where)}`);
  const options: object = "options" in operation ? operation.options : {};
  for (const [key, value] of Object.entries(options))
    if (value !== undefined) fields.push(`${key}: ${valueCode(value)}`);
  if ("signal" in operation && operation.signal !== undefined)
    fields.push(`signal: ${SIGNALS[operation.signal]}`);
  if ("listener" in operation && operation.listener !== undefined)
    fields.push(`onProgress: ${LISTENERS[operation.listener]}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function callCode(operation: Operation): string {
  const name = valueCode(operation.name);
  const options = optionsCode(operation);
  switch (operation.call) {
    case "storeData":
    case "appendData":
      return argumentsCode(inputCode(operation.input), name, options);
    case "setMetadata":
      return argumentsCode(valueCode(operation.metadata), name, options);
    case "removeMetadata":
      return argumentsCode(valueCode(operation.key), name, options);
    case "getFileDataVersion":
      return argumentsCode(valueCode(operation.attribute), name, options);
    case "listNodes": {
      const where = operation.name === "" ? operation.where : `${operation.where ?? ""}/${operation.name}`;
      return argumentsCode(optionsCode({ ...operation, ...(where === undefined ? {} : { where }) }));
    }
    case "closeFile":
    case "isValidTvbFile":
      return "";
    default:
      return argumentsCode(name, options);
  }
}

/** A step as lines of code, on the managers m1, m2, m3. */
export function stepCode(step: Step): string {
  if (step.call === "together")
    return `await Promise.allSettled([\n${step.calls.map((one) => `  ${made(one)},`).join("\n")}\n]);`;
  if (step.call !== "streamData") return `await ${made(step)};`;
  const inside = [
    ...(step.signal === "later" ? ["control.abort();"] : []),
    ...(step.meanwhile ?? []).map((each) => `await ${made(each)}; /* after the first block */`),
    ...(step.leaveAfter === undefined ? [] : [`break; // after block ${step.leaveAfter}`]),
  ];
  return `for await (const { offset, block } of ${made(step)}) { ${["console.log(offset, block);", ...inside].join(" ")} }`;
}

function made(operation: Operation): string {
  if (operation.call === "closeFile" && operation.disposes === true)
    return `m${operation.by + 1}[Symbol.asyncDispose]()`;
  return `m${operation.by + 1}.${operation.call}(${callCode(operation)})`;
}
