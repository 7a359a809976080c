import type { BigIntStats, promises } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promises as streams } from "node:stream";
import { byteRange } from "./byte-range.js";

const BLOCK_BYTES = 256 * 1024;
const NO_CONTENT = { "Content-Length": 0 };

/**
 * Answers a request for a file, or for a range of it. No more than a block of it is in memory. Where the file changes
 * meanwhile, the connection is cut before the last byte, so that nobody takes the parts of two states for one.
 */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  handle: promises.FileHandle,
): Promise<void> {
  const { headers, method } = request;
  const stats = await handle.stat({ bigint: true });
  const tag = tagOf(stats);
  const size = Number(stats.size);
  response.setHeader("Content-Type", "application/octet-stream");
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("ETag", tag);
  if (!isIn(headers["if-match"] ?? "*", tag)) {
    response.writeHead(412, NO_CONTENT).end();
    return;
  }
  if (headers["if-none-match"] !== undefined && isIn(headers["if-none-match"], tag)) {
    response.writeHead(304).end();
    return;
  }
  // A part of another state of the file is of no use to who has parts of an earlier one.
  const isSame = (headers["if-range"] ?? tag) === tag;
  const range = method === "GET" && isSame ? byteRange(headers.range, size) : undefined;
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...NO_CONTENT, "Content-Range": `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size };
  if (range !== undefined) response.setHeader("Content-Range", `bytes ${start}-${end - 1}/${size}`);
  response.writeHead(range === undefined ? 200 : 206, { "Content-Length": end - start });
  if (method === "HEAD") response.end();
  else await streams.pipeline(blocksOf(handle, start, end, tag), response);
}

async function* blocksOf(
  handle: promises.FileHandle,
  start: number,
  end: number,
  tag: string,
): AsyncGenerator<Uint8Array> {
  for (let position = start; position < end; ) {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, end - position));
    const { bytesRead } = await handle.read(block, 0, block.length, position);
    position += bytesRead;
    const isLast = bytesRead === 0 || position >= end;
    if (isLast && (bytesRead === 0 || tagOf(await handle.stat({ bigint: true })) !== tag))
      throw new Error("the file was changed while it was sent");
    yield block.subarray(0, bytesRead);
  }
}

/** What differs between two states of a file: another file, another size, another time of change. */
function tagOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `"${[dev, ino, size, mtimeNs, ctimeNs].map((number) => number.toString(36)).join("-")}"`;
}

/** Whether a list of `If-Match` or `If-None-Match` has the tag. */
function isIn(list: string, tag: string): boolean {
  return list.trim() === "*" || list.split(",").some((each) => each.trim() === tag);
}
