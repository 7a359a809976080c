import { errorMessage } from "@tvb-storage/files/internal";
import type { BytesPlace } from "./bytes-place.js";
import { type ExoticRow, exoticRows, type FileDevice } from "./exotic-rows.js";

// A worker: HDF5 reads its file at once, and a damaged one may keep it busy for ever.

export interface ExoticRequest {
  readonly place: BytesPlace;
  readonly path: string;
}

export type ExoticAnswer = { readonly rows: readonly ExoticRow[] } | { readonly failure: string };

/** Of workers, which the types of a page do not have. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };

/** HDF5 reads a file in many small pieces. */
const BLOCK_BYTES = 256 * 1024;
const MAX_BLOCKS = 256;

self.onmessage = async ({ data }: MessageEvent<ExoticRequest>): Promise<void> => {
  const answer = await answerTo(data);
  self.postMessage(answer);
};

async function answerTo({ place, path }: ExoticRequest): Promise<ExoticAnswer> {
  try {
    const device =
      "blob" in place
        ? { size: place.blob.size, read: ofBlob(place.blob) }
        : { size: place.size, read: ofAddress(place.address, place.start) };
    return { rows: await exoticRows(inBlocks(device), path) };
  } catch (error) {
    return { failure: errorMessage(error) };
  }
}

function ofBlob(blob: Blob): FileDevice["read"] {
  const reader = new FileReaderSync();
  return (position, length) =>
    new Uint8Array(reader.readAsArrayBuffer(blob.slice(position, position + length)));
}

function ofAddress(address: string, start: number): FileDevice["read"] {
  return (position, length) => {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.responseType = "arraybuffer";
    request.setRequestHeader("Range", `bytes=${start + position}-${start + position + length - 1}`);
    request.send();
    if (request.status !== 206)
      throw new Error(`${address}: the server answers ${request.status} to a request for a part of the file`);
    return new Uint8Array(request.response);
  };
}

/** The same bytes, read in blocks, the last of which are kept. */
function inBlocks({ size, read }: FileDevice): FileDevice {
  const blocks = new Map<number, Uint8Array>();
  const block = (number: number): Uint8Array => {
    let bytes = blocks.get(number);
    if (bytes === undefined) {
      const start = number * BLOCK_BYTES;
      bytes = read(start, Math.min(BLOCK_BYTES, size - start));
    }
    // The one that was used last is last.
    blocks.delete(number);
    blocks.set(number, bytes);
    for (const oldest of blocks.keys()) if (blocks.size > MAX_BLOCKS) blocks.delete(oldest);
    return bytes;
  };
  return {
    size,
    read(position, length) {
      const target = new Uint8Array(Math.max(0, Math.min(length, size - position)));
      for (let done = 0; done < target.length; ) {
        const at = position + done;
        const number = Math.floor(at / BLOCK_BYTES);
        const from = at - number * BLOCK_BYTES;
        const piece = block(number).subarray(from, from + target.length - done);
        if (piece.length === 0)
          throw new Error(`the file ends at ${at}, before the ${size} bytes that it had`);
        target.set(piece, done);
        done += piece.length;
      }
      return target;
    },
  };
}
