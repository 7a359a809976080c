import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { TvbZip } from "../src/index.js";
import { describeOnBoth, harvest, plant, type World } from "./support/world.js";

const REASONS = [
  new RangeError("mine"),
  "mine",
  undefined,
  Object.assign(new Error("mine"), { code: "ENOENT" }),
  new FileStructureException("mine"),
];

type Call = (world: World, onProgress: () => void) => Promise<unknown>;

async function pack({ fs, root }: World, folder: string, onProgress: () => void): Promise<void> {
  const zip = await TvbZip.open(`${root}/new.zip`, "w", { fs, onProgress });
  try {
    await zip.writeZipFolder(`${root}/${folder}`);
  } finally {
    await expect(zip.close()).rejects.toThrow(/not written, because an earlier call failed/);
  }
}

async function read(
  { fs, root }: World,
  use: (zip: TvbZip) => Promise<unknown>,
  onProgress?: () => void,
): Promise<void> {
  const zip = await TvbZip.open(`${root}/a.zip`, "r", onProgress === undefined ? { fs } : { fs, onProgress });
  try {
    await use(zip);
  } finally {
    await zip.close();
  }
}

const CALLS: readonly (readonly [string, Call])[] = [
  ["packing", (world, onProgress) => pack(world, "small", onProgress)],
  ["packing a stream", (world, onProgress) => pack(world, "large", onProgress)],
  [
    "unpacking",
    (world, onProgress) => read(world, (zip) => zip.unpackZip(`${world.root}/out`, { onProgress })),
  ],
  [
    "reading an entry",
    (world, onProgress) =>
      read(
        world,
        async (zip) => {
          for await (const _ of await zip.open("f"));
        },
        onProgress,
      ),
  ],
];

describeOnBoth("what onProgress throws", (fresh) => {
  it.each(CALLS)("is the cause of a FileStorageException, and nothing is left: %s", async (_, call) => {
    const world = fresh();
    const { fs, root } = world;
    plant(world, { "small/f": "0123456789", "large/f": new Uint8Array(17 << 20) });
    const zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
    await zip.write(`${root}/small/f`);
    await zip.close();
    const before = Object.keys(harvest(fs, root));
    for (const reason of REASONS) {
      const attempt = call(world, () => {
        throw reason;
      });
      await expect(attempt).rejects.toThrow(FileStorageException);
      await expect(attempt).rejects.toThrow(/^cannot .* .*\.zip.*: its onProgress threw: (mine|undefined)$/);
      await expect(attempt).rejects.toHaveProperty("cause", reason);
    }
    expect(Object.keys(harvest(fs, root))).toEqual(before);
  });
});
