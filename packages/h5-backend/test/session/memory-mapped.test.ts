import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, plainPython } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

const folder = temporaryFolder();

/** Writes each number of its input over all elements, in memory that is mapped to the file. */
const WRITER = `
import mmap, struct, sys
path, at, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(path, "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
    for line in sys.stdin:
        memory[at:at + 8 * count] = struct.pack("<d", float(line)) * count
        print("written", flush=True)
`;

describeWith(plainPython)("a session that is kept open", () => {
  it.each([
    { what: "few contiguous numbers", count: 8, options: {} },
    { what: "many contiguous numbers", count: 2000, options: {} },
    { what: "a small chunk", count: 8, options: { chunks: [8] } },
    { what: "a large chunk", count: 2000, options: { chunks: [2000] } },
  ])("reads what another program writes by memory mapping: $what", async ({ what, count, options }) => {
    const path = folder(`${what.replaceAll(" ", "-")}.h5`);
    await new HDF5StorageManager(path).storeData(new Float64Array(count).fill(1.2345), "x", options);
    const at = readFileSync(path).indexOf(Buffer.from(new Float64Array(4).fill(1.2345).buffer));
    const args = ["-c", WRITER, path, String(at), String(count)];
    const writer = spawn(plainPython.command, args, { stdio: ["pipe", "pipe", "inherit"] });
    const reader = new HDF5StorageManager(path);
    try {
      for (let value = 1; value <= 5; value++) {
        writer.stdin.write(`${value}\n`);
        await once(writer.stdout, "data");
        const { data } = await reader.getData("x", { closeFile: false });
        expect([...data]).toEqual(new Array(count).fill(value));
        // Until a further write would show in the times of a file.
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    } finally {
      await reader.closeFile();
      writer.stdin.end();
      await once(writer, "exit");
    }
  });
});
