import { FileStructureException } from "@tvb-storage/errors";
import type { Logger } from "@tvb-storage/files";
import { quoted } from "@tvb-storage/files";
import { argumentMessage, errorMessage, readArgument } from "@tvb-storage/files/internal";
import type { GetOptions, StorageManager } from "./storage-manager.js";

function pathOf(manager: unknown): string {
  const path = (manager as { path?: unknown } | null | undefined)?.path; // any value may be asked so
  if (typeof path === "string") return path;
  throw new FileStructureException(
    argumentMessage("the manager of withLogging", "a storage manager", quoted(manager)),
  );
}

function checkLogger(logger: unknown): void {
  const given = logger as Partial<Logger> | null | undefined; // any value may be asked so
  if (typeof given?.debug === "function" && typeof given.error === "function") return;
  const expected = "a logger with debug, warn and error, such as console";
  throw new FileStructureException(argumentMessage("the logger of withLogging", expected, quoted(logger)));
}

/** The option `where`, where it can be read. */
function whereOf(options: unknown): unknown {
  try {
    return (options as { where?: unknown } | null | undefined)?.where; // any value may be asked so
  } catch {
    return undefined; // the manager reports it
  }
}

/**
 * Any manager, with each of its calls logged: one debug line when a
 * call is done (name, file, node, milliseconds), one error line when it fails.
 * Errors pass through unchanged.
 */
export function withLogging(manager: StorageManager, logger: Logger): StorageManager {
  const path = readArgument("the manager", () => pathOf(manager));
  readArgument("the logger", () => checkLogger(logger));
  const logged = async <T>(call: string, node: string | undefined, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const what = `${call} ${path}${node === undefined ? "" : ` ${node}`}`;
    let result: T;
    try {
      result = await work();
    } catch (error) {
      logger.error(`${what} failed: ${errorMessage(error)}`);
      throw error;
    }
    logger.debug(`${what} (${(performance.now() - started).toFixed(1)} ms)`);
    return result;
  };
  // Does not throw as nodePath does: the manager refuses a bad name.
  const at = (name: unknown = "", options?: unknown): string => {
    const where = whereOf(options);
    const group = typeof where === "string" ? where.replace(/\/$/, "") : "";
    const node = typeof name === "string" ? name : `(${quoted(name)})`;
    return node === "" ? group || "/" : `${group}/${node}`;
  };

  function getData(
    name: string,
    options: GetOptions & { ignoreErrors: true },
  ): ReturnType<StorageManager["getData"]>;
  function getData(name: string, options?: GetOptions): ReturnType<StorageManager["getData"]>;
  function getData(name: string, options?: GetOptions): ReturnType<StorageManager["getData"]> {
    return logged("getData", at(name, options), () => manager.getData(name, options));
  }

  async function* streamData(...args: Parameters<StorageManager["streamData"]>) {
    const what = `streamData ${path} ${at(args[0], args[1])}`;
    const started = performance.now();
    let blocks = 0;
    let failure: { readonly error: unknown } | undefined;
    try {
      for await (const block of manager.streamData(...args)) {
        blocks += 1;
        yield block;
      }
    } catch (error) {
      failure = { error };
      throw error;
    } finally {
      // In `finally`, since a `break` in the caller's loop ends the generator at its `yield`.
      if (failure !== undefined)
        logger.error(`${what} failed after ${blocks} blocks: ${errorMessage(failure.error)}`);
      else logger.debug(`${what} (${blocks} blocks, ${(performance.now() - started).toFixed(1)} ms)`);
    }
  }

  const behind: Record<typeof LOGGED, StorageManager> = { [LOGGED]: manager };
  return {
    path,
    ...behind,
    ...exactCopying(manager, logged, at),
    isValidTvbFile: () => logged("isValidTvbFile", undefined, () => manager.isValidTvbFile()),
    storeData: (data, name, options) =>
      logged("storeData", at(name, options), () => manager.storeData(data, name, options)),
    appendData: (data, name, options) =>
      logged("appendData", at(name, options), () => manager.appendData(data, name, options)),
    getData,
    streamData,
    getDataShape: (name, options) =>
      logged("getDataShape", at(name, options), () => manager.getDataShape(name, options)),
    removeData: (name, options) =>
      logged("removeData", at(name, options), () => manager.removeData(name, options)),
    setMetadata: (metadata, name, options) =>
      logged("setMetadata", at(name, options), () => manager.setMetadata(metadata, name, options)),
    getMetadata: (name, options) =>
      logged("getMetadata", at(name, options), () => manager.getMetadata(name, options)),
    removeMetadata: (key, name, options) =>
      logged("removeMetadata", `${at(name, options)} ${typeof key === "string" ? key : quoted(key)}`, () =>
        manager.removeMetadata(key, name, options),
      ),
    getFileDataVersion: (attribute, name, options) =>
      logged("getFileDataVersion", at(name, options), () =>
        manager.getFileDataVersion(attribute, name, options),
      ),
    listNodes: (options) => logged("listNodes", at(undefined, options), () => manager.listNodes(options)),
    closeFile: () => logged("closeFile", undefined, () => manager.closeFile()),
    [Symbol.asyncDispose]: () => logged("closeFile", undefined, () => manager.closeFile()),
  };
}

/** The key of the manager behind one that logs; the same in each copy of this package. */
const LOGGED: unique symbol = Symbol.for("@tvb-storage/core: the manager that is logged");

/** The manager whose calls are logged; another one itself. */
export function withoutLogging(manager: StorageManager): StorageManager {
  const { [LOGGED]: behind } = manager as Partial<Record<typeof LOGGED, StorageManager>>; // any manager may be asked so
  return behind === undefined ? manager : withoutLogging(behind);
}

type Logged = <T>(call: string, node: string | undefined, work: () => Promise<T>) => Promise<T>;

/** Those of the optional members that the manager has. */
function exactCopying(
  manager: StorageManager,
  logged: Logged,
  at: (name?: unknown, options?: unknown) => string,
): Partial<StorageManager> {
  const { supports } = manager;
  const has = (name: "getAttributes" | "setAttributes" | "createGroup" | "copyNodes"): boolean =>
    manager[name] !== undefined;
  return {
    ...(supports === undefined ? {} : { supports }),
    ...(has("getAttributes") && {
      getAttributes: (name, options) =>
        logged(
          "getAttributes",
          at(name, options),
          async () => manager.getAttributes?.(name, options) ?? new Map(),
        ),
    }),
    ...(has("setAttributes") && {
      setAttributes: (attributes, name, options) =>
        logged("setAttributes", at(name, options), async () =>
          manager.setAttributes?.(attributes, name, options),
        ),
    }),
    ...(has("createGroup") && {
      createGroup: (name, options) =>
        logged("createGroup", at(name, options), async () => manager.createGroup?.(name, options)),
    }),
    ...(has("copyNodes") && {
      copyNodes: (source, options) =>
        logged("copyNodes", options.to, async () => manager.copyNodes?.(source, options)),
    }),
  };
}
