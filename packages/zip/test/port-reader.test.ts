import type { FileHandle } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { PortReader, readFully } from "../src/port-reader.js";

/** A file of which every read gives at most `most` bytes, as systems may do. */
function handleOf(content: Buffer, most = Number.POSITIVE_INFINITY): FileHandle & { reads: number } {
  const handle = {
    reads: 0,
    read: async (buffer: Uint8Array, offset: number, length: number, position: number) => {
      handle.reads += 1;
      const part = content.subarray(position, position + Math.min(length, most));
      buffer.set(part, offset);
      return { bytesRead: part.length };
    },
    write: () => Promise.reject(new Error("read only")),
    truncate: () => Promise.reject(new Error("read only")),
    datasync: () => Promise.reject(new Error("read only")),
    close: async () => undefined,
  };
  return handle;
}

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));

function read(reader: PortReader, length: number, position: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  return new Promise((resolve, reject) =>
    reader.read(buffer, 0, length, position, (error) => (error === null ? resolve(buffer) : reject(error))),
  );
}

it("reads on where a read returns fewer bytes", async () => {
  const buffer = Buffer.alloc(1000);
  await readFully(handleOf(content, 7), buffer, 500);
  expect(buffer.equals(content.subarray(500, 1500))).toBe(true);
});

it("says where the file ends too early", async () => {
  await expect(readFully(handleOf(content), Buffer.alloc(10), 299_995)).rejects.toThrow(
    /ends at byte 300000/,
  );
});

it("serves small reads one after another from one read of the file", async () => {
  const handle = handleOf(content);
  const reader = new PortReader(handle, content.length);
  for (let at = 1000; at < 100_000; at += 46)
    expect((await read(reader, 46, at)).equals(content.subarray(at, at + 46))).toBe(true);
  expect(handle.reads).toBe(1);
  expect((await read(reader, 200_000, 100)).equals(content.subarray(100, 200_100))).toBe(true);
  expect((await read(reader, 10, 0)).equals(content.subarray(0, 10))).toBe(true);
});

it("fails beyond the end", async () => {
  const reader = new PortReader(handleOf(content), content.length);
  await expect(read(reader, 46, 299_990)).rejects.toThrow(/in the middle of a record/);
  await expect(read(reader, 46, 10_000_000)).rejects.toThrow(/in the middle of a record/);
});
