import { type FilterDecoder, FilterError } from "./filter.js";

// RFC 8878, "Frame Header". What follows it is undone by the package numcodecs, which a user installs.

const MAGIC = 0xfd2fb528;
/** A block of 4 bytes stands for at most 128 KiB. */
const MAX_RATIO = 32 * 1024;

/** What is used of numcodecs; the declarations that come with it cannot be resolved. */
interface Codec {
  decode(bytes: Uint8Array): Promise<Uint8Array>;
}

let codec: Promise<Codec> | undefined;

async function loadCodec(): Promise<Codec> {
  let loaded: { readonly default: { fromConfig(config: { readonly level: number }): Codec } };
  try {
    loaded = (await import("numcodecs/zstd")) as typeof loaded; // by its documentation
  } catch (cause) {
    throw new FilterError("is decoded by the package numcodecs, which cannot be loaded: install it", {
      cause,
    });
  }
  const made = loaded.default.fromConfig({ level: 1 });
  return { decode: (bytes) => made.decode(bytes) };
}

/** HDF5's filter 32015: a frame of Zstandard. */
export const decodeZstd: FilterDecoder = async (bytes, { limit }) => {
  const length = contentSize(bytes);
  // numcodecs allocates what the frame states.
  if (length > Math.min(limit, bytes.length * MAX_RATIO))
    throw new FilterError(`would unpack to ${length} bytes of ${limit}`);
  codec ??= loadCodec();
  // Where it cannot be loaded, the next chunk tries again.
  codec.catch(() => {
    codec = undefined;
  });
  const { decode } = await codec;
  try {
    return await decode(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FilterError(`cannot be unpacked (${reason})`, { cause });
  }
};

/** How long a frame says that its content is. */
function contentSize(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0, true) !== MAGIC) throw new FilterError("is no frame of Zstandard");
    const descriptor = view.getUint8(4);
    const isSingle = (descriptor & 0x20) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const at = 5 + (isSingle ? 0 : 1) + dictionaryBytes;
    const size = descriptor >> 6;
    if (size === 3) return Number(view.getBigUint64(at, true));
    if (size === 2) return view.getUint32(at, true);
    if (size === 1) return view.getUint16(at, true) + 256;
    if (isSingle) return view.getUint8(at);
  } catch (cause) {
    if (cause instanceof FilterError) throw cause;
    throw new FilterError("ends in the middle of its frame header of Zstandard", { cause });
  }
  throw new FilterError("does not say in its frame of Zstandard how long it is");
}
