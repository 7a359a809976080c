import { decodeBlosc, decodeLz4Block, shuffle, unshuffle } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { Turns } from "@tvb-storage/files/internal";
import { compress, decompress } from "#zlib";
import type { JsonObject } from "../json/exact-json.js";
import type { BytesCodec } from "./codec.js";
import { crc32c } from "./crc.js";
import { checkZstdLength } from "./zstd-length.js";

// zstd, and what lz4 and blosc write, are numcodecs' (WebAssembly), loaded when a chunk needs them; of damaged buffers of these two
// it would give memory that was never written. gzip is Node's, which has threads.

const turns = /* @__PURE__ */ new Turns(1024 * 1024);
/** What a block of blosc has, about. */
const BLOSC_BLOCK_BYTES = 128 * 1024;

export function zlibCodec(format: "gzip" | "zlib", level: number): BytesCodec {
  const json = { level: BigInt(level) };
  return {
    name: "gzip",
    encode: (bytes) => compress(bytes, format, level),
    decode: (bytes, limit) => decompress(bytes, format, limit),
    version2: { id: format, ...json },
    version3: { name: format, configuration: json },
  };
}

export function shuffleCodec(itemBytes: number): BytesCodec {
  const json = { elementsize: BigInt(itemBytes) };
  return {
    name: "shuffle",
    encode: async (bytes) => shuffle(bytes, itemBytes),
    decode: async (bytes) => unshuffle(bytes, itemBytes),
    version2: { id: "shuffle", ...json },
    version3: { name: "numcodecs.shuffle", configuration: json },
    adds: 0,
  };
}

const CHECKSUM_BYTES = 4;

export const checksumCodec: BytesCodec = {
  name: "crc32c",
  encode: async (bytes) => {
    const result = new Uint8Array(bytes.length + CHECKSUM_BYTES);
    result.set(bytes);
    new DataView(result.buffer).setUint32(bytes.length, crc32c(bytes), true);
    return result;
  },
  decode: async (bytes) => {
    const length = bytes.length - CHECKSUM_BYTES;
    if (length < 0) throw new RangeError("it has no room for its checksum");
    const content = bytes.subarray(0, length);
    const stored = new DataView(bytes.buffer, bytes.byteOffset + length).getUint32(0, true);
    if (stored !== crc32c(content)) throw new RangeError("its checksum does not agree with it");
    return content;
  },
  version2: { id: "crc32c" },
  version3: { name: "crc32c" },
  adds: CHECKSUM_BYTES,
};

export function zstdCodec(level: number): BytesCodec {
  const codec = async () => (await import("numcodecs/zstd")).default.fromConfig({ level });
  return {
    name: "zstd",
    encode: async (bytes) => (await codec()).encode(bytes),
    decode: decodeZstd,
    version2: { id: "zstd", level: BigInt(level) },
    version3: { name: "zstd", configuration: { level: BigInt(level), checksum: false } },
  };
}

async function decodeZstd(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  checkZstdLength(bytes, limit);
  const decoder = (await import("numcodecs/zstd")).default.fromConfig({ level: 1 });
  return checked(decoder.decode(bytes), limit);
}

export interface BloscSettings {
  readonly cname: string;
  readonly clevel: number;
  /** 0: none, 1: by bytes, 2: by bits. */
  readonly shuffle: 0 | 1 | 2;
  readonly typesize: number;
}

const SHUFFLES: readonly string[] = ["noshuffle", "shuffle", "bitshuffle"];

export function bloscCodec({ cname, clevel, shuffle: kind, typesize }: BloscSettings): BytesCodec {
  const codec = async () =>
    (await import("numcodecs/blosc")).default.fromConfig({ cname, clevel, shuffle: kind, blocksize: 0 });
  const json = { cname, clevel: BigInt(clevel), blocksize: 0n };
  return {
    name: "blosc",
    encode: async (bytes) => (await codec()).encode(bytes),
    decode: (bytes, limit) =>
      decodeBlosc(bytes, {
        limit,
        pause: () => turns.spend(BLOSC_BLOCK_BYTES),
        zlib: (stream, length) => decompress(stream, "zlib", length),
        zstd: decodeZstd,
      }),
    version2: { id: "blosc", ...json, shuffle: BigInt(kind) },
    version3: {
      name: "blosc",
      configuration: { ...json, typesize: BigInt(typesize), shuffle: SHUFFLES[kind] ?? "shuffle" },
    },
  };
}

function lz4Codec(): BytesCodec {
  const codec = async () => (await import("numcodecs/lz4")).default.fromConfig({});
  return {
    name: "lz4",
    encode: async (bytes) => (await codec()).encode(bytes),
    decode: async (bytes, limit) => {
      // numcodecs puts the length in front.
      const length =
        bytes.length < 4 ? limit + 1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      if (length > limit) throw new RangeError(`it does not say that it holds at most ${limit} bytes`);
      const result = new Uint8Array(length);
      decodeLz4Block(bytes.subarray(4), result);
      return result;
    },
    version2: { id: "lz4" },
    version3: { name: "numcodecs.lz4", configuration: {} },
  };
}

async function checked(decoded: Uint8Array | Promise<Uint8Array>, limit: number): Promise<Uint8Array> {
  const bytes = await decoded;
  if (bytes.length > limit) throw new RangeError(`longer than ${limit} bytes`);
  return bytes;
}

/** The codec of a name, with its configuration; undefined where it is none of ours. */
export function bytesCodec(id: string, configuration: JsonObject, itemBytes: number): BytesCodec | undefined {
  const whole = (name: string, otherwise: number, min: number, max: number): number => {
    const value = configuration[name];
    const number = typeof value === "bigint" ? Number(value) : otherwise;
    if (number < min || number > max)
      throw new FileStorageException(`the codec ${id} has ${name} ${number}, not ${min} to ${max}`);
    return number;
  };
  switch (id.replace(/^numcodecs\./, "")) {
    case "gzip":
      return zlibCodec("gzip", whole("level", 1, 0, 9));
    case "zlib":
      return zlibCodec("zlib", whole("level", 1, 0, 9));
    case "zstd":
      return zstdCodec(whole("level", 0, -131072, 22));
    case "lz4":
      return lz4Codec();
    case "crc32c":
      return checksumCodec;
    case "shuffle":
      return shuffleCodec(whole("elementsize", itemBytes, 1, 2 ** 31));
    case "blosc": {
      const { cname, shuffle: kind } = configuration;
      const named = typeof kind === "string" ? SHUFFLES.indexOf(kind) : Number(kind ?? 1);
      return bloscCodec({
        cname: typeof cname === "string" ? cname : "lz4",
        clevel: whole("clevel", 5, 0, 9),
        // -1 is "by itself": by bits for bytes, by bytes for others.
        shuffle: named === 0 || named === 2 ? named : named === -1 && itemBytes === 1 ? 2 : 1,
        typesize: whole("typesize", itemBytes, 0, 2 ** 31),
      });
    }
    default:
      return undefined;
  }
}
