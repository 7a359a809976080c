/** How a call returns its result: directly, by a promise, or by a callback. */
export type CallStyle = "sync" | "promise" | "callback";

/** One call of a file system, as faults and logs see it. */
export interface FsCall {
  /** As it was called: `writeSync`, `promises.rename`, `FileHandle.write`. */
  readonly name: string;
  /** What it does, in any call style: `write`, `rename`, `truncate`, `sync`, ... */
  readonly kind: string;
  readonly style: CallStyle;
  readonly args: readonly unknown[];
  /** Its path, where known: the first argument, or the path by which its descriptor was opened. */
  readonly path: string | undefined;
  /** For a method of a file handle: the handle in the wrapped file system. */
  readonly handle: object | undefined;
}

/** Different names of the same operation. */
const SAME_KIND: Readonly<Record<string, string>> = {
  ftruncate: "truncate",
  fsync: "sync",
  fdatasync: "sync",
  datasync: "sync",
  fchmod: "chmod",
  lchmod: "chmod",
  fchown: "chown",
  lchown: "chown",
  futimes: "utimes",
  lutimes: "utimes",
  fstat: "stat",
  lstat: "stat",
  appendFile: "writeFile",
  writev: "write",
  readv: "read",
};

/** `fdatasyncSync` and `FileHandle.datasync` are both `sync`. */
export function callKind(name: string): string {
  const plain = name.replace(/^.*\./, "").replace(/Sync$/, "");
  return SAME_KIND[plain] ?? plain;
}

const MUTATING: ReadonlySet<string> = new Set([
  "write",
  "writeFile",
  "truncate",
  "sync",
  "unlink",
  "rename",
  "mkdir",
  "mkdtemp",
  "rmdir",
  "rm",
  "chmod",
  "chown",
  "utimes",
  "link",
  "symlink",
  "copyFile",
  "cp",
]);

const CREATING_FLAGS = 0o100 | 0o1000; // O_CREAT and O_TRUNC of Linux; other systems pass text

/** Whether an `open` with these flags may create or empty a file. */
export function opensForCreation(flags: unknown): boolean {
  if (typeof flags === "number") return (flags & CREATING_FLAGS) !== 0;
  return typeof flags === "string" && /[wa]/.test(flags);
}

/** Whether the call changes what a later reader, or one after a crash, may find. */
export function isMutating(call: FsCall): boolean {
  if (call.kind === "open") return opensForCreation(call.args[1]);
  return MUTATING.has(call.kind);
}

function bytesOf(data: unknown): Uint8Array | undefined {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (!ArrayBuffer.isView(data)) return undefined;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** What a `write` call was given: the bytes and the position (null: the position of the descriptor). */
export function writtenBytes(call: FsCall): { bytes: Uint8Array; position: number | null } | undefined {
  const [data, second, third, fourth] = call.handle !== undefined ? call.args : call.args.slice(1);
  const position = (value: unknown): number | null =>
    typeof value === "number" || typeof value === "bigint" ? Number(value) : null;
  if (Array.isArray(data)) {
    const parts = data.map((part) => bytesOf(part) ?? new Uint8Array());
    return { bytes: new Uint8Array(Buffer.concat(parts)), position: position(second) };
  }
  const bytes = bytesOf(data);
  if (bytes === undefined) return undefined;
  if (typeof data === "string") return { bytes, position: position(second) };
  const named =
    typeof second === "object" && second !== null
      ? (second as { offset?: number; length?: number; position?: number | null }) // node:fs's options of write
      : { offset: second, length: third, position: fourth };
  const offset = typeof named.offset === "number" ? named.offset : 0;
  const length = typeof named.length === "number" ? named.length : bytes.length - offset;
  return { bytes: bytes.subarray(offset, offset + length), position: position(named.position) };
}

/** The arguments for the first half of a write; undefined where a call cannot be halved. */
export function halfArguments(call: FsCall): readonly unknown[] | undefined {
  const callback = call.style === "callback" ? call.args.slice(-1) : [];
  if (call.kind === "write" && !/writev/.test(call.name)) {
    const written = writtenBytes(call);
    if (written === undefined) return undefined;
    const half = Math.floor(written.bytes.length / 2);
    const target = call.handle !== undefined ? [] : call.args.slice(0, 1);
    return [...target, written.bytes, 0, half, written.position, ...callback];
  }
  if (call.kind === "writeFile") {
    const at = call.handle !== undefined ? 0 : 1;
    const bytes = bytesOf(call.args[at]);
    if (bytes === undefined) return undefined;
    return call.args.map((value, index) =>
      index === at ? bytes.subarray(0, Math.floor(bytes.length / 2)) : value,
    );
  }
  return undefined;
}

/** For messages: `renameSync("/a", "/b")`; long data is given by its size. */
export function describeCall(call: FsCall): string {
  const shown = call.args
    .filter((value) => typeof value !== "function")
    .map((value) => {
      const bytes = typeof value === "string" ? undefined : bytesOf(value);
      if (bytes !== undefined) return `${bytes.length} bytes`;
      return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? String(value));
    });
  const about = call.path !== undefined && call.args[0] !== call.path ? ` on ${call.path}` : "";
  return `${call.name}(${shown.join(", ")})${about}`;
}
