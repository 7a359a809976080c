import { Readable } from "node:stream";
import {
  createBackendRegistry,
  ndarray,
  StorageBuffer,
  type StorageManager,
  slice,
  toNested,
  withLogging,
} from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { DateTime, memoryFileSystem } from "@tvb-storage/files";
import { FilesHelper } from "@tvb-storage/fs-helper";
import { compact, HDF5StorageManager, h5Backend, recover, verify } from "@tvb-storage/h5-backend";
import { StorageInterface } from "@tvb-storage/storage";
import { createMemoryFs, MemoryStorageManager, memoryBackend } from "@tvb-storage/testkit";
import { XMLReader, XMLWriter } from "@tvb-storage/xml-meta";
import { TvbZip } from "@tvb-storage/zip";
import { describe, expect, it } from "vitest";

// Any argument from a caller in plain JavaScript is accepted by a public call, or refused with
// an exception and a message of ours, never with an error of the language or of a library.

const HUGE = "x".repeat(70_000);

/** An object of which no property can be read. */
function throwing(): object {
  const refuse = (): never => {
    throw new RangeError("from a trap");
  };
  const traps = Object.getOwnPropertyNames(Reflect).map((name) => [name, refuse]);
  return new Proxy({}, Object.fromEntries(traps));
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const THEN = "then";

/** A getter that throws. */
const throwsFrom = (name: string) => (): never => {
  throw new RangeError(`from ${name}`);
};

class Instance {
  readonly where = "/";
  get name(): never {
    throw new RangeError("from a getter");
  }
}

const ODD: readonly [what: string, make: () => unknown][] = [
  ["undefined", () => undefined],
  ["null", () => null],
  ["a number", () => 7],
  ["NaN", () => Number.NaN],
  ["a negative number", () => -1],
  ["a bigint", () => 7n],
  ["true", () => true],
  ["a symbol", () => Symbol("odd")],
  ["a function", () => () => undefined],
  [
    "a function that throws",
    () => () => {
      throw new RangeError("from a function");
    },
  ],
  ["an empty text", () => ""],
  ["a text with NUL", () => "a\0b"],
  ["half a surrogate pair", () => "\ud800"],
  ["a huge text", () => HUGE],
  ["a deep path", () => "d/".repeat(300)],
  ["__proto__", () => "__proto__"],
  ["a list", () => []],
  ["a list of symbols", () => [Symbol("odd")]],
  ["a list of lists", () => [[[]], [null]]],
  ["a list of undefined", () => [undefined]],
  ["a list of proxies", () => [throwing()]],
  ["a sparse list", () => new Array(3)],
  [
    "a list in itself",
    () => {
      const list: unknown[] = [];
      list.push(list);
      return list;
    },
  ],
  ["an empty object", () => ({})],
  [
    "an object in itself",
    () => {
      const own: Record<string, unknown> = {};
      own["own"] = own;
      return own;
    },
  ],
  ["an object without a prototype", () => Object.create(null)],
  ["an object of odd keys", () => ({ [HUGE]: 1, __proto__: null, [Symbol("odd")]: 2 })],
  [
    "an object with a getter that throws",
    () => ({
      get where() {
        throw new RangeError("from a getter");
      },
    }),
  ],
  [
    "a frozen object of odd values",
    () => Object.freeze({ where: Symbol("odd"), dtype: {}, shape: "x", data: 1 }),
  ],
  ["an NDArray that is none", () => ({ dtype: "float64", shape: [2, -1], data: [1] })],
  ["an NDArray of nothing", () => ({ dtype: "float64", shape: null, data: null })],
  ["blocks that are none", () => ({ dtype: "float64", shape: [2], blocks: 7 })],
  [
    "blocks that throw",
    () => ({
      dtype: "float64",
      shape: [2],
      blocks: {
        [Symbol.iterator]: () => {
          throw new RangeError("from blocks");
        },
      },
    }),
  ],
  ["a class instance", () => new Instance()],
  ["a map", () => new Map([["where", 1]])],
  ["a date", () => new Date(2024, 1, 1)],
  ["an invalid date", () => new Date(Number.NaN)],
  ["a regular expression", () => /x/],
  ["an error", () => new Error("odd")],
  ["a promise", () => Promise.resolve("x")],
  ["a thenable that throws", () => Object.defineProperty({}, THEN, { get: throwsFrom("then") })],
  ["an ArrayBuffer", () => new ArrayBuffer(8)],
  ["a DataView", () => new DataView(new ArrayBuffer(8))],
  [
    "a detached array",
    () => {
      const array = new Float64Array(2);
      structuredClone(array.buffer, { transfer: [array.buffer] });
      return array;
    },
  ],
  ["a String object", () => new String("x")],
  [
    "an object whose text throws",
    () => ({
      toString() {
        throw new RangeError("from toString");
      },
      [Symbol.toPrimitive]() {
        throw new RangeError("from toPrimitive");
      },
    }),
  ],
  [
    "a kind that throws",
    () => ({
      get [Symbol.toStringTag]() {
        throw new RangeError("from a tag");
      },
    }),
  ],
  ["a proxy that throws", throwing],
  ["a revoked proxy", revoked],
];

/** Texts in messages of the language and of libraries, which none of ours have. */
const RAW =
  /Cannot (?:read|convert|destructure|set|define|access|mix)|is not (?:a function|iterable|defined|a constructor|an object)|\(reading |Invalid (?:array|typed|time|string|code)|The "\w+" argument|^\w*Error|\[object |Maximum call|circular|out of memory|ERR_|must be of type|Expected .* received|✖/;

interface Call {
  readonly name: string;
  readonly args: () => readonly unknown[];
  readonly call: (...args: never[]) => unknown;
  /** Of the last argument. */
  readonly options?: readonly string[];
}

function storage(name: string, make: () => StorageManager): Call[] {
  const of = (method: string, args: () => readonly unknown[], ...options: string[]): Call => ({
    name: `${name}.${method}`,
    args,
    options,
    call: async (...given: never[]) => {
      const manager = make();
      await manager.storeData([1, 2, 3], "data");
      try {
        const result: unknown = Reflect.apply(
          (manager as unknown as Record<string, (...all: never[]) => unknown>)[method] ?? (() => undefined),
          manager,
          given,
        );
        if (method === "streamData") for await (const _ of result as AsyncIterable<unknown>);
        return await result;
      } finally {
        await manager.closeFile();
      }
    },
  });
  const layout = ["chunks", "compression", "stringLength"];
  return [
    of("storeData", () => [[1, 2], "x", {}], "where", "dtype", ...layout, "signal", "onProgress"),
    of("appendData", () => [[4], "data", {}], "where", "dtype", ...layout, "growDimension", "closeFile"),
    of(
      "getData",
      () => ["data", {}],
      "where",
      "selection",
      "field",
      "ignoreErrors",
      "closeFile",
      "signal",
      "onProgress",
    ),
    of("streamData", () => ["data", {}], "where", "selection", "field", "blockBytes", "signal"),
    of("getDataShape", () => ["data", {}], "where"),
    of("removeData", () => ["data", {}], "where"),
    of("setMetadata", () => [{ a: 1 }, "data", {}], "where", "tvbSpecificMetadata"),
    of("setMetadata", () => [{ a: 1 }], "a"),
    of("getMetadata", () => ["data", {}], "where"),
    of("removeMetadata", () => ["a", "data", {}], "where", "tvbSpecificMetadata", "checkExistence"),
    of("getFileDataVersion", () => ["Data_version", "", {}], "where"),
    of("listNodes", () => [{}], "where", "depth"),
    of("isValidTvbFile", () => []),
    of("closeFile", () => []),
  ];
}

const helper = async () => {
  const fs = createMemoryFs();
  const files = new FilesHelper({ storageRoot: "/storage", fs });
  const folder = await files.getProjectFolder("P", "1");
  await fs.promises.writeFile(`${folder}/a.h5`, "x");
  await files.writeProjectMetadata({ name: "P" }, "p.xml");
  return files;
};
const figure = { project: { name: "P" }, filePath: "fig.png" };
const METHODS: readonly [method: keyof FilesHelper, args: () => readonly unknown[], ...options: string[]][] =
  [
    ["checkCreated", () => ["/storage/x"]],
    ["getProjectsFolder", () => []],
    ["getProjectFolder", () => ["P", "x"]],
    ["getProjectFolderFromH5", () => ["/storage/PROJECTS/P/1/a.h5"]],
    ["renameProjectStructure", () => ["P", "Q"]],
    ["getProjectMetaFilePath", () => ["P", "p.xml"]],
    ["readProjectMetadata", () => ["/storage/PROJECTS/P", "p.xml"]],
    ["writeProjectMetadataFromDict", () => ["/storage/PROJECTS/P", { a: 1 }, "p.xml"]],
    ["writeProjectMetadata", () => [{ name: "P" }, "p.xml"]],
    ["removeOperationData", () => ["P", 1]],
    ["moveDatatype", () => ["P", 2, "/storage/PROJECTS/P/1/a.h5"]],
    ["getImagesFolder", () => ["P", "IMAGES"]],
    ["writeImageMetadata", () => [figure, { a: 1 }, "IMAGES"]],
    ["writeImageMetadata", () => [figure, { a: 1 }], "a"],
    ["removeFigure", () => [figure, "IMAGES"]],
    ["getAllenMouseCacheFolder", () => ["P"]],
    [
      "copyFile",
      () => ["/storage/PROJECTS/P/1/a.h5", "/storage/b.h5", {}],
      "destPostfix",
      "bufferSize",
      "signal",
      "onProgress",
    ],
    ["copyFile", () => [Readable.from(["x"]), "/storage/b.h5"]],
    ["removeFiles", () => [["/storage/PROJECTS/P/1/a.h5"], false]],
    ["removeFolder", () => ["/storage/PROJECTS/P", false]],
    ["computeSizeOnDisk", () => ["/storage"]],
    ["computeRecursiveH5DiskUsage", () => ["/storage"]],
  ];
const files = METHODS.map(
  ([method, args, ...options]): Call => ({
    name: `FilesHelper.${String(method)}`,
    args,
    options,
    call: async (...given: never[]) => Reflect.apply((await helper())[method], await helper(), given),
  }),
);

const archive = async (mode: "r" | "w") => {
  const fs = createMemoryFs();
  await fs.promises.mkdir("/f/g", { recursive: true });
  await fs.promises.writeFile("/f/g/a.txt", "x");
  const written = await TvbZip.open("/a.zip", "w", { fs });
  if (mode === "w") return written;
  await written.writeZipFolder("/f");
  await written.close();
  return TvbZip.open("/a.zip", "r", { fs });
};
const ZIP: readonly [
  mode: "r" | "w",
  method: keyof TvbZip,
  args: () => readonly unknown[],
  ...options: string[],
][] = [
  ["w", "write", () => ["/f/g/a.txt", "b.txt"]],
  ["w", "writeZipFolder", () => ["/f", ["x"], true]],
  ["w", "writeZipFolders", () => [["/f/g"], ["x"]]],
  ["r", "unpackZip", () => ["/out", {}], "overwrite", "signal", "onProgress"],
  ["r", "open", () => ["g/a.txt"]],
];
const zips = ZIP.map(
  ([mode, method, args, ...options]): Call => ({
    name: `TvbZip.${String(method)}`,
    args,
    options,
    call: async (...given: never[]) => {
      const zip = await archive(mode);
      try {
        return await Reflect.apply(zip[method] as () => unknown, zip, given);
      } finally {
        await zip[Symbol.asyncDispose]();
      }
    },
  }),
);

const GID = "a".repeat(32);
const DATA_FILE = `/storage/PROJECTS/P/1/Surface_${GID}.h5`;
/** A datatype in the project P, an empty project R, and archives, made once. */
const facadeFiles = (async (): Promise<Record<string, Uint8Array>> => {
  const fs = createMemoryFs();
  const storage = new StorageInterface({ storageRoot: "/storage", fs });
  await storage.getProjectFolder("P", "1");
  await storage.writeProjectMetadata({ name: "R" }, "Project.xml");
  await storage.writeProjectMetadata({ name: "Q" }, "Project.xml");
  await storage.getStorageManager(DATA_FILE).setMetadata({ gid: `urn:uuid:${GID}` });
  await storage.writeZipFolder("/project.zip", "/storage/PROJECTS/Q");
  await storage.writeZipFolder("/datatypes.zip", "/storage/PROJECTS/P/1");
  const paths = ["/project.zip", "/datatypes.zip", DATA_FILE, "/storage/PROJECTS/R/Project.xml"];
  return Object.fromEntries(paths.map((path) => [path, new Uint8Array(Buffer.from(fs.readFileSync(path)))]));
})();
const EXPORT = ["target", "linked", "incomplete", "signal", "onProgress"];
const IMPORT = ["limits", "backslashes", "signal", "onProgress"];
const FACADE: readonly [
  method: keyof StorageInterface,
  args: () => readonly unknown[],
  ...options: string[],
][] = [
  ["getFilename", () => ["Surface", GID]],
  ["pathFor", () => [1, "Surface", GID, "P"]],
  ["pathByDir", () => ["/x", "Surface", GID]],
  ["getStorageManager", () => [DATA_FILE]],
  ["endsWithTvbStorageFileExtension", () => [DATA_FILE]],
  ["openTvbZip", () => ["/project.zip", "r", {}], "limits", "signal", "onProgress"],
  ["getFilenamesInZip", () => ["/project.zip"]],
  ["writeZipFolder", () => ["/new.zip", "/storage/PROJECTS/P", ["x"]]],
  ["unpackZip", () => ["/project.zip", "/out", {}], "overwrite", "signal", "onProgress"],
  ["renameProject", () => ["P", "Q"]],
  ["removeProject", () => ["P"]],
  ["moveDatatypeWithSync", () => ["P", 2, DATA_FILE]],
  ["moveDatatypeWithSync", () => ["P", 2, DATA_FILE, "/none"]],
  ["references", () => [DATA_FILE]],
  ["findByGid", () => ["P", GID, {}], "signal", "onProgress"],
  ["linkedDatatypes", () => [[DATA_FILE], {}], "signal", "onProgress"],
  ["exportProject", () => ["P", {}], "excludeOperations", ...EXPORT],
  ["exportDatatypes", () => [DATA_FILE, {}], "className", ...EXPORT],
  ["exportDatatypeGroup", () => [[DATA_FILE], {}], "className", ...EXPORT],
  ["exportSimulatorConfiguration", () => [[DATA_FILE], {}], "className", ...EXPORT],
  ["importProject", () => ["/project.zip", {}], ...IMPORT],
  ["importDatatypes", () => ["/datatypes.zip", "R", 1, {}], "existing", ...IMPORT],
];
const facades = FACADE.map(
  ([method, args, ...options]): Call => ({
    name: `StorageInterface.${String(method)}`,
    args,
    options,
    call: async (...given: never[]) => {
      const fs = createMemoryFs(await facadeFiles);
      const storage = new StorageInterface({ storageRoot: "/storage", fs });
      return Reflect.apply(storage[method] as () => unknown, storage, given);
    },
  }),
);

/** An HDF5 file in memory, for calls that take a path. */
const h5File = async () => {
  const fs = memoryFileSystem();
  await new HDF5StorageManager("/a.h5", { fs }).storeData([1], "data");
  return fs;
};
/** Options with a file system where they have none; what is no plain object stays as it is. */
function withFs(given: unknown, fs: object): unknown {
  try {
    if (Object.getPrototypeOf(given) !== Object.prototype) return given;
  } catch {
    return given;
  }
  return Object.defineProperties({ fs }, Object.getOwnPropertyDescriptors(given));
}
const onFile = (
  name: string,
  call: (path: string, options: object) => Promise<unknown>,
  ...options: string[]
): Call => ({
  name,
  args: () => ["/a.h5", {}],
  options,
  call: async (path: string, given: unknown) => {
    const fs = await h5File();
    // The file system can only be added to an object.
    return call(path, withFs(given, fs) as object);
  },
});

const CALLS: readonly Call[] = [
  ...storage("HDF5StorageManager", () => new HDF5StorageManager("/a.h5", { fs: memoryFileSystem() })),
  ...storage("MemoryStorageManager", () => memoryBackend.open("/a.h5", { fs: createMemoryFs() } as object)),
  ...storage("withLogging", () =>
    withLogging(memoryBackend.open("/a.h5", { fs: createMemoryFs() } as object), {
      debug() {},
      warn() {},
      error() {},
    }),
  ),
  ...files,
  ...zips,
  ...facades,
  {
    name: "new StorageInterface",
    args: () => [{ storageRoot: "/x" }],
    options: ["storageRoot", "fs", "logger", "isSyncing", "backends", "now"],
    call: (options: never) => new StorageInterface(options),
  },
  onFile("verify", verify, "fs", "signal", "onProgress"),
  onFile("recover", recover, "fs", "force"),
  onFile("compact", compact, "fs", "signal", "onProgress"),
  {
    name: "new HDF5StorageManager",
    args: () => ["/a.h5", {}],
    options: [
      "fs",
      "logger",
      "dataVersion",
      "fileMode",
      "externalContent",
      "durability",
      "lockTimeoutMs",
      "originalPaths",
      "ignoreLocks",
    ],
    call: (path: string, options: object) => new HDF5StorageManager(path, options),
  },
  {
    name: "HDF5StorageManager.serializeBool",
    args: () => [true],
    call: HDF5StorageManager.serializeBool,
  },
  {
    name: "h5Backend.open",
    args: () => ["/a.h5", {}],
    call: (path: string, options: object) => h5Backend.open(path, options),
  },
  {
    name: "memoryBackend.open",
    args: () => ["/a.h5", {}],
    options: ["fs", "logger", "dataVersion"],
    call: (path: string, options: object) => memoryBackend.open(path, options),
  },
  {
    name: "new MemoryStorageManager",
    args: () => ["/a.h5", {}],
    options: ["fs", "logger", "dataVersion"],
    call: (path: string, options: object) => new MemoryStorageManager(path, options),
  },
  {
    name: "new FilesHelper",
    args: () => [{ storageRoot: "/x" }],
    options: ["storageRoot", "fs", "logger", "isSyncing"],
    call: (options: never) => new FilesHelper(options),
  },
  {
    name: "new XMLWriter",
    args: () => [{ a: 1 }, {}],
    options: ["fs", "dataVersion"],
    call: (entity: never, options: object) => new XMLWriter(entity, options).toString(),
  },
  {
    name: "XMLWriter.toString",
    args: () => [{ a: 1 }],
    options: ["a"],
    call: (entity: never) => new XMLWriter(entity).toString(),
  },
  {
    name: "XMLWriter.writeMetadataInXml",
    args: () => ["/a.xml"],
    call: (path: string) => new XMLWriter({ a: 1 }, { fs: createMemoryFs() }).writeMetadataInXml(path),
  },
  {
    name: "XMLReader.readMetadataFromXml",
    args: () => ["/a.xml", {}],
    options: ["fs", "limits"],
    call: (path: string, options: object) => new XMLReader(path, options).readMetadataFromXml(),
  },
  {
    name: "XMLReader.parse",
    args: () => ["<a/>", {}],
    options: ["limits"],
    call: (text: string, options: object) => XMLReader.parse(text, options),
  },
  { name: "XMLReader.getNodeText", args: () => [""], call: XMLReader.getNodeText },
  {
    name: "TvbZip.open of a file",
    args: () => ["/a.zip", "w", {}],
    options: ["fs", "limits", "deterministic", "level", "backslashes", "logger", "signal", "onProgress"],
    call: async (path: string, mode: "w", options: object) => {
      const fs = createMemoryFs();
      const zip = await TvbZip.open(path, mode, withFs(options, fs) as object);
      await zip[Symbol.asyncDispose]();
    },
  },
  { name: "ndarray", args: () => [[1], {}], options: ["shape", "dtype"], call: ndarray },
  {
    name: "toNested",
    args: () => [ndarray([1])],
    options: ["dtype", "shape", "data"],
    call: toNested,
  },
  { name: "slice", args: () => [1, 2, 3], call: slice as never },
  {
    name: "new DateTime",
    args: () => [2024, 1],
    call: (...args: never[]) => new (DateTime as never as new (...all: never[]) => object)(...args),
  },
  {
    name: "createBackendRegistry",
    args: () => [[h5Backend]],
    call: (backends: never) => createBackendRegistry(backends),
  },
  {
    name: "BackendRegistry.open",
    args: () => ["hdf5", "/a.h5", {}],
    call: (name: string, path: string, options: object) =>
      createBackendRegistry([h5Backend]).open(name, path, options),
  },
  {
    name: "withLogging of",
    args: () => [
      memoryBackend.open("/a", { fs: createMemoryFs() } as object),
      { debug() {}, warn() {}, error() {} },
    ],
    call: (manager: never, logger: never) => withLogging(manager, logger),
  },
  {
    name: "new StorageBuffer",
    args: () => [{ growDimension: 0, limitBytes: 10, write: async () => undefined }],
    options: ["growDimension", "limitBytes", "write"],
    call: (options: never) => new StorageBuffer(options),
  },
  {
    name: "StorageBuffer.bufferData",
    args: () => [ndarray([1])],
    options: ["dtype", "shape", "data"],
    call: (rows: never) =>
      new StorageBuffer({ growDimension: 0, limitBytes: 10, write: async () => undefined }).bufferData(rows),
  },
];

/** What is wrong with the result of a call; undefined where nothing is. */
async function fault(run: () => unknown): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("does not end"), 5_000);
  });
  const ended = async (): Promise<string | undefined> => {
    try {
      await run();
      return undefined;
    } catch (error) {
      if (!isTVBException(error))
        return `not ours: ${error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 150) : "no error"}`;
      if (error.message.length > 5_000) return `a message of ${error.message.length} characters`;
      if (error.message.includes(HUGE.slice(0, 1_100))) return "repeats the huge text";
      if (RAW.test(error.message)) return `a raw message: ${error.message.slice(0, 200)}`;
      return undefined;
    }
  };
  const result = await Promise.race([ended(), late]);
  clearTimeout(timer);
  return result;
}

describe.each(CALLS.map((call) => [call.name, call] as const))("%s", (_, { args, call, options = [] }) => {
  it("takes odd arguments or refuses them in our words", async () => {
    const faults: string[] = [];
    const note = async (what: string, given: readonly unknown[]): Promise<void> => {
      const found = await fault(() => Reflect.apply(call, undefined, given as never[]));
      if (found !== undefined) faults.push(`${what}: ${found}`);
    };
    const count = args().length;
    for (const [what, make] of ODD) {
      for (let at = 0; at < count; at++) {
        const given = [...args()];
        given[at] = make();
        await note(`argument ${at + 1} is ${what}`, given);
      }
      for (const option of options) {
        const given = [...args()];
        given[count - 1] = { ...(given[count - 1] as object), [option]: make() };
        await note(`${option} is ${what}`, given);
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);
});
