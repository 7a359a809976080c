import { expect, it } from "vitest";
import { dropped } from "../src/sources/dropped.js";

// The part of the browser's entries that is used; what a browser gives is tested in open-files.test.ts.

type Entry = { readonly name: string; readonly [more: string]: unknown };

const file = (fullPath: string): Entry => ({
  ...{ name: fullPath.split("/").at(-1) ?? "", fullPath, isFile: true, isDirectory: false },
  file: (give: (file: File) => void) => give(new File(["x"], fullPath)),
});

const folder = (fullPath: string, entries: readonly Entry[] | Error): Entry => ({
  ...{ name: fullPath.split("/").at(-1) ?? "", fullPath, isFile: false, isDirectory: true },
  createReader() {
    let left = entries;
    return {
      readEntries(give: (some: readonly Entry[]) => void, refuse: (error: Error) => void) {
        if (left instanceof Error) return refuse(left);
        give(left);
        left = [];
      },
    };
  },
});

it("a folder in which one may not be read is opened, and says so", async () => {
  const closed = folder("/data/closed", new Error("not readable"));
  const root = folder("/data", [closed, file("/data/a.h5"), folder("/data/in", [file("/data/in/b.h5")])]);
  const transfer = { items: [{ kind: "file", webkitGetAsEntry: () => root, getAsFile: () => null }] };
  const [source] = await Promise.all(dropped(transfer as unknown as DataTransfer));
  expect(source?.files.map(({ path }) => path)).toEqual(["data/a.h5", "data/in/b.h5"]);
  expect(source?.problems).toEqual([
    { path: "data/closed", reason: "the browser cannot read this folder: not readable" },
  ]);
});
