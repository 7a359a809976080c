import nodeFs from "node:fs";
import { fileURLToPath } from "node:url";
import { FileStructureException } from "@tvb-storage/errors";
import { expect } from "vitest";
import { runPython } from "../../../../test/support/h5py.js";
import { compact, HDF5StorageManager, recover, verify } from "../../src/index.js";

// Every way in which a superblock can lie elsewhere than it states, with every superblock and user block, and
// every call that changes a file: what h5py reads afterwards is what was there before, with the change.

const SCRIPT = fileURLToPath(new URL("base-address.py", import.meta.url));
const LAST = Array.from({ length: 50 }, (_, index) => 100 + index);

type Content = Record<string, unknown>;

interface Listed {
  readonly file: string;
  readonly version: number;
  readonly userBlock: number;
  readonly variant: string;
  /** What the file was made with. */
  readonly content: Content;
  /** What h5py reads of it, or why it refuses it. */
  readonly h5py: Content | string;
}

interface Change {
  readonly run: (path: string) => Promise<unknown>;
  /** What the change makes of the content. */
  readonly make: (content: Content) => Content;
}

const without = (content: Content, key: string): Content =>
  Object.fromEntries(Object.entries(content).filter(([name]) => name !== key));

const CHANGES: Readonly<Record<string, Change>> = {
  storeData: {
    run: (path) => new HDF5StorageManager(path).storeData(new Float64Array([7, 8]), "stored"),
    make: (content) => ({ ...content, stored: [7, 8] }),
  },
  "storeData in place": {
    run: (path) => new HDF5StorageManager(path).storeData(new Float64Array(50).fill(1), "last"),
    make: (content) => ({ ...content, last: Array(50).fill(1) }),
  },
  appendData: {
    run: (path) =>
      new HDF5StorageManager(path).appendData(
        [
          [6, 7, 8],
          [9, 10, 11],
        ],
        "rows",
        { growDimension: 0 },
      ),
    make: (content) => ({
      ...content,
      rows: [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
      ],
    }),
  },
  setMetadata: {
    run: (path) => new HDF5StorageManager(path).setMetadata({ a: 2.5 }),
    make: (content) => ({ ...content, "@TVB_a": 2.5 }),
  },
  removeMetadata: {
    run: (path) => new HDF5StorageManager(path).removeMetadata("old"),
    make: (content) => without(content, "@TVB_old"),
  },
  "removeData at the end": {
    run: (path) => new HDF5StorageManager(path).removeData("last"),
    make: (content) => without(content, "last"),
  },
  removeData: {
    run: (path) => new HDF5StorageManager(path).removeData("first"),
    make: (content) => without(content, "first"),
  },
  recover: {
    run: async (path) => expect(await recover(path)).toBe("clean"),
    make: (content) => content,
  },
  compact: {
    // A user block is refused, and the file left as it is.
    run: (path) => compact(path).catch((error: unknown) => expect(String(error)).toMatch(/user block/)),
    make: (content) => content,
  },
};

function makeFiles(folder: string): Listed[] {
  nodeFs.mkdirSync(folder);
  const output = runPython("import runpy\nrunpy.run_path(sys.argv.pop(1))", SCRIPT, "make", folder);
  return JSON.parse(output) as Listed[]; // what base-address.py prints
}

function check(folder: string): Record<string, unknown> {
  const output = runPython("import runpy\nrunpy.run_path(sys.argv.pop(1))", SCRIPT, "check", folder);
  return JSON.parse(output) as Record<string, unknown>; // what base-address.py prints
}

/** Makes the files whose superblock is of one of `versions` behind one of `userBlocks` bytes, and uses each in every way. */
export async function checkBaseAddresses(
  folder: (name: string) => string,
  versions: readonly number[],
  userBlocks: readonly number[],
): Promise<void> {
  const made = folder("made");
  const listed = makeFiles(made).filter(
    ({ version, userBlock }) => versions.includes(version) && userBlocks.includes(userBlock),
  );
  const blocks = userBlocks.filter((bytes) => bytes > 0).length;
  expect(listed).toHaveLength(versions.length * (3 * (userBlocks.length - blocks) + 6 * blocks));
  const expected: Record<string, unknown> = {};
  const changed = folder("changed");
  nodeFs.mkdirSync(changed);
  for (const { file, content, variant, h5py } of listed) {
    const original = `${made}/${file}`;
    if (variant === "base alone too small") {
      // The stated end of file is then beyond the file, for HDF5 too.
      expect(h5py, file).toMatch(/truncated/);
      const bytes = nodeFs.readFileSync(original);
      await expect(new HDF5StorageManager(original).getData("last")).rejects.toThrow(FileStructureException);
      for (const [name, { run }] of Object.entries(CHANGES)) {
        if (name === "compact" || name === "recover") continue;
        await expect(run(original), `${name} of ${file}`).rejects.toThrow(FileStructureException);
        expect(nodeFs.readFileSync(original).equals(bytes), `${name} of ${file}`).toBe(true);
      }
      continue;
    }
    // Where only the base address is wrong, HDF5 does not read the end of the data; we do.
    if (variant !== "base alone too large") expect(h5py, file).toEqual(content);
    const manager = new HDF5StorageManager(original);
    expect(Array.from((await manager.getData("last")).data as Float64Array), file).toEqual(LAST);
    expect(await manager.getDataShape("rows"), file).toEqual([2, 3]);
    expect(await manager.getMetadata(), file).toEqual({ kept: 3, old: 1 });
    expect(
      (await manager.listNodes()).map(({ path }) => path),
      file,
    ).toContain("/group/deep");
    expect(await verify(original), file).toEqual([]);
    for (const [name, { run, make }] of Object.entries(CHANGES)) {
      const target = `${changed}/${name.replaceAll(" ", "-")}-${file}`;
      nodeFs.copyFileSync(original, target);
      await run(target);
      expect(await verify(target), `${name} of ${file}`).toEqual([]);
      const isUntouched = nodeFs.readFileSync(target).equals(nodeFs.readFileSync(original));
      if (variant === "base alone too large" && isUntouched) {
        // Nothing was changed, so nothing was corrected: h5py still does not see the end.
        nodeFs.unlinkSync(target);
        continue;
      }
      expected[`${name.replaceAll(" ", "-")}-${file}`] = make(content);
    }
  }
  expect(check(changed)).toEqual(expected);
}
