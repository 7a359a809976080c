import { zstdFrame } from "@tvb-storage/core/internal";
import { type FilterDecoder, FilterError } from "./filter.js";

// What follows the header of a frame is undone by the package numcodecs, which a user installs.

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
  const length = zstdFrame(bytes).contentSize;
  if (length === undefined) throw new FilterError("does not say in its frame of Zstandard how long it is");
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
