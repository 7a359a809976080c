import {
  createMemoryFs,
  interceptFs,
  type MemoryFileSystem,
  powerLossFs,
  type Survival,
} from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { type ZarrOptions, ZarrStorageManager } from "../src/index.ts";

const rows = (count: number, value: number) =>
  ({ dtype: "float64", shape: [count, 2], data: new Float64Array(2 * count).fill(value) }) as const;

/** Each call with what is stored before it and after it. */
const CALLS: readonly ((m: ZarrStorageManager) => Promise<unknown>)[] = [
  (m) => m.appendData(rows(3, 1), "g/x", { growDimension: 0, chunks: [2, 2] }),
  (m) => m.appendData(rows(3, 2), "g/x", { growDimension: 0 }),
  (m) => m.storeData(rows(6, 3), "g/x"),
  (m) => m.setMetadata({ title: "rest" }, "g/x"),
  (m) => m.storeData(rows(1, 4), "y"),
  (m) => m.removeData("g/x"),
];

async function contentOf(fs: MemoryFileSystem, format: 2 | 3): Promise<string> {
  const m = new ZarrStorageManager("/d/a.zarr", { fs, format });
  if (!(await m.isValidTvbFile())) return "nothing";
  const nodes = await m.listNodes();
  const contents = nodes.map(async ({ path, kind }) => [
    path,
    kind === "dataset" ? [...(await m.getData(path)).data].join() : "",
    await m.getMetadata(path),
  ]);
  return JSON.stringify(await Promise.all(contents));
}

/** The content after each number of calls. */
async function expectedContents(format: 2 | 3): Promise<string[]> {
  const fs = createMemoryFs({ "/d/neighbour": "" });
  const m = new ZarrStorageManager("/d/a.zarr", { fs, format });
  const contents = ["nothing"];
  for (const call of CALLS) {
    await call(m);
    contents.push(await contentOf(fs, format));
  }
  return contents;
}

/** Cuts the power at every call of the file system; gives the states that are neither the last commit nor the next. */
async function wrongAfterCuts(options: ZarrOptions & { format: 2 | 3 }, survival: Survival) {
  const contents = await expectedContents(options.format);
  const disk = powerLossFs({ "/d/neighbour": "" });
  let acknowledged = 0;
  const cuts: { acknowledged: number; fs: MemoryFileSystem }[] = [];
  const fs = interceptFs(disk.fs, {
    before: ({ kind }) => {
      if (/^(write|sync|rename|unlink|link|close)$/.test(kind))
        cuts.push({ acknowledged, fs: disk.cut(survival) });
      return undefined;
    },
  });
  const m = new ZarrStorageManager("/d/a.zarr", { fs, ...options });
  for (const call of CALLS) {
    await call(m);
    acknowledged += 1;
  }
  cuts.push({ acknowledged, fs: disk.cut(survival) });
  const wrong: string[] = [];
  for (const cut of cuts) {
    const allowed = contents.slice(cut.acknowledged, cut.acknowledged + 2);
    const found = await contentOf(cut.fs, options.format).catch(String);
    if (!allowed.includes(found)) wrong.push(`after ${cut.acknowledged} calls: ${found}`);
    if (cut.acknowledged !== CALLS.length) continue;
    // The last call is there, and goes on.
    const after = new ZarrStorageManager("/d/a.zarr", { fs: cut.fs, format: options.format });
    await after.appendData(rows(1, 5), "z", { growDimension: 0 });
    expect((await after.getData("z")).data).toEqual(Float64Array.of(5, 5));
  }
  return { wrong, count: cuts.length };
}

const CASES = ([2, 3] as const).flatMap((format) =>
  (["synced", "all", { seed: 1 }, { seed: 2 }] satisfies Survival[]).map((survival) => ({
    format,
    survival,
  })),
);

it.each(CASES)(
  'durability "power": a power cut leaves the last commit or the one being made: $format, $survival',
  async ({ format, survival }) => {
    const { wrong, count } = await wrongAfterCuts({ format, durability: "power" }, survival);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(100);
  },
);

it("without it nothing is promised of a power cut, and nothing is synced", async () => {
  const { wrong } = await wrongAfterCuts({ format: 3 }, "synced");
  expect(wrong.length).toBeGreaterThan(10);
});

it("durability is of folders", () => {
  const store = { label: "s", get: async () => undefined, getRange: async () => undefined };
  expect(() => new ZarrStorageManager("a", { store, durability: "power" })).toThrow(
    "the Zarr backend takes the option durability or the option store, not both",
  );
});
