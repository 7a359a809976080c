import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lookup3 } from "@tvb-storage/files/internal";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { removeLink } from "../../src/edits/remove-link.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { walkStructure } from "../../src/verify/walk-structure.js";
import { temporaryFolder, writtenByH5py } from "./h5py.js";
import { MemoryPort } from "./memory-port.js";

const problems = (port: MemoryPort) => [...walkStructure(port, "x.h5")];

/** Changes one byte, at a position that is looked for. */
function flip(port: MemoryPort, position: number): MemoryPort {
  const copy = new MemoryPort(port.bytes.slice());
  copy.bytes[position] = (copy.bytes[position] ?? 0) ^ 0x04;
  return copy;
}

function find(port: MemoryPort, text: string, from = 0): number {
  const at = Buffer.from(port.bytes).indexOf(text, from, "latin1");
  if (at < 0) throw new Error(`no ${text} in the file`);
  return at;
}

describeWith(h5py).each([
  ["earliest", "latest", "512"],
  ["v108", "v110", "0"],
  ["latest", "latest", "0"],
])("checking a file of libver (%s, %s) with a user block of %s", (low, high, block) => {
  const folder = temporaryFolder();
  let port: MemoryPort;

  beforeAll(() => {
    const path = join(folder.path, "file.h5");
    const script = fileURLToPath(new URL("sample-file.py", import.meta.url));
    execFileSync(h5py.command, [script, path, low, high, block]);
    port = new MemoryPort(new Uint8Array(readFileSync(path)));
  });
  afterAll(() => folder.remove());

  it("finds nothing wrong", () => {
    expect(problems(port)).toEqual([]);
  });

  it("finds nothing wrong after removals", () => {
    const copy = new MemoryPort(port.bytes.slice());
    const structure = new Hdf5Structure(copy);
    const group = structure.resolve("/group1000")?.address ?? -1;
    for (let index = 0; index < 900; index += 3) removeLink(copy, group, `child${index}`);
    removeLink(copy, structure.root, "types");
    removeLink(copy, structure.resolve("/layouts")?.address ?? -1, "two_unlimited");
    expect(problems(copy)).toEqual([]);
  });

  it("names the object whose link count is too low", () => {
    const copy = new MemoryPort(port.bytes.slice());
    const structure = new Hdf5Structure(copy);
    const header = structure.header(structure.resolve("/links/hard")?.address ?? -1);
    const message = header.messages.find(({ type }) => type === 0x16);
    if (message === undefined) {
      copy.bytes[structure.file.positionOf(header.address) + 4] = 1; // version 1: the count in the prefix
    } else {
      const { chunk, bodyAt } = message;
      chunk.bytes[bodyAt + 1] = 1;
      structure.file.writeChecked(chunk.address, chunk.bytes);
    }
    expect(problems(copy)).toEqual([
      {
        path: expect.stringMatching(/^\/links\/(hard|sub\/leaf)$/),
        kind: "damage",
        problem: "2 links lead to it, but its header counts 1",
      },
    ]);
  });
});

describeWith(h5py)("checking a damaged file", () => {
  const write = (low: string, script: string) =>
    writtenByH5py(
      `with h5py.File(sys.argv[1], "w", libver=(sys.argv[2], "latest")) as f:\n    ${script}`,
      low,
    );

  it("finds a wrong checksum of an object header, a B-tree, a heap and a chunk index", () => {
    const port = write(
      "latest",
      `g = f.create_group("g")
    for i in range(100): g.create_group(f"c{i}")
    for i in range(100): g.attrs[f"a{i}"] = i
    f.create_dataset("d", data=np.arange(1000), chunks=(10,))
    f.create_dataset("e", data=np.arange(1000), chunks=(10,), maxshape=(None,))`,
    );
    expect(problems(port)).toEqual([]);
    const cases = [
      ["BTLF", 8, "/g", /B-tree leaf node at address .* checksum/],
      ["BTIN", 8, "/g", /B-tree internal node at address .* checksum/],
      ["BTHD", 8, "/g", /B-tree at address .* checksum/],
      ["FRHP", 30, "/g", /fractal heap at address .* checksum/],
      ["FHDB", 30, "/g", /fractal heap direct block at address .* checksum/],
      ["FHIB", 20, "/g", /fractal heap indirect block at address .* checksum/],
      ["FADB", 20, "/d", /fixed array data block at address .* checksum/],
      ["EAHD", 20, "/e", /extensible array at address .* checksum/],
      ["EADB", 30, "/e", /extensible array data block at address .* checksum/],
    ] as const;
    for (const [signature, offset, path, problem] of cases) {
      const found = problems(flip(port, find(port, signature) + offset));
      expect(found.length, signature).toBeGreaterThan(0);
      expect(found[0], signature).toMatchObject({ path, problem: expect.stringMatching(problem) });
    }
    const header = find(port, "OHDR", 60);
    expect(problems(flip(port, header + 12))[0]?.problem).toMatch(/object header .* checksum/);
  });

  it("finds damage in symbol-table groups, which have no checksums", () => {
    const port = write("earliest", `for i in range(100): f.create_group(f"c{i}")`);
    expect(problems(port)).toEqual([]);
    const node = find(port, "SNOD");
    expect(problems(flip(port, node))[0]?.problem).toMatch(/symbol table node .* signature/);
    expect(problems(flip(port, find(port, "c57\0")))).not.toEqual([]);
    expect(problems(flip(port, find(port, "HEAP") + 28))[0]?.problem).toMatch(/local heap/);
  });

  it("finds two datasets at one address", () => {
    const port = write("earliest", `f["a"] = np.arange(100); f["b"] = np.arange(100)`);
    const structure = new Hdf5Structure(port);
    const layout = (name: string) => {
      const header = structure.header(structure.resolve(name)?.address ?? -1);
      const message = header.messages.find(({ type }) => type === 0x08);
      if (message === undefined) throw new Error("no layout");
      return structure.file.positionOf(message.chunk.address) + message.bodyAt + 2;
    };
    port.bytes.copyWithin(layout("b"), layout("a"), layout("a") + 8);
    expect(problems(port)).toMatchObject([
      { problem: expect.stringMatching(/space at address \d+ that \/[ab] uses/) },
    ]);
  });

  it("says a file that is open for writing, cut short, or not HDF5 at all", () => {
    const port = writtenByH5py(`import os
f = h5py.File(sys.argv[1], "w", libver="latest")
f["data"] = np.arange(10)
f.flush()
os._exit(0)`);
    expect(problems(port)).toMatchObject([
      { path: "/", problem: expect.stringMatching(/a writer has the file open/) },
    ]);
    port.truncate(port.size - 1);
    // Its writer may not have written the end yet: the missing part is reported.
    expect(problems(port)).toMatchObject([
      { path: "/", problem: expect.stringMatching(/a writer has the file open/) },
      { path: "/data", problem: expect.stringMatching(/do not fit into the file/) },
    ]);
    // Version 3 of the superblock: the marks, and the checksum behind all.
    port.bytes[11] = 0;
    new DataView(port.bytes.buffer).setUint32(44, lookup3(port.bytes.subarray(0, 44)), true);
    expect(problems(port)).toMatchObject([
      { path: "/", problem: expect.stringMatching(/^x\.h5: the file is cut short/) },
    ]);
    expect(problems(new MemoryPort(new Uint8Array(100)))).toMatchObject([
      { problem: expect.stringMatching(/not an HDF5 file/) },
    ]);
  });
});
