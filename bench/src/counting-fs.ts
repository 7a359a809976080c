import * as nodeFs from "node:fs";
import type { FileSystem } from "@tvb-storage/core";

export interface CountingFileSystem {
  readonly fs: FileSystem;
  /** Calls by name, asynchronous ones with "promises." or "handle." before it, and `bytesRead`, `bytesWritten`. */
  readonly counts: Readonly<Record<string, number>>;
  reset(): void;
}

/** The disk, with every call counted. */
export function countingFileSystem(): CountingFileSystem {
  const counts: Record<string, number> = {};
  const add = (name: string, by = 1) => {
    counts[name] = (counts[name] ?? 0) + by;
  };

  const counted = <T extends object>(target: T, prefix: string): T =>
    new Proxy(target, {
      get(_, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") {
          return key === "promises" && typeof value === "object" && value !== null
            ? counted(value, "promises.")
            : value;
        }
        const call = (...args: unknown[]) => {
          add(prefix + String(key));
          const result: unknown = value.apply(target, args);
          if (!(result instanceof Promise)) {
            addBytes(String(key), result);
            return result;
          }
          return result.then((done: unknown) => {
            addBytes(String(key), done);
            return prefix === "promises." && key === "open" && typeof done === "object" && done !== null
              ? counted(done, "handle.")
              : done;
          });
        };
        // realpathSync has a second function, `native`.
        if (!("native" in value) || typeof value.native !== "function") return call;
        const { native } = value;
        return Object.assign(call, {
          native: (...args: unknown[]): unknown => {
            add(`${prefix}${String(key)}.native`);
            return native.apply(target, args);
          },
        });
      },
    });

  const addBytes = (name: string, result: unknown) => {
    if (typeof result === "number") {
      if (name === "readSync") add("bytesRead", result);
      if (name === "writeSync") add("bytesWritten", result);
    } else if (typeof result === "object" && result !== null) {
      if ("bytesRead" in result) add("bytesRead", Number(result.bytesRead));
      if ("bytesWritten" in result) add("bytesWritten", Number(result.bytesWritten));
    }
  };

  return {
    // A copy, because the members of a module namespace may not be replaced by a proxy.
    fs: counted({ ...nodeFs }, ""),
    counts,
    reset: () => {
      for (const name of Object.keys(counts)) delete counts[name];
    },
  };
}
