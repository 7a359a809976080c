import { readFileSync } from "node:fs";
import type { AsyncFileBytes } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { open } from "../src/index.js";

// A structure that says to be as long as the file is neither fetched nor given memory: of a file on a server it would be
// gigabytes for a look at its list.

const GIB = 2 ** 30;
const fixture = readFileSync(new URL("../../../fixtures/h5py/layouts-earliest.h5", import.meta.url));

/** The fixture with 4 GiB of nothing behind it, forged. */
function sparse(forge: (bytes: Buffer) => void): AsyncFileBytes & { fetched: number } {
  const size = 4 * GIB;
  const bytes = Buffer.from(fixture);
  bytes.writeBigUInt64LE(BigInt(size), 40); // superblock 0: end of file
  forge(bytes);
  const source = {
    size,
    fetched: 0,
    async read(target: Uint8Array, position: number) {
      source.fetched += target.length;
      target.set(bytes.subarray(position, position + target.length));
      return Math.min(target.length, size - position);
    },
  };
  return source;
}

it.each([600n * 2n ** 20n, 3n * 2n ** 30n])(
  "a local heap of %i bytes is refused before it is fetched",
  async (length) => {
    const heap = fixture.indexOf("HEAP");
    const source = sparse((bytes) => bytes.writeBigUInt64LE(length, heap + 8));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 1);
    const reading = open(source, { name: "far.h5" }).then((file) => file.list());
    await expect(reading).rejects.toThrow(
      /far\.h5: \d+ bytes would be read for one step; the file is damaged/,
    );
    clearInterval(watch);
    expect(source.fetched).toBeLessThan(1024 * 1024);
    expect(most).toBeLessThan(64 * 1024 * 1024);
  },
);

it("a chunk that is stored in far more bytes than its shape needs is refused before it is fetched", async () => {
  const file = await open(new Uint8Array(fixture));
  const [chunked] = (await file.list()).filter(({ filters }) => filters?.includes("gzip"));
  if (chunked === undefined) throw new Error("no gzip in the fixture");
  // The keys of a node of chunks begin with the size of the chunk.
  const nodes = [];
  for (let at = fixture.indexOf("TREE"); at >= 0; at = fixture.indexOf("TREE", at + 1))
    if (fixture[at + 4] === 1) nodes.push(at);
  let refused = 0;
  for (const node of nodes) {
    const source = sparse((bytes) => bytes.writeUInt32LE(2 ** 31, node + 24));
    const forged = await open(source, { name: "far.h5" });
    const error = await forged.read(chunked.path).catch((reason: unknown) => reason);
    if (!(error instanceof Error)) continue;
    refused += 1;
    expect(error.message).toMatch(/is stored in 2147483648 bytes, its shape needs \d+/);
    expect(source.fetched).toBeLessThan(1024 * 1024);
  }
  expect(refused).toBe(1);
});
