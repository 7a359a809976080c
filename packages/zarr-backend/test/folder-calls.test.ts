import { createMemoryFs, interceptFs, type MemoryFileSystem } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { ZarrStorageManager } from "../src/index.ts";

const rows = (count: number) =>
  ({ dtype: "float64", shape: [count, 2], data: new Float64Array(2 * count) }) as const;
const chunks = [4, 2];

it("calls of the file system are few, for what a call does in a folder", async () => {
  let calls: { kind: string; path: string | undefined }[] = [];
  const before = ({ kind, path }: { kind: string; path: string | undefined }) => {
    calls.push({ kind, path });
    return undefined;
  };
  const fs: MemoryFileSystem = interceptFs(createMemoryFs({ "/d/neighbour": "" }), { before });
  const open = () => new ZarrStorageManager("/d/a.zarr", { fs });
  /** All calls, and those that read or write a file. */
  const count = async (call: () => Promise<unknown>) => {
    calls = [];
    await call();
    const files = calls.filter(({ kind }) => /^(open|read|write|close|rename|unlink)$/.test(kind));
    return { all: calls.length, files: files.length };
  };
  const m = open();
  await m.appendData(rows(4), "x", { growDimension: 0, chunks });
  const append = () => m.appendData(rows(4), "x", { growDimension: 0 });
  const counts = {
    list: await count(() => open().listNodes()),
    row: await count(() => open().getData("x", { selection: [3] })),
    append: await count(append),
    create: await count(() => m.storeData(rows(4), "y", { chunks })),
  };
  // A file is opened, read and closed; written, it is renamed too. The lock is a file that is made and removed.
  const [read, written, lock] = [3, 4, 4];
  const least = { list: read, row: 2 * read, append: lock + 3 * written, create: lock + 3 * written };
  const most = { list: 6, row: 18, append: 36, create: 35 };
  for (const name of ["list", "row", "append", "create"] as const) {
    // The root is read again where it is too new for its times to tell.
    expect(counts[name].files, name).toBeLessThanOrEqual(least[name] + 2 * read);
    expect(counts[name].all, name).toBeLessThanOrEqual(most[name]);
  }
});
