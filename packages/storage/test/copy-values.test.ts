import fs from "node:fs";
import { memoryFileSystem, ndarray, type StorageManager } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { memoryBackend } from "@tvb-storage/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIXTURES } from "../../../test/support/h5py.js";
import { copyStorage } from "../src/index.js";

/** A file in memory of either backend. */
const h5 = (): StorageManager => new HDF5StorageManager("/a.h5", { fs: memoryFileSystem() });
const memory = (): StorageManager => memoryBackend.open("/a.mem", { fs: memoryFileSystem() });
const fixture = (name: string): StorageManager => new HDF5StorageManager(`${FIXTURES}/${name}`, { fs });

const NAN = Float64Array.from(new Float64Array(new BigUint64Array([0x7ff8dead_beef0001n]).buffer));

/** One of everything that both backends have. */
async function fill(manager: StorageManager): Promise<void> {
  await manager.storeData(ndarray([1, 2, 3, 4, 5, 6], { dtype: "int16", shape: [2, 3] }), "plain");
  await manager.storeData(ndarray([2n ** 62n, -1n], { dtype: "int64" }), "group/deep/big");
  await manager.storeData(NAN, "nan");
  await manager.storeData(ndarray([true, false]), "bools");
  await manager.storeData(
    ndarray(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: "complex128" },
    ),
    "complex",
  );
  await manager.storeData(3.5, "scalar");
  await manager.storeData("text", "scalar text");
  await manager.storeData(ndarray(["a", "", "b\udcff"], { dtype: "string" }), "texts");
  await manager.storeData(ndarray(["ab", "c"]), "fixed", { stringLength: 4 });
  await manager.storeData(ndarray([], { dtype: "float32", shape: [0, 3] }), "empty");
  await manager.storeData(new Float32Array(1000), "small", { chunks: [100], compression: { gzip: 7 } });
  await manager.appendData(ndarray([1, 2], { dtype: "float64", shape: [2, 1] }), "grows", { chunks: [2, 8] });
  await manager.appendData(ndarray([3, 4], { dtype: "float64", shape: [2, 1] }), "grows");
  await manager.createGroup?.("nothing/in/here");
  await manager.setMetadata({ Minimum: 1.5, when: new Date(0), yes: true }, "plain");
  await manager.setMetadata({ raw: "x" }, "plain", { tvbSpecificMetadata: false });
  await manager.setAttributes?.(
    new Map([
      ["TVB_odd", ndarray("bool:yes")],
      ["odd", ndarray(7, { dtype: "uint8" })],
      ["list", ndarray(["a", "b"])],
    ]),
    "group",
  );
}

/** All that a file holds, as one object. */
async function contentOf(manager: StorageManager): Promise<unknown> {
  const nodes = await manager.listNodes();
  const content: Record<string, unknown> = { "/": await manager.getAttributes?.("/") };
  for (const { storedBytes: _, ...node } of nodes)
    content[node.path] = {
      ...node,
      attributes: await manager.getAttributes?.(node.path),
      data: node.kind === "dataset" ? await manager.getData(node.path) : undefined,
    };
  return content;
}

describe("copyStorage between backends", () => {
  it("brings all that HDF5 holds into memory, and back", async () => {
    const [first, between, last] = [h5(), memory(), h5()];
    await fill(first);
    const there = await copyStorage(first, between);
    const back = await copyStorage(between, last);
    expect(there.problems).toEqual([]);
    expect(back.problems).toEqual([]);
    expect(there).toMatchObject({ groups: 5, datasets: 12, attributes: 8 });
    expect(await contentOf(last)).toEqual(await contentOf(first));
    const nan = await last.getData("nan");
    if (nan.dtype !== "float64") throw new Error("not float64");
    expect(new DataView(nan.data.buffer, nan.data.byteOffset).getBigUint64(0, true)).toBe(
      0x7ff8dead_beef0001n,
    );
  });

  it("has the data version of the source, or none", async () => {
    const [source, target] = [memory(), h5()];
    await source.storeData([1], "x");
    await source.removeMetadata("Data_version");
    await copyStorage(source, target);
    expect(await target.getMetadata()).toEqual({});
  });

  it("copies one node to another path, with the groups above it", async () => {
    const [source, target] = [h5(), memory()];
    await fill(source);
    await copyStorage(source, target, { from: "group/deep", to: "/x/y" });
    expect((await target.listNodes()).map(({ path }) => path)).toEqual(["/x", "/x/y", "/x/y/big"]);
    await copyStorage(source, target, { from: "plain", to: "z" });
    expect(await target.getMetadata("z")).toMatchObject({ Minimum: 1.5, yes: true, raw: "x" });
  });

  it("leaves out what is not included, with all in it", async () => {
    const [source, target] = [h5(), memory()];
    await fill(source);
    await copyStorage(source, target, { include: ({ path }) => path !== "/group" && path !== "/nan" });
    const paths = (await target.listNodes()).map(({ path }) => path);
    expect(paths).not.toContain("/nan");
    expect(paths.filter((path) => path.startsWith("/group"))).toEqual([]);
    expect(paths).toContain("/nothing/in/here");
  });

  it("refuses what would replace something, and leaves it as it was", async () => {
    const [source, target] = [h5(), memory()];
    await fill(source);
    await target.storeData([1], "plain");
    const before = await contentOf(target);
    await expect(copyStorage(source, target)).rejects.toThrow(
      "expected nothing at / of /a.mem, found a group",
    );
    await expect(copyStorage(source, target, { from: "plain" })).rejects.toThrow("found a dataset");
    await expect(copyStorage(source, target, { from: "plain", overwrite: true })).rejects.toThrow(
      "remove it first",
    );
    await expect(copyStorage(source, target, { from: "missing" })).rejects.toMatchObject({
      code: "MISSING_DATASET",
    });
    expect(await contentOf(target)).toEqual(before);
  });

  it("stops at every progress, and removes what it made", async () => {
    const source = h5();
    await fill(source);
    let steps = 0;
    await copyStorage(source, memory(), { onProgress: () => (steps += 1) });
    expect(steps).toBeGreaterThan(5);
    for (let stop = 1; stop <= steps; stop++) {
      const target = memory();
      await target.setMetadata({ mine: 1 });
      const before = await contentOf(target);
      const controller = new AbortController();
      let at = 0;
      const copied = copyStorage(source, target, {
        to: "copy/of/it",
        signal: controller.signal,
        onProgress: () => {
          at += 1;
          if (at === stop) controller.abort();
        },
      });
      // A signal that comes with the last step finds all done.
      const outcome = await copied.catch((error: unknown) => error);
      if (outcome instanceof Error) expect(await contentOf(target)).toEqual(before);
      else expect(stop).toBe(steps);
    }
  });

  it("says what the target cannot hold", async () => {
    const target = memory();
    const { problems } = await copyStorage(fixture("refused.h5"), target);
    expect(problems.find(({ path }) => path === "/opaque")?.problem).toBe(
      "its type opaque[4] cannot be represented, and it is not copied",
    );
    const groups = await copyStorage(fixture("groups-latest.h5"), memory());
    expect(groups.problems.map(({ problem }) => problem.replace(/\/\S+/, "X"))).toEqual(
      expect.arrayContaining([
        expect.stringContaining("it is a link to"),
        expect.stringContaining("a hard link"),
        expect.stringContaining("a named datatype"),
      ]),
    );
    const layouts = await copyStorage(fixture("layouts-latest.h5"), memory());
    expect(layouts.problems.map(({ problem }) => problem)).toEqual(
      expect.arrayContaining([expect.stringContaining("it is stored without")]),
    );
  });

  it.each(fs.readdirSync(FIXTURES).filter((name) => name.endsWith(".h5") && !/family|outside/.test(name)))(
    "copies %s, and reports what is different",
    async (name) => {
      const [source, target] = [fixture(name), memory()];
      const { problems } = await copyStorage(source, target);
      const reported = new Set(problems.map(({ path }) => path));
      for (const node of await source.listNodes()) {
        if (node.kind !== "dataset" || reported.has(node.path)) continue;
        expect(await target.getData(node.path)).toEqual(await source.getData(node.path));
        expect(await target.getAttributes?.(node.path)).toEqual(await source.getAttributes?.(node.path));
      }
    },
  );

  it("copies random files there and back", async () => {
    const dtype = fc.constantFrom("int8", "uint16", "int64", "float32", "float64", "string", "bool");
    const dataset = fc.record({
      dtype,
      shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
      grows: fc.boolean(),
      gzip: fc.boolean(),
    });
    const name = fc.constantFrom("a", "b", "c/d", "c/e", "f");
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, dataset, { maxKeys: 4 }), async (datasets) => {
        const [first, between, last] = [h5(), memory(), h5()];
        await first.setMetadata({ made: 1 });
        for (const [path, { dtype, shape, grows, gzip }] of Object.entries(datasets)) {
          const count = shape.reduce((a, b) => a * b, 1);
          const values = Array.from({ length: count }, (_, index) =>
            dtype === "string" ? `t${index}` : dtype === "bool" ? index % 2 === 0 : index,
          );
          const array = ndarray(values as number[], { dtype, shape });
          const layout = gzip && shape.length > 0 ? { compression: "gzip" as const } : {};
          if (grows && count > 0 && shape.length > 0)
            await first.appendData(array, path, { ...layout, growDimension: 0 });
          else await first.storeData(array, path, layout);
        }
        expect(
          (await copyStorage(first, between)).problems.filter(({ problem }) => !/gzip/.test(problem)),
        ).toEqual([]);
        await copyStorage(between, last);
        for (const path of Object.keys(datasets)) {
          expect(await last.getData(path)).toEqual(await first.getData(path));
          const [a] = await first.listNodes({ where: path });
          const [b] = await last.listNodes({ where: path });
          expect(b?.maxShape).toEqual(a?.maxShape);
          expect(b?.chunks).toEqual(a?.chunks);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("copyStorage with the option layout", () => {
  it("stores datasets with other chunks and compression, and reports nothing that was asked for", async () => {
    const [source, target] = [h5(), h5()];
    await source.storeData(new Float64Array(1000), "data", {
      chunks: [100],
      compression: { gzip: 1, shuffle: true },
    });
    await source.storeData(new Float64Array(1000), "other", { chunks: [100] });
    const { problems } = await copyStorage(source, target, {
      layout: ({ path }) => (path === "/data" ? { chunks: [500], compression: { gzip: 9 } } : {}),
    });
    expect(problems).toEqual([]);
    expect(await target.listNodes()).toMatchObject([
      { path: "/data", chunks: [500], filters: ["gzip"], compression: { gzip: 9 } },
      { path: "/other", chunks: [100], filters: [] },
    ]);
  });
});
