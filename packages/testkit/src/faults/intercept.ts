import { type CallStyle, callKind, type FsCall, halfArguments } from "./fs-call.js";

/** What happens to a call: all or a part of it is done, and its result or an error is returned. */
export interface Verdict {
  readonly part: "none" | "half" | "whole";
  /** Thrown (or passed to the promise or callback) after the part is done; without it, the call's result is returned. */
  readonly error?: Error;
}

export interface Interceptor {
  /** Called before the call; undefined lets it pass unchanged. */
  before(call: FsCall): Verdict | undefined;
  /** Called after each call that was done completely and returned `result`. */
  after?(call: FsCall, result: unknown): void;
}

interface OpenHandle {
  readonly handle: object;
  readonly path: string | undefined;
}

type Callable = (...args: unknown[]) => unknown;

function isCallable(value: unknown): value is Callable {
  return typeof value === "function";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Streams and watchers of node:fs do not use its other calls, so faults would not reach them. */
const NOT_COVERED = /^(create(Read|Write)Stream|openAsBlob|opendir(Sync)?|readableWebStream|readLines)$/;

/** Constructors (`Stats`, `Dirent`) and helpers that touch no file. */
const NOT_A_CALL = /^([A-Z].*|_.*|to.*|constructor|on|once|off|emit|addListener|removeListener)$/;

function pathOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof URL) return decodeURIComponent(value.pathname);
  return value instanceof Uint8Array
    ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(value)
    : undefined;
}

/**
 * A file system that calls `interceptor` before every call of `fs`: synchronous
 * calls, `promises` with the methods of their file handles, and calls with a
 * callback. `fs` itself stays as it is.
 */
export function interceptFs<F extends object>(fs: F, interceptor: Interceptor): F {
  const descriptors = new Map<number, string>();

  function describe(name: string, style: CallStyle, args: readonly unknown[], on?: OpenHandle): FsCall {
    const first = args[0];
    const path =
      on === undefined ? (typeof first === "number" ? descriptors.get(first) : pathOf(first)) : on.path;
    return { name, kind: callKind(name), style, args, path, handle: on?.handle };
  }

  function finished(call: FsCall, result: unknown): unknown {
    if (call.kind === "open") {
      if (typeof result === "number") descriptors.set(result, call.path ?? "");
      else if (isObject(result)) {
        interceptor.after?.(call, result);
        return wrapHandle(result, call.path);
      }
    }
    interceptor.after?.(call, result);
    if (call.kind === "close" && typeof call.args[0] === "number") descriptors.delete(call.args[0]);
    return result;
  }

  function run(call: FsCall, target: object, method: Callable): unknown {
    const verdict = interceptor.before(call) ?? { part: "whole" };
    const halves = verdict.part === "half" ? halfArguments(call) : undefined;
    // A call that cannot be halved is atomic: half of it is nothing.
    const part = verdict.part === "half" && halves === undefined ? "none" : verdict.part;
    const args = halves ?? call.args;
    const { error } = verdict;
    if (call.style === "callback") return runCallback(call, { target, method, args, part, error });
    if (call.style === "sync") {
      const result = part === "none" ? undefined : method.apply(target, [...args]);
      if (error === undefined) return part === "whole" ? finished(call, result) : result;
      if (part === "whole") interceptor.after?.(call, result);
      throw error;
    }
    return (async () => {
      const result = part === "none" ? undefined : await method.apply(target, [...args]);
      if (error === undefined) return part === "whole" ? finished(call, result) : result;
      if (part === "whole") interceptor.after?.(call, result);
      throw error;
    })();
  }

  interface Doing {
    readonly target: object;
    readonly method: Callable;
    readonly args: readonly unknown[];
    readonly part: Verdict["part"];
    readonly error: Error | undefined;
  }

  function runCallback(call: FsCall, { target, method, args, part, error }: Doing): unknown {
    const callback = args.at(-1);
    if (!isCallable(callback)) throw new TypeError(`${call.name} was called without a callback`);
    if (part === "none") {
      setImmediate(() => callback(error));
      return undefined;
    }
    return method.apply(target, [
      ...args.slice(0, -1),
      (failure: unknown, result: unknown, ...more: unknown[]) => {
        if (failure !== null && failure !== undefined) callback(failure);
        else if (error !== undefined) callback(error);
        else callback(null, part === "whole" ? finished(call, result) : result, ...more);
      },
    ]);
  }

  function wrap(name: string, target: object, method: Callable, style: "sync" | "promise", on?: OpenHandle) {
    return new Proxy(method, {
      apply(_method, _receiver, args: unknown[]) {
        const withCallback = style === "sync" && !/Sync(\.native)?$/.test(name) && isCallable(args.at(-1));
        return run(describe(name, withCallback ? "callback" : style, args, on), target, method);
      },
      get(_method, property) {
        const inner: unknown = Reflect.get(method, property);
        // fs.realpathSync.native
        return property === "native" && isCallable(inner)
          ? wrap(`${name}.native`, target, inner, style)
          : inner;
      },
    });
  }

  function wrapAll(target: object, prefix: string, style: "sync" | "promise", on?: OpenHandle): object {
    const wrapped = new Map<PropertyKey, unknown>();
    const view = (property: PropertyKey): unknown => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof property === "symbol") return isCallable(value) ? value.bind(target) : value;
      const name = String(property);
      if (name === "promises" && prefix === "" && isObject(value))
        return wrapAll(value, "promises.", "promise");
      if (!isCallable(value) || NOT_A_CALL.test(name)) return value;
      if (NOT_COVERED.test(name))
        return () => {
          throw new TypeError(
            `${prefix}${name} goes around the interception of calls; use open, read and write`,
          );
        };
      return wrap(`${prefix}${name}`, target, value, style, on);
    };
    return new Proxy(
      {},
      {
        get(_empty, property) {
          // Only wrapped functions are cached: a handle's `fd` may change.
          if (wrapped.has(property)) return wrapped.get(property);
          const value = view(property);
          if (isCallable(value) || property === "promises") wrapped.set(property, value);
          return value;
        },
        has: (_empty, property) => Reflect.has(target, property),
        ownKeys: () => Reflect.ownKeys(target),
        getOwnPropertyDescriptor: (_empty, property) =>
          Reflect.has(target, property)
            ? { value: view(property), enumerable: true, configurable: true, writable: false }
            : undefined,
      },
    );
  }

  function wrapHandle(handle: object, path: string | undefined): object {
    return wrapAll(handle, "FileHandle.", "promise", { handle, path });
  }

  return wrapAll(fs, "", "sync") as F; // the proxy answers for every property of F
}
