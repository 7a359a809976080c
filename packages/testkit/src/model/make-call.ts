import { isDeepStrictEqual } from "node:util";
import type { BlockSource, DataBlock, NDArray, StorageManager } from "@tvb-storage/core";
import { type ErrorCode, isTVBException } from "@tvb-storage/errors";
import { DateTime } from "@tvb-storage/files";
import { nestedOf, valueCode } from "./code-of.js";
import { asView, cloneArray, countOf, sizeOf, takeElements } from "./element-types.js";
import type { Input, Operation, PlainCall, StreamCall } from "./operation.js";
import { scribble } from "./scribble.js";

/** What a call did. */
export type Outcome = (
  | { readonly value: unknown }
  | { readonly code: ErrorCode; readonly message: string }
  | { readonly odd: string }
) & {
  /** Something that the contract forbids besides: arguments that were changed, wrong progress. */
  readonly breach?: string | undefined;
};

interface PreparedInput {
  readonly data: unknown;
  /** Whether the caller's memory is as it was given, and a source of blocks that was begun has ended. */
  isUnchanged(): boolean;
  reuse(): void;
}

function preparedInput(input: Input, abort: () => void): PreparedInput {
  const make = (): unknown => {
    const array = asView(input.array);
    if (input.form === "nested") return nestedOf(array);
    return input.form === "typed" ? array.data : array;
  };
  if (input.form === "blocks") {
    const { source, isOpen } = blockSource(input, abort);
    return { data: source, isUnchanged: () => !isOpen(), reuse: () => undefined };
  }
  const data = make();
  return { data, isUnchanged: () => isDeepStrictEqual(data, make()), reuse: () => scribble(data) };
}

type BlockInput = Extract<Input, { form: "blocks" }>;

/** Blocks in memory that is written into before the next is given; and whether they were begun and not ended. */
function blockSource(
  { array, rows, end }: BlockInput,
  abort: () => void,
): { readonly source: BlockSource; readonly isOpen: () => boolean } {
  let isOpen = false;
  const { dtype, shape } = array;
  const width = countOf(shape.slice(1));
  const block = (start: number, count: number): NDArray =>
    takeElements(
      array,
      Array.from({ length: count * width }, (_, i) => (start * width + i) % Math.max(1, countOf(shape))),
      [count, ...shape.slice(1)],
    );
  async function* blocks(): AsyncGenerator<NDArray> {
    isOpen = true;
    try {
      yield* given();
    } finally {
      isOpen = false;
    }
  }
  async function* given(): AsyncGenerator<NDArray> {
    let start = 0;
    for (const [i, count] of rows.entries()) {
      const isLast = i === rows.length - 1;
      if (isLast && end === "short") return;
      if (isLast && end === "throws") throw new Error("the source of the blocks failed");
      if (isLast && end === "aborts") abort();
      const next = block(start, count);
      if (isLast && end === "wide")
        yield { ...next, shape: [...next.shape, 1] } as NDArray; // of another rank
      else yield next;
      // The memory of a block is the source's again.
      scribble(next.data);
      start += count;
    }
    if (end === "long") yield block(0, 1);
  }
  return { source: { dtype, shape: [...shape], blocks: blocks() }, isOpen: () => isOpen };
}

function checkProgress(
  calls: readonly (readonly [number, number])[],
  bytes: number | undefined,
): string | undefined {
  const told = `progress ${calls
    .slice(-3)
    .map(([done, total]) => `${done}/${total}`)
    .join(", ")}`;
  if (calls.length === 0) return bytes === 0 ? undefined : "no progress was reported";
  const [done, total] = calls.at(-1) ?? [0, 0];
  if (done !== total) return `${told} does not end at its total`;
  if (calls.some(([, each]) => each !== total)) return `${told} has several totals`;
  if (calls.some(([each], i) => each < (calls[i - 1]?.[0] ?? 0))) return `${told} does not rise`;
  return bytes === undefined || bytes === total ? undefined : `${told}, of ${bytes} bytes`;
}

/** Makes a call, and looks at what it does with what it is given. */
export async function makeCall(managers: readonly StorageManager[], operation: Operation): Promise<Outcome> {
  const m = managers[operation.by];
  if (m === undefined) throw new RangeError(`there is no manager ${operation.by}`);
  const control = new AbortController();
  const progress: [number, number][] = [];
  const plain = structuredClone({
    ...("options" in operation ? operation.options : {}),
    ...(operation.where === undefined ? {} : { where: operation.where }),
  });
  const signal = "signal" in operation ? operation.signal : undefined;
  const listener = "listener" in operation ? operation.listener : undefined;
  const end =
    operation.call === "storeData" && operation.input.form === "blocks" ? operation.input.end : undefined;
  const options: Record<string, unknown> = structuredClone(plain);
  if (signal !== undefined || end === "aborts") options["signal"] = control.signal;
  if (signal === "aborted") control.abort(new Error("aborted before"));
  if (listener !== undefined || (signal === "later" && operation.call !== "streamData"))
    options["onProgress"] = (done: number, total: number): void => {
      if (listener === "throws") throw new Error("the listener");
      if (signal === "later") control.abort(new Error("aborted later"));
      progress.push([done, total]);
    };
  const input =
    operation.call === "storeData" || operation.call === "appendData"
      ? preparedInput(operation.input, () => control.abort(new Error("aborted between blocks")))
      : undefined;
  const metadata = operation.call === "setMetadata" ? cloneMetadata(operation.metadata) : undefined;
  const breaches: string[] = [];
  const isBlocks = operation.call === "storeData" && operation.input.form === "blocks";
  const checkInput = (): void => {
    if (input?.isUnchanged() === false)
      breaches.push(isBlocks ? "the source of blocks was not ended" : "the caller's data were changed");
    input?.reuse();
  };
  let outcome: Outcome;
  try {
    const call = begin(m, operation, { data: input?.data, metadata, options }, { managers, control });
    // Options may be used again at once, rows too: they are copied before the promise is returned.
    const { signal: _, onProgress: __, ...rest } = options;
    if (!isDeepStrictEqual(rest, plain)) breaches.push("the caller's options were changed");
    scribble(Object.values(rest).filter((each) => typeof each === "object"));
    if (operation.call === "appendData") checkInput();
    const value = await call;
    if (operation.call === "storeData") checkInput();
    if (listener === "listens") {
      const array = operation.call === "getData" ? (value as NDArray | null) : undefined; // what getData gives
      const breach = checkProgress(progress, array ? sizeOf(array) : input && sizeOfInput(operation));
      if (breach !== undefined && value !== null) breaches.push(breach);
    }
    outcome = { value };
  } catch (error) {
    if (operation.call === "storeData") checkInput();
    outcome = refusal(m, error);
  }
  // A call that has ended does not listen any more.
  control.abort(new Error("aborted after the call"));
  if (metadata !== undefined && operation.call === "setMetadata") {
    if (valueCode(metadata) !== valueCode(operation.metadata))
      breaches.push("the caller's metadata were changed");
    scribble(metadata);
  }
  return breaches.length === 0 ? outcome : { ...outcome, breach: breaches.join("; ") };
}

/** Bytes of empty data are 0, of texts unknown; others are left to what the backend converts. */
function sizeOfInput(operation: Operation): number | undefined {
  if (operation.call !== "storeData") return undefined;
  return sizeOf(operation.input.array) === 0 ? 0 : undefined;
}

function cloneMetadata(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const clone = (value: unknown): unknown => {
    if (value instanceof DateTime) return new DateTime(value);
    return structuredClone(value);
  };
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, clone(value)]));
}

function refusal(m: StorageManager, error: unknown): Outcome {
  if (!isTVBException(error)) return { odd: `no exception of @tvb-storage/errors: ${String(error)}` };
  const { code, message } = error as Error & { code: ErrorCode }; // a TVBException is an error with a code
  const breach = message.includes(m.path) ? undefined : `the message does not name the file: ${message}`;
  return { code, message, breach };
}

interface Arguments {
  readonly data: unknown;
  readonly metadata: Record<string, unknown> | undefined;
  readonly options: Record<string, unknown>;
}

interface During {
  readonly managers: readonly StorageManager[];
  readonly control: AbortController;
}

/** Begins a call before it returns. */
function begin(m: StorageManager, operation: Operation, given: Arguments, during: During): Promise<unknown> {
  const { name } = operation;
  const { data, metadata, options } = given;
  switch (operation.call) {
    case "storeData":
      return m.storeData(data as NDArray, name, options); // made of an input
    case "appendData":
      return m.appendData(data as NDArray, name, options); // as above
    case "getData":
      return m.getData(name, options);
    case "streamData":
      return blocksOf(m, operation, options, during);
    case "setMetadata":
      return m.setMetadata(metadata as Record<string, string>, name, options); // what the operation has
    case "removeMetadata":
      return m.removeMetadata(operation.key, name, options);
    default:
      return beginPlain(m, operation, options);
  }
}

function beginPlain(
  m: StorageManager,
  operation: PlainCall,
  options: Record<string, unknown>,
): Promise<unknown> {
  const { name } = operation;
  switch (operation.call) {
    case "getDataShape":
      return m.getDataShape(name, options);
    case "removeData":
      return m.removeData(name, options);
    case "getMetadata":
      return m.getMetadata(name, options);
    case "getFileDataVersion":
      return m.getFileDataVersion(operation.attribute, name, options);
    case "listNodes": {
      const { where = "" } = operation;
      return m.listNodes(name === "" ? options : { ...options, where: `${where}/${name}` });
    }
    case "closeFile":
      return operation.disposes === true ? Promise.resolve(m[Symbol.asyncDispose]()) : m.closeFile();
    case "isValidTvbFile":
      return m.isValidTvbFile();
  }
}

/** What a stream gave: its blocks as they came, and the exception that it ended with. */
export interface Streamed {
  readonly blocks: readonly DataBlock[];
  readonly end: Outcome | undefined;
  /** Of the calls that were made after the first block. */
  readonly meanwhile: readonly Outcome[];
}

async function blocksOf(
  m: StorageManager,
  operation: StreamCall,
  options: Record<string, unknown>,
  { managers, control }: During,
): Promise<Streamed> {
  const stream = m.streamData(operation.name, options);
  // Options are read by the call, not with the first block: they are written into now.
  await undefined;
  const blocks: DataBlock[] = [];
  const meanwhile: Outcome[] = [];
  try {
    for await (const { offset, block } of stream) {
      blocks.push({ offset: [...offset], block: cloneArray(block) });
      scribble(offset);
      scribble(block);
      if (blocks.length === 1) {
        if (operation.signal === "later") control.abort(new Error("aborted later"));
        for (const each of operation.meanwhile ?? []) meanwhile.push(await makeCall(managers, each));
      }
      if (blocks.length === operation.leaveAfter) break;
    }
  } catch (error) {
    if (blocks.length === 0) throw error;
    return { blocks, end: refusal(m, error), meanwhile };
  }
  return { blocks, end: undefined, meanwhile };
}
