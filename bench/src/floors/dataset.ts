import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import type { Context, Workload } from "../bench-case.js";
import { dataBytes, readWhole, writeAll } from "./files.js";

const LEVEL = 4;
const CHUNK_BYTES = 1 << 20;

export function store(context: Context): Workload {
  const bytes = dataBytes(context);
  const path = `${context.folder}/stored.bin`;
  return { prepare: () => rmSync(path, { force: true }), run: () => writeAll(path, bytes) };
}

export function read({ shared }: Context): Workload {
  return {
    run: () => {
      readWhole(`${shared}/data.bin`);
    },
  };
}

/** All chunks through zlib's threads, a few at a time. */
async function eachChunk(count: number, work: (chunk: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

const deflated = promisify<Uint8Array, { level: number }, Buffer>(deflate);
const inflated = promisify<Uint8Array, Buffer>(inflate);

async function deflateAll(bytes: Uint8Array): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  await eachChunk(Math.ceil(bytes.length / CHUNK_BYTES), async (i) => {
    chunks[i] = await deflated(bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES), { level: LEVEL });
  });
  return chunks;
}

export function gzipStore(context: Context): Workload {
  const bytes = dataBytes(context);
  const path = `${context.folder}/stored.bin`;
  return {
    prepare: () => rmSync(path, { force: true }),
    run: async () => writeFileSync(path, Buffer.concat(await deflateAll(bytes))),
  };
}

export function gzipRead({ folder, shared }: Context): Workload {
  const path = `${folder}/deflated.bin`;
  const sizesFile = `${folder}/sizes.json`;
  return {
    prepare: async () => {
      if (existsSync(sizesFile)) return;
      const chunks = await deflateAll(readFileSync(`${shared}/data.bin`));
      writeFileSync(path, Buffer.concat(chunks));
      writeFileSync(sizesFile, JSON.stringify(chunks.map(({ length }) => length)));
    },
    run: async () => {
      const bytes = readWhole(path);
      // Written by `prepare`.
      const sizes = JSON.parse(readFileSync(sizesFile, "utf8")) as number[];
      let at = 0;
      const chunks = sizes.map((size) => {
        at += size;
        return bytes.subarray(at - size, at);
      });
      const result = new Uint8Array(chunks.length * CHUNK_BYTES);
      await eachChunk(chunks.length, async (i) => {
        const chunk = chunks[i];
        if (chunk !== undefined) result.set(await inflated(chunk), i * CHUNK_BYTES);
      });
    },
  };
}
