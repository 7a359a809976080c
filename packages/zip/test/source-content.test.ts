import { FileStorageException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import type { SourceFile } from "../src/folder-listing.js";
import { readSource, streamSource } from "../src/source-content.js";
import { describeOnBoth, plant, type World } from "./support/world.js";

function listed({ root }: World, size: number): SourceFile {
  return { path: `${root}/file`, name: "file", size, mode: 0o644, mtimeMs: 0 };
}

async function streamed(place: World, size: number): Promise<Buffer> {
  const blocks: Buffer[] = [];
  for await (const block of streamSource(place.fs, listed(place, size))) blocks.push(block);
  return Buffer.concat(blocks);
}

describeOnBoth("the content of a file", (world) => {
  it("is read whole, or in blocks", async () => {
    for (const size of [0, 1, 5000, 2 * 1024 * 1024, 2 * 1024 * 1024 + 1]) {
      const place = world();
      const content = Buffer.alloc(size, "content");
      plant(place, { file: content });
      expect((await readSource(place.fs, listed(place, size))).equals(content)).toBe(true);
      expect((await streamed(place, size)).equals(content)).toBe(true);
    }
  });

  it("is refused where the file has grown or shrunk since it was listed", async () => {
    const place = world();
    plant(place, { file: "12345" });
    for (const size of [0, 4, 6, 5000]) {
      await expect(readSource(place.fs, listed(place, size)), `${size}`).rejects.toThrow(
        FileStorageException,
      );
      await expect(streamed(place, size), `${size}`).rejects.toThrow(/size changed meanwhile, expected/);
    }
  });
});
