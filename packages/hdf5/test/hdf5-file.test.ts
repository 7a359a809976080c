import nodeFs, { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  FileStorageException,
  FileStructureException,
  isTVBException,
  MissingDataSetException,
} from "@tvb-storage/errors";
import { ReadPort } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { differences, type ExpectedFile, readExpected } from "../../../test/support/expected.js";
import { lookup3 } from "../../files/src/port/checksum.js";
import { type Hdf5File, open, slice, toNested, verify } from "../src/index.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/h5py/${name}`, import.meta.url));
const bytesOf = (name: string) => new Uint8Array(readFileSync(fixture(name)));

/** A file as the comparison with h5py asks it. */
function asked(file: Hdf5File) {
  return {
    getData: (path: string, { field }: { field?: string }) =>
      file.read(path, field === undefined ? {} : { field }),
    async getMetadata(path: string) {
      const attributes = [...(await file.attributes(path))];
      return Object.fromEntries(
        attributes.map(([name, value]) => {
          if ("array" in value) return [name, value.array];
          throw new Error(`${name} is ${value.unreadable}`);
        }),
      );
    },
    closeFile: async () => undefined,
  };
}

describe.each([
  "numbers.h5",
  "ranks.h5",
  "strings.h5",
  "compounds.h5",
  "layouts-earliest.h5",
  "layouts-v110.h5",
  "layouts-latest.h5",
  "groups-earliest.h5",
  "groups-latest.h5",
  "attributes-earliest.h5",
  "attributes-latest.h5",
  "paged.h5",
  "sizes-2.h5",
  "sizes-4-8.h5",
  "shared-messages.h5",
])("%s of h5py", (name) => {
  const { "/refused": _refused, ...attributes } = readExpected(fixture(name)).attributes;
  const expected: ExpectedFile = { ...readExpected(fixture(name)), attributes };

  it("is read from its bytes as h5py reads it, every value and attribute", async () => {
    expect(await differences(asked(await open(bytesOf(name))), expected)).toEqual([]);
  });

  it("lists every object and link, and has nothing wrong", async () => {
    const file = await open(bytesOf(name));
    const nodes = await file.list();
    const links = nodes.filter(({ kind }) => kind === "link").map(({ path, target }) => [path, target]);
    expect(Object.fromEntries(links)).toEqual(expected.links);
    // Of one object alone, its other names are not known.
    for (const { otherPaths: _, ...node } of nodes.filter(({ kind }) => kind !== "link"))
      expect(await file.info(node.path)).toEqual(node);
    expect(await verify(bytesOf(name))).toEqual([]);
  });
});

describe("a file", () => {
  it("is read through a port, in parts", async () => {
    const port = ReadPort.open(nodeFs, fixture("layouts-latest.h5"));
    try {
      const file = await open(port, { name: "layouts" });
      const fromBytes = await open(bytesOf("layouts-latest.h5"));
      expect(file.name).toBe("layouts");
      expect(await file.list()).toEqual(await fromBytes.list());
      for (const { path, kind, shape = [] } of await file.list()) {
        if (kind !== "dataset") continue;
        const found = await file.read(path).catch((error: unknown) => error);
        if (!(found instanceof Error)) expect(found).toMatchObject({ shape });
        else {
          expect(found.message).toMatch(/content outside the file is not read|read one of its fields/);
          expect(found.message.split("layouts")).toHaveLength(2);
        }
      }
    } finally {
      port.close();
    }
  });

  it("is read from an ArrayBuffer, and from bytes that begin inside one", async () => {
    const bytes = bytesOf("small-latest.h5");
    const shifted = new Uint8Array(bytes.length + 7);
    shifted.set(bytes, 7);
    const paths = (await (await open(bytes)).list()).map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(0);
    for (const source of [bytes.slice().buffer, shifted.subarray(7)])
      expect((await (await open(source)).list()).map(({ path }) => path)).toEqual(paths);
  });

  it("gives a selection and a field", async () => {
    const file = await open(bytesOf("compounds.h5"));
    const compound = (await file.list()).find(({ dtype }) => String(dtype).startsWith("compound"));
    await expect(file.read(compound?.path ?? "")).rejects.toThrow("read one of its fields with { field }");
    const ranks = await open(bytesOf("ranks.h5"));
    const matrix = (await ranks.list()).find(
      ({ kind, shape = [] }) => kind === "dataset" && shape.length === 2,
    );
    const path = matrix?.path ?? "";
    const whole = toNested(await ranks.read(path)) as number[][]; // of two axes
    expect(toNested(await ranks.read(path, { selection: [-1] }))).toEqual(whole.at(-1));
    expect(toNested(await ranks.read(path, { selection: [null, slice(null, null, 2)] }))).toEqual(
      whole.map((row) => row.filter((_, column) => column % 2 === 0)),
    );
  });

  it("lists as many levels as asked for", async () => {
    const file = await open(bytesOf("groups-latest.h5"));
    // Further names of an object are those that were met.
    const listed = async (depth?: number) =>
      (await file.list("/", depth === undefined ? {} : { depth })).map(({ otherPaths: _, ...node }) => node);
    const all = await listed();
    const shallow = await listed(1);
    expect(shallow).toEqual(all.filter(({ path }) => path.split("/").length === 2));
    expect(shallow.length).toBeLessThan(all.length);
    expect(await file.list("/", { depth: 0 })).toEqual([]);
  });

  it("describes what it does not represent, and refuses to read it", async () => {
    const file = await open(bytesOf("refused.h5"));
    expect(await file.info("/opaque")).toMatchObject({ kind: "dataset", dtype: "opaque[4]" });
    await expect(file.read("/opaque")).rejects.toThrow("the type opaque[4], which cannot be represented");
  });

  it("refuses content outside the file, by name", async () => {
    const outside = readFileSync(fixture("outside/main.h5"));
    const file = await open(outside);
    const link = (await file.list()).find(({ kind, target }) => kind === "link" && target?.includes(":"));
    await expect(file.read(link?.path ?? "")).rejects.toThrow("content outside the file is not read");
  });

  it("says how far a read is, and stops at a signal", async () => {
    const file = await open(bytesOf("layouts-latest.h5"));
    const dataset = (await file.list()).find(
      ({ kind, storedBytes = 0 }) => kind === "dataset" && storedBytes > 0,
    );
    const path = dataset?.path ?? "";
    const calls: [number, number][] = [];
    await file.read(path, { onProgress: (...call) => calls.push(call) });
    expect(calls.at(-1)?.[0]).toBe(calls.at(-1)?.[1]);
    expect(calls.length).toBeGreaterThan(0);
    const stopped = file.read(path, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(FileStorageException);
    await expect(verify(bytesOf("layouts-latest.h5"), { signal: AbortSignal.abort() })).rejects.toThrow(
      FileStorageException,
    );
  });
});

describe("a mistake", () => {
  it.each([
    ["a path for a file", "data.h5", FileStructureException, /its bytes .*found "data.h5"/],
    ["no source", undefined, FileStructureException, /its bytes/],
    ["no HDF5", new Uint8Array(100), FileStructureException, /HDF5/],
    ["nothing", new Uint8Array(), FileStructureException, /HDF5/],
  ])("%s is reported with the fix", async (_, source, kind, message) => {
    const opened = open(source as Uint8Array); // wrong on purpose
    await expect(opened).rejects.toThrow(kind);
    await expect(opened).rejects.toThrow(message);
  });

  it("in a path names what is there", async () => {
    const file = await open(bytesOf("small-latest.h5"), { name: "small.h5" });
    const [first] = await file.list();
    await expect(file.read(`${first?.path}x`)).rejects.toThrow(MissingDataSetException);
    await expect(file.read(`${first?.path}x`)).rejects.toThrow(first?.path.slice(1));
    await expect(file.read("/")).rejects.toThrow("is a group, not a dataset");
    await expect(file.attributes("/nowhere")).rejects.toThrow("small.h5");
  });

  it("of a link that leads nowhere is told from a missing name", async () => {
    const file = await open(bytesOf("groups-latest.h5"), { name: "a.h5" });
    await expect(file.read("links/dangling")).rejects.toThrow(
      "a.h5 has no dataset /links/dangling: it is a soft link to /nothing, where nothing is",
    );
  });

  it("in an option is reported", async () => {
    const file = await open(bytesOf("small-latest.h5"));
    await expect(open(bytesOf("small-latest.h5"), { nam: "x" } as object)).rejects.toThrow(
      "did you mean name?",
    );
    await expect(file.list("/", { depth: -1 })).rejects.toThrow("the option depth of list must be");
    await expect(file.read("/x", { selction: [] } as object)).rejects.toThrow("did you mean selection?");
  });
});

describe("a damaged file", () => {
  it("is never more than an exception of ours, wherever it is cut", async () => {
    const whole = bytesOf("small-earliest.h5");
    for (let length = 0; length < whole.length; length += 61) {
      const bytes = whole.subarray(0, length);
      try {
        const file = await open(bytes);
        for (const { path, kind } of await file.list()) {
          await file.attributes(path);
          if (kind === "dataset") await file.read(path);
        }
      } catch (error) {
        if (!isTVBException(error)) throw error;
      }
      expect((await verify(bytes)).length).toBeGreaterThan(0);
    }
  });

  it("that is marked as open for writing is read only where that is allowed", async () => {
    const bytes = new Uint8Array(
      readFileSync(
        fileURLToPath(new URL("../../h5-backend/test/fixtures/open-for-writing.h5", import.meta.url)),
      ),
    );
    // The mark of a writer that lets others read is allowed.
    expect(await (await open(bytes)).list()).toBeInstanceOf(Array);
    bytes[11] = 1; // superblock of version 3: the flags, and a checksum at the end of its 48 bytes
    new DataView(bytes.buffer).setUint32(44, lookup3(bytes.subarray(0, 44)), true);
    await expect(open(bytes)).rejects.toThrow("marked as open for writing");
    expect(await (await open(bytes, { ignoreMarks: true })).list()).toBeInstanceOf(Array);
    expect((await verify(bytes))[0]).toMatchObject({ kind: "damage", path: "/" });
  });
});
