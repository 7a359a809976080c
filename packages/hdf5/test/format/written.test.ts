import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NDArray } from "@tvb-storage/core/arrays";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWith, h5dump, h5py, h5stat } from "../../../../test/support/judges.js";
import { AttributeEditor } from "../../src/edits/attribute-editor.js";
import { createGroupObject, insertLink } from "../../src/edits/insert-link.js";
import { createFile } from "../../src/edits/new-file.js";
import { verify } from "../../src/reader/hdf5-file.js";
import { runPython, temporaryFolder } from "./h5py.js";
import { MemoryPort } from "./memory-port.js";

const LOOK = `
import sys, json, h5py, numpy as np
def value(v):
    if isinstance(v, np.ndarray):
        return [value(x) for x in v.tolist()] if v.dtype != object else [str(x) for x in v]
    if isinstance(v, np.generic):
        v = v.item()
    if isinstance(v, complex):
        return [v.real, v.imag]
    return v
with h5py.File(sys.argv[1], "r") as f:
    print(json.dumps({"groups": sorted(f), "attributes": {k: value(v) for k, v in f.attrs.items()}}))
`;
/** h5py goes on where we ended: adds, replaces and removes. */
const GO_ON = `
import sys, json, h5py
with h5py.File(sys.argv[1], "r+", libver=("v108", "v110")) as f:
    for i in range(60):
        f.create_group("more%d" % i)
        f.attrs["more%d" % i] = "text %d" % i
    for name in list(f)[::2]:
        del f[name]
    for name in list(f.attrs)[::2]:
        del f.attrs[name]
    f.flush()
    print(json.dumps([len(f), len(f.attrs)]))
`;

const texts = (...values: string[]): NDArray => ({ dtype: "string", shape: [values.length], data: values });
const text = (value: string): NDArray => ({ dtype: "string", shape: [], data: [value] });
const number = (value: number): NDArray => ({ dtype: "float64", shape: [], data: Float64Array.of(value) });

describeWith(
  h5dump,
  h5py,
  h5stat,
)("a file that is written here", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const path = () => join(folder.path, "file.h5");
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  async function judge(port: MemoryPort): Promise<{ groups: string[]; attributes: Record<string, unknown> }> {
    expect(await verify(port.bytes.slice())).toEqual([]);
    writeFileSync(path(), port.bytes);
    execFileSync("h5dump", ["-H", path()], { stdio: "pipe", maxBuffer: 1 << 28 });
    execFileSync("h5stat", [path()], { stdio: "pipe" });
    return JSON.parse(runPython(LOOK, path()));
  }

  it.each([0, 1, 8, 9, 60, 1200])("has %i groups and attributes", async (count) => {
    const port = new MemoryPort(new Uint8Array());
    const file = createFile(port);
    const root = file.superblock.rootAddress;
    const names: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const name = `${"x".repeat(i % 37)}ä${i}`;
      expect(insertLink(file, root, name, () => createGroupObject(file))).toBe(true);
      const value = i % 3 === 0 ? text(`t${i}`) : i % 3 === 1 ? number(i) : texts("a", "", `${i}`);
      expect(AttributeEditor.set(file, root, new Map([[name, value]]))).toBe(true);
      names.push(name);
    }
    file.space.save();
    const found = await judge(port);
    expect(found.groups).toEqual([...names].sort((a, b) => (a < b ? -1 : 1)));
    expect(found.attributes).toEqual(
      Object.fromEntries(
        names.map((name, i) => [name, i % 3 === 0 ? `t${i}` : i % 3 === 1 ? i : ["a", "", `${i}`]]),
      ),
    );
    expect(JSON.parse(runPython(GO_ON, path()))).toEqual([
      Math.floor((count + 60) / 2),
      Math.floor((count + 60) / 2),
    ]);
    execFileSync("h5stat", [path()], { stdio: "pipe" });
  });

  it("replaces attributes of every kind by every other, in the header and in dense storage", async () => {
    const kinds: [NDArray, unknown][] = [
      [text("short"), "short"],
      [text("a longer text ".repeat(30)), "a longer text ".repeat(30)],
      [number(2.5), 2.5],
      [{ dtype: "float64", shape: [3], data: Float64Array.of(1, 2, 3) }, [1, 2, 3]],
      [texts("x", "yy"), ["x", "yy"]],
      [{ dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) }, [true, false]],
      [{ dtype: "complex128", shape: [], data: Float64Array.of(1, -1) }, [1, -1]],
    ];
    for (const others of [1, 30]) {
      const port = new MemoryPort(new Uint8Array());
      const file = createFile(port);
      const root = file.superblock.rootAddress;
      const expected: Record<string, unknown> = {};
      for (let i = 0; i < others; i += 1) {
        AttributeEditor.set(file, root, new Map([[`o${i}`, number(i)]]));
        expected[`o${i}`] = i;
      }
      for (const from of kinds) {
        for (const [i, [value, shown]] of kinds.entries()) {
          expect(AttributeEditor.set(file, root, new Map([[`a${i}`, from[0]]]))).toBe(true);
          expect(AttributeEditor.set(file, root, new Map([[`a${i}`, value]]))).toBe(true);
          expected[`a${i}`] = shown;
        }
        file.space.save();
        expect((await judge(port)).attributes).toEqual(expected);
      }
    }
  }, 60_000);

  it("gives attributes any length, of some in dense storage again and again", async () => {
    const numbers = (length: number): NDArray => ({
      dtype: "float64",
      shape: [length],
      data: Float64Array.from({ length }, (_, at) => at / 2),
    });
    for (const others of [0, 1, 30]) {
      const port = new MemoryPort(new Uint8Array());
      const file = createFile(port);
      const root = file.superblock.rootAddress;
      const expected: Record<string, unknown> = {};
      const set = async (name: string, length: number) => {
        expect(AttributeEditor.set(file, root, new Map([[name, numbers(length)]]))).toBe(true);
        expected[name] = Array.from({ length }, (_, at) => at / 2);
        file.space.save();
        expect(await verify(port.bytes.slice())).toEqual([]);
      };
      for (let i = 0; i < others; i += 1) await set(`o${i}`, i);
      for (const length of [9000, 3, 600, 700, 20_000, 500, 600, 2]) {
        await set("a", length);
        if (length > 600) await set("b", 1000 - (length % 777));
        if (length !== 600) expect((await judge(port)).attributes).toEqual(expected);
      }
      expect(JSON.parse(runPython(GO_ON, path()))[1]).toBe(
        Math.floor((Object.keys(expected).length + 60) / 2),
      );
      execFileSync("h5stat", [path()], { stdio: "pipe" });
    }
  }, 60_000);
});
