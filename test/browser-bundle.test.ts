import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import { type BuildResult, build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserOptions, linkPackages, BROWSER_PACKAGES as NAMES } from "./support/browser-bundle.js";
import { h5py, itWith } from "./support/judges.js";

const READ = `
import h5py, sys
with h5py.File(sys.argv[1]) as f:
    w = f["/connectivity/weights"]
    print(w.dtype, w.shape, w[1, 1])
    print(f["hemispheres"].dtype, f["hemispheres"][:].tolist())
    print(f["series"].shape, f["series"].maxshape)
    print(f.attrs["TVB_Data_version"])
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "browser-bundle-"));
  linkPackages(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles `source` for a browser; rejects where something of Node is imported. */
async function bundle(
  source: string,
  options: { minify?: boolean } = {},
): Promise<{ readonly text: string; readonly files: string[] }> {
  const result: BuildResult<{ metafile: true; write: false }> = await build({
    ...browserOptions,
    ...options,
    stdin: { contents: source, resolveDir: folder, sourcefile: "app.js" },
    format: "iife",
    // A classic script has no import.meta, which the WASM loader reads for its own URL.
    define: { "import.meta.url": '"https://example.org/app.js"' },
    metafile: true,
  });
  expect(result.warnings).toEqual([]);
  const outside = Object.values(result.metafile.outputs).flatMap(({ imports }) => imports);
  expect(outside).toEqual([]);
  return { text: result.outputFiles[0]?.text ?? "", files: Object.keys(result.metafile.inputs) };
}

/** A realm with the globals of every browser and none of Node. */
function browserRealm(): vm.Context {
  const realm = vm.createContext({
    AbortController,
    AbortSignal,
    Blob,
    DecompressionStream,
    ReadableStream,
    Response,
    MessageChannel,
    TextDecoder,
    TextEncoder,
    URL,
    atob,
    btoa,
    clearInterval,
    clearTimeout,
    crypto,
    performance,
    queueMicrotask,
    // A browser's timers are numbers, without the methods of Node's.
    setInterval: (work: () => void, every: number) => Number(setInterval(work, every)),
    setTimeout: (work: (value: unknown) => void, after: number, value: unknown) =>
      Number(setTimeout(work, after, value)),
    structuredClone,
  });
  vm.runInContext("globalThis.window = globalThis.self = globalThis", realm);
  const ofNode = "[typeof process, typeof require, typeof Buffer, typeof module, typeof setImmediate].join()";
  expect(vm.runInContext(ofNode, realm)).toBe("undefined,undefined,undefined,undefined,undefined");
  return realm;
}

describe.each(NAMES)("@tvb-storage/%s", (name) => {
  it("bundles and loads in a browser, with no import of Node left", async () => {
    const { text, files } = await bundle(`
      import * as all from "@tvb-storage/${name}";
      globalThis.names = Object.keys(all);
    `);
    expect(text).not.toMatch(/["'`]node:\w/);
    expect(text).not.toMatch(/\brequire\s*\(\s*["'`]/);
    expect(text).not.toMatch(/\bimport\s*\(\s*["'`](?!\.)/);
    expect(files.filter((file) => file.includes("platform.node"))).toEqual([]);
    expect(files.some((file) => file.includes(`packages/${name}/dist/`))).toBe(true);
    const realm = browserRealm();
    vm.runInContext(text, realm);
    expect(vm.runInContext("names.length", realm)).toBeGreaterThan(0);
  });
});

describe("a bundler leaves out what a program does not use", () => {
  it.each([
    ["errors", "MissingDataSetException", 1000],
    ["files", "memoryFileSystem", 6000],
    ["core", "slice", 6000],
    ["core", "ndarray", 20_000],
    ["xml-meta", "XMLReader", 52_000],
  ])("of %s, with %s alone", async (name, imported, most) => {
    const source = `import { ${imported} } from "@tvb-storage/${name}"; globalThis.imported = ${imported};`;
    const { text } = await bundle(source, { minify: true });
    expect(text.length).toBeGreaterThan(100);
    expect(text.length).toBeLessThan(most);
  });
});

describe("in a browser", () => {
  it("an exception has its name where a bundler has shortened that of its class", async () => {
    const { text } = await bundle(
      `import { MissingDataSetException } from "@tvb-storage/errors";
       globalThis.thrown = new MissingDataSetException("no dataset /weights");
       globalThis.className = MissingDataSetException.name;`,
      { minify: true },
    );
    const small = browserRealm();
    vm.runInContext(text, small);
    expect(vm.runInContext("className", small)).not.toBe("MissingDataSetException");
    expect(vm.runInContext("String(thrown)", small)).toBe("MissingDataSetException: no dataset /weights");
  });

  let realm = browserRealm();
  let written: Uint8Array = new Uint8Array();
  beforeAll(async () => {
    realm = browserRealm();
    const imports = NAMES.map((name, i) => `import * as all${i} from "@tvb-storage/${name}";`).join("\n");
    const all = NAMES.map((_, i) => `all${i}`).join(", ");
    const { text } = await bundle(`${imports}\nObject.assign(globalThis, ${all});`);
    vm.runInContext(text, realm);
  });

  /** The result of a program that has all packages in its global scope. */
  async function run(program: string): Promise<unknown> {
    return vm.runInContext(`(async () => {${program}})()`, realm);
  }

  it("arrays, metadata and selections work", async () => {
    const result = await run(`
      const array = ndarray([[1, 2], [3, 4]]);
      const column = selectElements(array, resolveSelection([null, 1], array.shape));
      return JSON.stringify([toNested(column), encodeMetadata({ on: true }).get("TVB_on").data]);
    `);
    expect(result).toBe('[[2,4],["bool:True"]]');
  });

  it("XML is read and written", async () => {
    const result = await run(`
      const text = new XMLWriter({ name: "a <b>", flag: true }, { fs: { openSync() {}, promises: { open() {} } } }).toString();
      return JSON.stringify(XMLReader.parse(text));
    `);
    expect(result).toBe('{"name":"a <b>","flag":"True"}');
  });

  it("an HDF5 file is read without WebAssembly", async () => {
    const { text, files } = await bundle(
      'import { open, toNested } from "@tvb-storage/hdf5"; Object.assign(globalThis, { open, toNested });',
      { minify: true },
    );
    expect(files.filter((file) => /h5wasm|\/zod\//.test(file))).toEqual([]);
    const small = browserRealm();
    vm.runInContext(text, small);
    const fixture = new URL("../fixtures/h5py/layouts-latest.h5", import.meta.url);
    Object.assign(small, { bytes: new Uint8Array(readFileSync(fixture)) });
    const read = vm.runInContext(
      `(async () => {
        const file = await open(bytes);
        const shapes = [];
        for (const { path, filters } of await file.list())
          if (filters?.includes("gzip")) shapes.push((await file.read(path)).shape.length);
        return shapes.length;
      })()`,
      small,
    );
    expect(await read).toBeGreaterThan(0);
  });

  it("there is no disk, and the message says what to pass", async () => {
    const result = await run(`
      try {
        await new HDF5StorageManager("/x.h5").getMetadata();
      } catch (error) {
        return error.code + " " + error.message;
      }
    `);
    expect(result).toMatch(/^FILE_STRUCTURE .*memoryFileSystem\(\)/);
  });

  it("an HDF5 file is stored and read", async () => {
    const result = (await run(`
      async function store(fs) {
        const file = new HDF5StorageManager("/x.h5", { fs });
        await file.storeData([[0, 1.5], [2, 0.25]], "weights", { where: "/connectivity" });
        await file.storeData([true, false], "hemispheres");
        await file.storeData(["lA1", "rÄ2"], "labels");
        for (let step = 0; step < 5; step++) {
          await file.appendData([[step, 0.5]], "series", {
            growDimension: 0,
            closeFile: false,
          });
        }
        await file.setMetadata({ regions: 2, made: new Date(2024, 1, 27), symmetric: false });
        await file.closeFile();
      }

      async function read(fs) {
        const file = new HDF5StorageManager("/x.h5", { fs });
        const missing = await file.getData("missing").catch((error) => isTVBException(error, "MISSING_DATASET"));
        const selected = await file.getData("weights", { where: "/connectivity", selection: [null, 1] });
        const streamed = [];
        for await (const { block } of file.streamData("series", { blockBytes: 32 })) streamed.push(...block.data);
        const { made, ...metadata } = await file.getMetadata();
        return JSON.stringify({
          missing,
          selected: toNested(selected),
          hemispheres: toNested(await file.getData("hemispheres")),
          labels: toNested(await file.getData("labels", { selection: [slice(1, null)] })),
          streamed,
          metadata,
          made: made.getFullYear(),
          version: await file.getFileDataVersion(),
        });
      }

      function bytesOf(fs) {
        const descriptor = fs.openSync("/x.h5", "r");
        const bytes = new Uint8Array(fs.fstatSync(descriptor).size);
        fs.readSync(descriptor, bytes, 0, bytes.length, 0);
        fs.closeSync(descriptor);
        return bytes;
      }

      const fs = memoryFileSystem();
      await store(fs);
      return { read: await read(fs), bytes: bytesOf(fs) };
    `)) as { read: string; bytes: Uint8Array }; // by the program above
    const { read, bytes } = result;
    expect(JSON.parse(read)).toEqual({
      missing: true,
      selected: [1.5, 0.25],
      hemispheres: [true, false],
      labels: ["rÄ2"],
      streamed: [0, 0.5, 1, 0.5, 2, 0.5, 3, 0.5, 4, 0.5],
      metadata: { Data_version: 5, regions: 2, symmetric: false },
      made: 2024,
      version: 5,
    });
    expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

    written = bytes;
  });

  itWith(h5py)("what was stored opens in h5py", () => {
    const path = join(folder, "from-browser.h5");
    writeFileSync(path, written);
    const { stdout, stderr } = spawnSync(h5py.command, ["-c", READ, path], { encoding: "utf8" });
    expect(stdout || stderr).toBe("float64 (2, 2) 0.25\nbool [True, False]\n(5, 2) (None, 2)\n5\n");
  });
});
