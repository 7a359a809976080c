import { getSystemErrorMap } from "node:util";
import { describeCall, type FsCall, isMutating } from "./fs-call.js";
import { interceptFs, type Verdict } from "./intercept.js";

/** Which calls are counted. A name is a kind (`"write"`) or a call as it is made (`"promises.rename"`). */
export type CallFilter = "mutating" | "any" | string | readonly string[] | ((call: FsCall) => boolean);

export interface FaultPlan {
  /** Default `"mutating"`: every call that changes what a later reader may find, syncs included. */
  readonly calls?: CallFilter;
  /** The call that fails, counted from 1. Without it, calls are only counted. */
  readonly at?: number;
  /**
   * - `"fail"` (default): the call is refused with `errno`.
   * - `"truncate"`: half of a write is done and reported as such, without an error, as systems may do at any
   *   time; another kind of call is refused.
   * - `"stop"`: the process dies in this call; it and everything after it fails.
   */
  readonly action?: "fail" | "truncate" | "stop";
  /** How much of the call that fails or stops is done; default `"none"`. `"half"` of a call other than a write is nothing. */
  readonly effect?: FaultEffect;
  /** Default `"EIO"`. */
  readonly errno?: string;
  /** How many of the counted calls, from `at` on, fail; default 1. `Infinity`: a disk that stays full. */
  readonly times?: number;
}

export type FaultEffect = "none" | "half" | "whole";

/** The calls so far. */
export interface FaultLog {
  /** Counted calls. */
  readonly calls: number;
  /** The first call that failed. */
  readonly hit: FsCall | undefined;
  /** Whether a `"stop"` happened: all later calls fail. */
  readonly stopped: boolean;
  /** Counted calls by kind. */
  readonly byKind: Readonly<Record<string, number>>;
}

/** Thrown by the call in which the process dies, and by all later calls. */
export class ProcessStopped extends Error {
  override readonly name = "ProcessStopped";
  readonly code = "ESTOPPED";
}

/** An error as the system gives it, with `code`, `errno`, `syscall` and `path`. */
function systemError(code: string, call: FsCall): Error {
  const known = [...getSystemErrorMap()].find(([, [name]]) => name === code);
  const at = call.path === undefined ? "" : ` '${call.path}'`;
  const error = new Error(`${code}: ${known?.[1][1] ?? "injected failure"}, ${call.kind}${at}`);
  return Object.assign(error, { code, errno: known?.[0] ?? -1, syscall: call.kind, path: call.path });
}

function counts(filter: CallFilter, call: FsCall): boolean {
  if (typeof filter === "function") return filter(call);
  if (filter === "mutating") return isMutating(call);
  if (filter === "any") return true;
  const names = typeof filter === "string" ? [filter] : filter;
  return names.includes(call.kind) || names.includes(call.name);
}

/**
 * A file system that behaves as `fs` until the n-th call of a kind, which
 * fails, is done in part, or is the last. `faults` is the log.
 *
 * Synchronous calls, `promises`, file handles and calls with a callback are counted
 * together. When the process stops, open descriptors are closed in `fs`, as the
 * system does.
 */
export function faultyFs<F extends object>(fs: F, plan: FaultPlan = {}): F & { readonly faults: FaultLog } {
  const { calls: filter = "mutating", action = "fail", effect = "none", times = 1 } = plan;
  let counted = 0;
  let hit: FsCall | undefined;
  let stopped = false;
  const byKind: Record<string, number> = {};
  const open = new Set<object | number>();

  function verdict(call: FsCall): Verdict {
    hit ??= call;
    if (action === "stop") {
      stopped = true;
      const error = new ProcessStopped(`the process stopped in ${describeCall(call)} (${effect} of it done)`);
      return { part: effect, error };
    }
    // existsSync never throws; on a failure it returns false.
    if (call.kind === "exists") return { part: "none" };
    const error = systemError(plan.errno ?? "EIO", call);
    if (action === "truncate") return call.kind === "write" ? { part: "half" } : { part: "none", error };
    return { part: effect, error };
  }

  const wrapped = interceptFs(fs, {
    before(call) {
      if (stopped) {
        const error = new ProcessStopped(`the process had stopped before ${describeCall(call)}`);
        return { part: "none", error };
      }
      if (!counts(filter, call)) return undefined;
      counted += 1;
      byKind[call.kind] = (byKind[call.kind] ?? 0) + 1;
      const first = plan.at ?? Number.POSITIVE_INFINITY;
      if (counted < first || counted >= first + times) return undefined;
      const result = verdict(call);
      if (stopped) {
        const inUse = call.args[0];
        if (call.kind === "close" && effect === "whole" && typeof inUse === "number") open.delete(inUse);
        closeAll(fs, open, inUse);
      }
      return result;
    },
    after(call, result) {
      if (
        call.kind === "open" &&
        (typeof result === "number" || (typeof result === "object" && result !== null))
      )
        open.add(result);
      if (call.kind === "close" && typeof call.args[0] === "number") open.delete(call.args[0]);
    },
  });
  const faults: FaultLog = {
    get calls() {
      return counted;
    },
    get hit() {
      return hit;
    },
    get stopped() {
      return stopped;
    },
    byKind,
  };
  return new Proxy(wrapped, {
    get: (target, property) => (property === "faults" ? faults : Reflect.get(target, property)),
    has: (target, property) => property === "faults" || Reflect.has(target, property),
  }) as F & { readonly faults: FaultLog }; // the proxy adds the one property
}

interface Closer {
  closeSync?(fd: number): void;
}

/** The descriptor of the last call is closed after it. */
function closeAll(fs: Closer, open: Set<object | number>, inUse: unknown): void {
  const close = (one: object | number): void => {
    if (typeof one === "number") {
      try {
        fs.closeSync?.(one);
      } catch {
        // It was closed already.
      }
    } else if ("close" in one && typeof one.close === "function") {
      Promise.resolve(one.close()).catch(() => undefined);
    }
  };
  for (const one of open) {
    // A file handle's call may still be running, so handles too are closed after it.
    if (one === inUse || typeof one === "object") setImmediate(() => close(one));
    else close(one);
  }
  open.clear();
}
