import { beforeAll, expect, it } from "vitest";
import { useChromium } from "../support/chromium.js";
import { runPython, temporaryFolder } from "../support/h5py.js";
import { chromium, describeWith, h5py } from "../support/judges.js";
import { MAX_STALL_MS, WATCHED, type Watched } from "./watched.js";

// A page reads the file of an <input>, longer than 4 GiB and mostly holes on the disk, on its main thread.

const MAKE = `
with h5py.File(sys.argv[1], "w", libver=sys.argv[2]) as f:
    recording = f.create_dataset("recording", (600_000, 1024), "f8")
    recording[0] = 1.5
    recording[599_999] = np.arange(1024)
    for i in range(1000):
        f[f"subject_{i % 10}/run_{i}"] = np.full(4, i)
    f["subject_3"].attrs["name"] = "third"
    f.create_dataset("packed", data=np.arange(4_000_000.0) % 1000, compression=4, shuffle=True, chunks=(50_000,))
`;

const INPUT = `${WATCHED}
import { blobFile } from "@tvb-storage/hdf5";
const input = document.body.appendChild(document.createElement("input"));
input.type = "file";

/** Works on the port of the chosen file, and counts what is read of it. */
async function onFile(work) {
  const [file] = input.files;
  let reads = 0;
  let bytes = 0;
  const counted = {
    size: file.size,
    slice(start, end) {
      reads += 1;
      bytes += end - start;
      return file.slice(start, end);
    },
  };
  return { ...(await watched(() => work(blobFile(counted)))), reads, bytes };
}
`;

const WITH_HDF5 = `${INPUT}
import { open, slice } from "@tvb-storage/hdf5";
globalThis.list = () => onFile(async (port) => {
  const file = await open(port);
  const name = (await file.attributes("/subject_3")).get("name");
  const run = (await file.list()).find(({ path }) => path === "/subject_9/run_999");
  return [(await file.list()).length, name.array.data[0], run.dtype, run.shape];
});
globalThis.rows = () => onFile(async (port) => {
  const file = await open(port);
  const row = async (index) => (await file.read("/recording", { selection: [index, slice(0, 3)] })).data;
  return [await row(0), await row(300_000), await row(-1)].map((data) => [...data]);
});
globalThis.block = () => onFile(async (port) => {
  const { data } = await (await open(port)).read("/recording", { selection: [slice(-8192, null)] });
  return [data.length, data[8191 * 1024 - 1], data.at(-1)];
});
globalThis.packed = () => onFile(async (port) => {
  const { data } = await (await open(port)).read("/packed");
  return [data.length, data[1999], data[3_999_998]];
});
`;

const WITH_MANAGER = `${INPUT}
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
const onManager = (work) => onFile((port) => work(new HDF5StorageManager("large.h5", { port })));
globalThis.list = () => onManager(async (manager) => [
  (await manager.listNodes()).length,
  await manager.getMetadata("subject_3"),
  await manager.getDataShape("recording"),
]);
globalThis.rows = () => onManager(async (manager) => {
  const { data } = await manager.getData("recording", { selection: [-1] });
  return [data.length, data[1023]];
});
globalThis.stream = () => onManager(async (manager) => {
  let last = 0;
  let blocks = 0;
  for await (const { block } of manager.streamData("packed")) {
    blocks += 1;
    last = block.data.at(-1);
  }
  return [blocks > 1, last];
});
`;

const KIB = 1024;
const MIB = 1024 * KIB;

describeWith(chromium, h5py)(
  "a page reads a file of more than 4 GiB on its main thread, without WebAssembly",
  () => {
    const folder = temporaryFolder("large-file");
    const browser = useChromium();
    beforeAll(() => {
      for (const version of ["earliest", "latest"]) runPython(MAKE, folder(`${version}.h5`), version);
    }, 60_000);

    /** For each function of a program: its result, and the most bytes and parts that it may read. */
    async function expectReads(
      program: string,
      version: string,
      expected: Readonly<Record<string, readonly [result: unknown, bytes: number, reads: number]>>,
    ): Promise<string> {
      const { page, scripts, printed } = await browser.open({ main: program });
      await page.setInputFiles("input", folder(`${version}.h5`));
      const stalls: string[] = [];
      for (const [name, [result, bytes, reads]] of Object.entries(expected)) {
        const found = (await page.evaluate(`${name}()`)) as Watched & { bytes: number; reads: number }; // of onFile
        expect(found.result, name).toEqual(result);
        expect(found.bytes, name).toBeLessThan(bytes);
        expect(found.reads, name).toBeLessThan(reads);
        expect(found.stall, name).toBeLessThan(MAX_STALL_MS);
        stalls.push(`${name} ${found.stall.toFixed(0)} ms`);
      }
      expect(printed).toEqual([]);
      // Not the one with HDF5.
      expect(scripts.filter((path) => path !== "/main.js")).toEqual([]);
      return `longest stalls: ${stalls.join(", ")}`;
    }

    for (const version of ["earliest", "latest"]) {
      it(`with hdf5, of libver ${version}`, async ({ annotate }) => {
        const stalls = await expectReads(WITH_HDF5, version, {
          list: [[1012, "third", "int64", [4]], MIB, 20],
          rows: [
            [
              [1.5, 1.5, 1.5],
              [0, 0, 0],
              [0, 1, 2],
            ],
            256 * KIB,
            10,
          ],
          block: [[8 * MIB, 0, 1023], 65 * MIB, 30],
          packed: [[4_000_000, 999, 998], MIB, 20],
        });
        await annotate(stalls);
      });
    }

    it("with h5-backend", async ({ annotate }) => {
      const stalls = await expectReads(WITH_MANAGER, "latest", {
        list: [[1012, { name: "third" }, [600_000, 1024]], MIB, 20],
        rows: [[1024, 1023], 256 * KIB, 10],
        stream: [[true, 999], MIB, 20],
      });
      await annotate(stalls);
    });
  },
);
