import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ArrayInput, ndarray } from "@tvb-storage/core";
import * as errors from "@tvb-storage/errors";
import { memoryFileSystem } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { lookup3 } from "../../files/src/port/checksum.js";
import { HDF5StorageManager } from "../src/index.js";
import { seal, targetOf } from "./fuzz/mutate.js";
import { put } from "./fuzz/use-file.js";

// Every cell of docs/compatibility.md that names an exception has an entry here, and every entry is such a cell.

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const fixture = (name: string) => new Uint8Array(readFileSync(`${repository}fixtures/h5py/${name}`));

function open(bytes: Uint8Array): HDF5StorageManager {
  const fs = memoryFileSystem();
  put(fs, "/file.h5", bytes);
  return new HDF5StorageManager("/file.h5", { fs });
}

const fresh = (): HDF5StorageManager => new HDF5StorageManager("/new.h5", { fs: memoryFileSystem() });

type Refused = () => Promise<unknown>;

const reading =
  (file: string, name: string): Refused =>
  () =>
    open(fixture(file)).getData(name);
const writing =
  (file: string, name: string, data: ArrayInput): Refused =>
  () =>
    open(fixture(file)).storeData(data, name);
/** A dataset of two elements in refused.h5. */
const both = (name: string): { read: Refused; written: Refused } => ({
  read: reading("refused.h5", name),
  written: writing("refused.h5", name, [1, 2]),
});
/** Calls that must all be refused alike. */
const each =
  (...calls: Refused[]): Refused =>
  async () => {
    const thrown = await Promise.all(
      calls.map((call) =>
        call().then(
          () => new Error("it is not refused"),
          (error: unknown) => error,
        ),
      ),
    );
    const kinds = new Set(thrown.map((error) => (error instanceof Error ? error.name : String(error))));
    throw kinds.size === 1 ? thrown[0] : new Error(`refused in several ways: ${[...kinds].join(", ")}`);
  };

function withSuperblockVersion(version: number): Uint8Array {
  const bytes = fixture("numbers.h5");
  bytes[8] = version;
  return bytes;
}

/** small-latest.h5 with a user-defined link, which only its program can resolve: the external link's type is 64. */
function withUserDefinedLink(): Uint8Array {
  const bytes = fixture("small-latest.h5");
  const at = Buffer.from(bytes).indexOf("external");
  const type = bytes.lastIndexOf(64, at);
  if (at < 0 || at - type > 12) throw new Error("no external link in the fixture");
  bytes[type] = 70;
  return bytes;
}

/** A file of a writer that died, with those "File Consistency Flags" in its superblock of version 3. */
function withMark(flags: number): Uint8Array {
  const bytes = new Uint8Array(readFileSync(new URL("fixtures/open-for-writing.h5", import.meta.url)));
  bytes[11] = flags;
  new DataView(bytes.buffer).setUint32(44, lookup3(bytes.subarray(0, 44)), true);
  return bytes;
}

/** small-v110.h5 with zlib's headers of its chunks overwritten. */
function withCorruptChunks(): Uint8Array {
  const bytes = fixture("small-v110.h5");
  for (let at = 1; at < bytes.length; at++)
    if (bytes[at - 1] === 0x78 && bytes[at] === 0x5e) bytes[at] = 0xff;
  return bytes;
}

/** small-v110.h5, whose /fixed says to have elements of nearly 2 GiB. */
function withLargeElements(): Uint8Array {
  const target = targetOf(fixture("small-v110.h5"));
  // Its datatype message: class 3, version 1, NUL-padded ASCII, 3 bytes.
  const at = Buffer.from(target.bytes).indexOf(Uint8Array.of(0x13, 0x01, 0, 0, 3, 0, 0, 0));
  if (at < 0) throw new Error("no fixed strings in the fixture");
  new DataView(target.bytes.buffer).setUint32(at + 4, 0x7000_0000, true);
  return seal(target.bytes, target.sealed);
}

const CHECKS: Readonly<Record<string, { readonly read?: Refused; readonly written?: Refused }>> = {
  "text of variable length, declared ASCII": { written: writing("strings.h5", "vlen_ascii", ["ä", "", ""]) },
  "text that is longer than the fixed length": {
    written: writing("strings.h5", "fixed_ascii", ["toolong", "", "", ""]),
  },
  "text with a NUL character": { written: () => fresh().storeData(["a\0b"], "text") },
  "text with another lone surrogate, or with escaped bytes that together are a character": {
    written: each(
      () => fresh().storeData(["\ud83e"], "text"),
      () => fresh().storeData(["\udcc3\udca9"], "text"),
    ),
  },
  "float16, bfloat16": {
    written: each(
      writing("numbers.h5", "bfloat16", [1, 2]),
      writing("numbers.h5", "le_f2", ndarray(new Float32Array(12), { shape: [3, 4] })),
    ),
  },
  "enumeration, big-endian": { written: writing("numbers.h5", "enum_be_i2", [1, 1, 1, 1]) },
  "array type of a type that is read": {
    written: writing("numbers.h5", "array_le_f4", ndarray(new Float32Array(24), { shape: [4, 2, 3] })),
  },
  'compound: a field with `{ field: "x" }`, a nested one with `"a.b"`': {
    written: writing("compounds.h5", "plain", [1, 2]),
  },
  "compound without `field`": {
    read: reading("compounds.h5", "plain"),
    written: writing("compounds.h5", "plain", [1, 2]),
  },
  opaque: both("opaque"),
  bitfield: both("bitfield8"),
  "object reference, region reference": {
    read: each(reading("refused.h5", "region"), reading("refused.h5", "reference")),
    written: each(writing("refused.h5", "region", [1]), writing("refused.h5", "reference", [1, 2])),
  },
  "sequence of variable length": both("sequence"),
  "integer of odd precision or size (12 of 16 bits, 3 bytes)": {
    read: each(reading("refused.h5", "uint24"), reading("refused.h5", "int12")),
    written: each(writing("refused.h5", "uint24", [1, 2]), writing("refused.h5", "int12", [1, 2])),
  },
  "float that is not IEEE 754": both("odd_float"),
  "long double, float128": {
    read: each(reading("refused.h5", "quadruple"), reading("refused.h5", "long_double")),
    written: each(writing("refused.h5", "quadruple", [1, 2]), writing("refused.h5", "long_double", [1, 2])),
  },
  time: both("time"),
  "more than 32 axes": {
    written: () =>
      fresh().storeData({ dtype: "int8", shape: new Array<number>(33).fill(1), data: Int8Array.of(1) }, "a"),
  },
  "null dataspace (`h5py.Empty`)": { written: writing("numbers.h5", "null_f8", []) },
  "element of more than 512 MiB": {
    read: () => open(withLargeElements()).getData("fixed", { selection: [0] }),
  },
  "chunk of more than 4 GiB": {
    written: () => fresh().appendData(Float64Array.of(1), "a", { chunks: [2 ** 30] }),
  },
  "zstd, blosc and other filters that are not HDF5's own": {
    read: reading("refused.h5", "zstd"),
  },
  "chunk that does not fit its checksum, cannot be decoded, or is not as long as its shape": {
    read: () => open(withCorruptChunks()).getData("gzip"),
  },
  "external raw storage": {
    read: reading("outside/main.h5", "raw"),
    written: writing("outside/main.h5", "raw", new Array<number>(8).fill(1)),
  },
  "virtual dataset": {
    read: reading("outside/main.h5", "virtual"),
    written: writing("outside/main.h5", "virtual", ndarray([1, 2, 3, 4], { shape: [2, 2] })),
  },
  "soft link that leads nowhere, or in circles": {
    read: each(reading("groups-latest.h5", "links/dangling"), reading("groups-latest.h5", "links/loop")),
  },
  "external link": {
    read: reading("outside/main.h5", "link"),
    written: writing("outside/main.h5", "link", [1, 2]),
  },
  "user-defined link": {
    read: () => open(withUserDefinedLink()).getData("external"),
    written: () => open(withUserDefinedLink()).storeData([1, 2], "external"),
  },
  'more than 64 KiB on an object of a symbol-table file (`libver="earliest"`)': {
    written: () =>
      open(fixture("attributes-earliest.h5")).setMetadata({ large: new Float64Array(10_000) }, "kinds"),
  },
  "superblock of another version, or damaged": {
    read: () => open(withSuperblockVersion(9)).getData("bool"),
    written: () => open(withSuperblockVersion(9)).storeData([1], "new"),
  },
  "no HDF5, empty, cut short, a folder": {
    read: each(
      () => open(new Uint8Array(0)).getData("a"),
      () => open(new TextEncoder().encode("no HDF5")).getData("a"),
      () => new HDF5StorageManager(`${repository}fixtures`).getData("a"),
      () => open(fixture("numbers.h5").slice(0, 9000)).getData("bool"),
    ),
    written: each(
      () => open(new TextEncoder().encode("no HDF5")).storeData([1], "a"),
      () => new HDF5StorageManager(`${repository}fixtures`).storeData([1], "a"),
      () => open(fixture("numbers.h5").slice(0, 9000)).storeData([1], "new"),
    ),
  },
  "marked as open for writing (superblock of version 3): its writer is at work or died": {
    read: () => open(withMark(1)).getData("x"),
    written: () => open(withMark(1)).storeData([1], "new"),
  },
  "marked as open for SWMR writing (single writer, multiple readers)": {
    written: () => open(withMark(5)).storeData([1], "new"),
  },
  "one of several files of a driver (family, multi, split)": {
    read: reading("family-0.h5f", "data"),
    written: writing("family-0.h5f", "new", [1]),
  },
};

interface Cell {
  readonly feature: string;
  readonly column: "read" | "written";
  readonly exception: string;
}

/** The cells of the page's tables that name an exception. */
function refusedCells(): Cell[] {
  const page = readFileSync(`${repository}docs/compatibility.md`, "utf8");
  const rows = [...page.matchAll(/^\| (.+) \| ?(.*?) ?\| ?(.*?) ?\|$/gm)];
  return rows.flatMap(([, feature = "", read = "", written = ""]) =>
    (["read", "written"] as const).flatMap((column) => {
      const exception = /`(\w+Exception)`/.exec(column === "read" ? read : written)?.[1];
      return exception === undefined ? [] : [{ feature, column, exception }];
    }),
  );
}

const cells = refusedCells();

describe("what the page on compatibility lists as refused", () => {
  it.each(cells)("is refused: $feature, $column, $exception", async ({ feature, column, exception }) => {
    const refused = CHECKS[feature]?.[column];
    if (refused === undefined) throw new Error("nothing here checks this cell");
    const type = Object.entries(errors).find(([name]) => name === exception)?.[1];
    await expect(refused()).rejects.toSatisfy(
      (error: unknown) => error instanceof Error && error.constructor === type,
    );
  });

  it("is all that is checked here", () => {
    const named = Object.entries(CHECKS).flatMap(([feature, check]) =>
      Object.keys(check).map((column) => `${feature}, ${column}`),
    );
    expect(named.sort()).toEqual(cells.map(({ feature, column }) => `${feature}, ${column}`).sort());
  });
});
