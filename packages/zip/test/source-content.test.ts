import { FileStorageException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import type { SourceFile } from "../src/folder-listing.js";
import { readSource, streamSource } from "../src/source-content.js";
import { describeOnBoth, plant, type World } from "./support/world.js";

function listed({ fs, root }: World, size: number): SourceFile {
  const { mtimeMs, ino } = fs.statSync(`${root}/file`);
  return { path: `${root}/file`, name: "file", size, mode: 0o644, mtimeMs, ino };
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

  it("is refused where the file was written or replaced since it was listed, of the same size too", async () => {
    const changes: Record<string, (place: World) => void> = {
      written: ({ fs, root }) => {
        fs.writeFileSync(`${root}/file`, "67890");
        fs.utimesSync(`${root}/file`, 1e9, 1_000_000_001);
      },
      replaced: ({ fs, root }) => {
        fs.writeFileSync(`${root}/new`, "67890");
        fs.utimesSync(`${root}/new`, 1e9, 1e9);
        fs.renameSync(`${root}/new`, `${root}/file`);
      },
    };
    for (const [what, change] of Object.entries(changes)) {
      const place = world();
      plant(place, { file: "12345" });
      place.fs.utimesSync(`${place.root}/file`, 1e9, 1e9);
      const file = listed(place, 5);
      change(place);
      await expect(readSource(place.fs, file), what).rejects.toThrow(/it was changed or replaced meanwhile/);
      const blocks = streamSource(place.fs, file);
      expect(String((await blocks.next()).value)).toBe("67890");
      await expect(blocks.next(), what).rejects.toThrow(FileStorageException);
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
