import { livenessOf, type ProcessIdentity } from "#platform";
import type { SyncFileSystem } from "../file-system.js";
import { closeQuietly, readAllSync } from "../read-write.js";
import { systemErrorCode } from "../system-error.js";
import { HOLDER_BYTES } from "./commit-record.js";
import { MAX_SILENCE_OF_HOST_MS, MAX_SILENCE_OF_PROCESS_MS } from "./lock-timing.js";

/** Who holds a lock, as written at the beginning of the lock file. */
export interface LockHolder extends ProcessIdentity {
  /** Differs from that of every other holder, at any time. */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** The holder released the lock without finishing: the next writer takes over. */
  readonly abandoned?: boolean;
}

/** Tokens of the locks that this thread holds; shared by all copies of this package. */
const KEY = Symbol.for("@tvb-storage/held-locks/1");

function heldTokens(): Set<string> {
  // A registered symbol is found by every copy of this package.
  const holder = globalThis as { [KEY]?: Set<string> };
  holder[KEY] ??= new Set();
  return holder[KEY];
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });
/** Of this copy of the module; made with the first holder, since random numbers take a millisecond. */
let prefix: string | undefined;
let count = 0;

/** A new holder; call `releaseHolder` when it holds nothing any more. */
export function newHolder(identity: ProcessIdentity): LockHolder {
  count += 1;
  prefix ??= crypto.randomUUID().replaceAll("-", "").slice(0, 12);
  const holder = { ...identity, token: `${prefix}${count}`, since: Date.now() };
  heldTokens().add(holder.token);
  return holder;
}

export function releaseHolder(holder: LockHolder): void {
  heldTokens().delete(holder.token);
}

const encoded = /* @__PURE__ */ new Uint8Array(HOLDER_BYTES);

/** Text of HOLDER_BYTES, so that writing it again replaces all of it. Valid until the next call. */
export function encodeHolder(holder: LockHolder): Uint8Array {
  const { written } = encoder.encodeInto(JSON.stringify(holder), encoded.subarray(0, -1));
  encoded.fill(0x20, written);
  encoded[written] = 0x0a;
  return encoded;
}

function isHolder(value: unknown): value is LockHolder {
  return (
    typeof value === "object" &&
    value !== null &&
    "host" in value &&
    typeof value.host === "string" &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "token" in value &&
    typeof value.token === "string" &&
    "since" in value &&
    typeof value.since === "number" &&
    /^[\da-z]{1,64}$/.test(value.token)
  );
}

/** `"gone"`: there is no such file. `"incomplete"`: its holder has not written all of its identity. */
export function readHolder(fs: SyncFileSystem, path: string): LockHolder | "gone" | "incomplete" {
  let fd: number;
  try {
    fd = fs.openSync(path, "r");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return "gone";
    throw error;
  }
  const bytes = new Uint8Array(HOLDER_BYTES);
  try {
    readAllSync(fs, fd, bytes, 0);
  } finally {
    closeQuietly(fs, fd);
  }
  const end = bytes.indexOf(0x0a);
  if (end < 0) return "incomplete";
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes.subarray(0, end)));
    return isHolder(value) ? value : "incomplete";
  } catch {
    return "incomplete";
  }
}

/**
 * For how many milliseconds a holder may be silent until it is dead: 0 where it is known to be, infinite where it is
 * known to be alive. `self`: the process that calls.
 */
export function maxSilenceOf(holder: LockHolder, self: ProcessIdentity): number {
  if (holder.abandoned === true) return 0;
  if (heldTokens().has(holder.token)) return Number.POSITIVE_INFINITY;
  // Process numbers are valid only within one host, and there within one namespace (a container).
  if (holder.host !== self.host || holder.namespace !== self.namespace) return MAX_SILENCE_OF_HOST_MS;
  // Of this very thread, and not among its locks: it failed while it took or released the lock.
  if (holder.pid === self.pid && holder.thread === self.thread && holder.started === self.started) return 0;
  switch (livenessOf(holder)) {
    case "dead":
      return 0;
    case "alive":
      return Number.POSITIVE_INFINITY;
    case "unknown":
      return MAX_SILENCE_OF_PROCESS_MS;
  }
}

/** For messages. */
export function describeHolder(holder: LockHolder): string {
  return `process ${holder.pid} (thread ${holder.thread}) on ${holder.host}, since ${new Date(holder.since).toISOString()}`;
}
