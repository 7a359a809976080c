import { FilterError } from "./filter-error.js";

// RFC 8878, 3.1.1: "Frame Header".

const MAGIC = 0xfd2fb528;

/** What the header of a frame of Zstandard says. */
export interface ZstdFrame {
  /** Bytes of its content; undefined where it does not say. */
  readonly contentSize: number | undefined;
  /** Where its blocks begin. */
  readonly blocks: number;
}

/** @throws FilterError it is no frame. */
export function zstdFrame(bytes: Uint8Array): ZstdFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0, true) !== MAGIC) throw new FilterError("is no frame of Zstandard");
    const descriptor = view.getUint8(4);
    const isSingle = (descriptor & 0x20) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const at = 5 + (isSingle ? 0 : 1) + dictionaryBytes;
    const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    return { contentSize: contentSize(view, at, sizeBytes), blocks: at + sizeBytes };
  } catch (cause) {
    if (cause instanceof FilterError) throw cause;
    throw new FilterError("ends in the middle of its frame header of Zstandard", { cause });
  }
}

function contentSize(view: DataView, at: number, sizeBytes: number): number | undefined {
  if (sizeBytes === 0) return undefined;
  if (sizeBytes === 1) return view.getUint8(at);
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  return sizeBytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}
