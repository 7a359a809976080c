import { readFileSync, writeFileSync } from "node:fs";
import Blosc from "numcodecs/blosc";
import Lz4 from "numcodecs/lz4";
import Zstd from "numcodecs/zstd";
import { describe, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { blosc, lz4, zstd } from "../../src/filters.js";
import { type FilterDecoder, type FilterDecoders, open, verify } from "../../src/index.js";

const COUNT = 50_007;
const numbers = Int32Array.from({ length: COUNT }, (_, at) => (at % 1000) * (at % 7 === 0 ? -1 : 3));
const content = new Uint8Array(numbers.buffer);
const noise = Uint8Array.from({ length: 20_000 }, (_, at) => Math.imul(at + 1, 2_654_435_761) >>> 24);

function decode(decoders: FilterDecoders, bytes: Uint8Array, limit = content.length): Promise<Uint8Array> {
  const [decoder] = Object.values(decoders);
  if (decoder === undefined) throw new Error("no decoder");
  return Promise.resolve(
    decoder(bytes, { clientData: [], limit, isOnly: true, pause: async () => undefined }),
  );
}

interface Codec {
  encode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

const encode = async (codec: unknown, bytes: Uint8Array): Promise<Uint8Array> =>
  (codec as Codec).encode(bytes); // numcodecs' declarations do not resolve

/** HDF5's filter 32004, of blocks that numcodecs encodes. */
async function lz4Chunk(bytes: Uint8Array, blockBytes: number): Promise<Uint8Array> {
  const header = Buffer.alloc(12);
  header.writeBigUInt64BE(BigInt(bytes.length));
  header.writeUInt32BE(blockBytes, 8);
  const parts: Uint8Array[] = [header];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    // numcodecs puts the length before it.
    const coded = (await encode(Lz4.fromConfig({}), block)).subarray(4);
    const size = Buffer.alloc(4);
    const stored = coded.length < block.length ? coded : block;
    size.writeUInt32BE(stored.length);
    parts.push(size, stored);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const bloscChunk = (cname: string, shuffle: number, bytes = content, blocksize = 0): Promise<Uint8Array> =>
  encode(Blosc.fromConfig({ cname, shuffle, clevel: 5, blocksize }), bytes);
const zstdChunk = (bytes = content): Promise<Uint8Array> => encode(Zstd.fromConfig({ level: 3 }), bytes);

describe("what numcodecs encodes is decoded", () => {
  const NAMES = ["blosclz", "lz4", "lz4hc", "zlib", "zstd"];
  it.each(NAMES.flatMap((name) => [0, 1, 2].map((shuffle) => [name, shuffle] as const)))(
    "by blosc with %s and shuffle %i",
    async (name, shuffle) => {
      for (const blocksize of [0, 4096, 40_000]) {
        const bytes = await bloscChunk(name, shuffle, content, blocksize);
        expect(Buffer.compare(await decode(blosc, bytes), content)).toBe(0);
      }
      for (const short of [content.subarray(0, 24_000), content.subarray(0, 600), noise, new Uint8Array(3)])
        expect(Buffer.compare(await decode(blosc, await bloscChunk(name, shuffle, short)), short)).toBe(0);
    },
  );

  it("by lz4, in blocks of any length and with blocks that were stored as they are", async () => {
    for (const bytes of [content, noise, content.subarray(0, 100), new Uint8Array()]) {
      for (const blockBytes of [1000, 65_536, 1 << 30])
        expect(Buffer.compare(await decode(lz4, await lz4Chunk(bytes, blockBytes)), bytes)).toBe(0);
    }
  });

  it("by zstd", async () => {
    for (const bytes of [content, noise, content.subarray(0, 100)])
      expect(Buffer.compare(await decode(zstd, await zstdChunk(bytes)), bytes)).toBe(0);
  });
});

describe("a chunk that is not what its filter writes is an error", () => {
  const chunks = {
    "blosc with BloscLZ": () => [blosc, bloscChunk("blosclz", 1)] as const,
    "blosc with LZ4": () => [blosc, bloscChunk("lz4", 2)] as const,
    "blosc with zlib": () => [blosc, bloscChunk("zlib", 0)] as const,
    lz4: () => [lz4, lz4Chunk(content, 65_536)] as const,
    zstd: () => [zstd, zstdChunk()] as const,
  };
  it.each(Object.entries(chunks))("%s: cut short, or longer than the limit", async (_, made) => {
    const [decoders, making] = made();
    const bytes = await making;
    for (const length of [0, 3, 8, 11, 15, 17, 30, bytes.length >> 1, bytes.length - 1])
      await expect(decode(decoders, bytes.slice(0, length))).rejects.toThrow();
    await expect(decode(decoders, bytes, content.length - 1)).rejects.toThrow(/would unpack to 200028 bytes/);
  });

  it.each(Object.entries(chunks))(
    "%s: with any byte changed it is an error, or as long as it says",
    async (_, made) => {
      const [decoders, making] = made();
      const bytes = await making;
      for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 200)) {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        const result = await decode(decoders, changed).catch((error: unknown) => error);
        if (result instanceof Uint8Array) expect(result.length).toBeLessThanOrEqual(content.length);
        else expect((result as Error).constructor.name).toBe("FilterError");
      }
    },
  );

  it("takes no memory for a length that its bytes cannot stand for", async () => {
    const forged = async (
      decoders: FilterDecoders,
      making: Promise<Uint8Array>,
      at: number,
      length: number,
    ) => {
      const bytes = await making;
      new DataView(bytes.buffer).setUint32(at, 0xf000_0000, decoders !== lz4);
      await expect(decode(decoders, bytes.subarray(0, length), 2 ** 33)).rejects.toThrow(
        /would unpack to \d+ bytes/,
      );
    };
    const zeros = new Uint8Array(100_000);
    await forged(blosc, bloscChunk("lz4", 1), 4, 1000);
    await forged(lz4, lz4Chunk(zeros, 65_536), 4, 1000);
    await forged(zstd, zstdChunk(zeros), 5, 1000);
  });

  it("blosc with Snappy, which is refused by name", async () => {
    await expect(decode(blosc, await bloscChunk("snappy", 1))).rejects.toThrow(
      "in Snappy, which is not known here",
    );
  });
});

describe("decoders that are given", () => {
  // A dataset of ten int32 in one chunk of 15 bytes with the filter 32015.
  const file = new Uint8Array(readFileSync(new URL("../../../../fixtures/h5py/refused.h5", import.meta.url)));
  const reading = async (decoder: FilterDecoder) =>
    (await open(file, { filters: { 32015: decoder } })).read("/zstd");

  it("get the bytes of the chunk and the length that they may have, at once or later", async () => {
    const decoded = Int32Array.from({ length: 10 }, (_, at) => at * at);
    const seen: unknown[] = [];
    const decoder: FilterDecoder = (bytes, { limit }) => {
      seen.push(bytes.length, limit);
      return new Uint8Array(decoded.buffer);
    };
    expect((await reading(decoder)).data).toEqual(decoded);
    expect((await reading(async (bytes, context) => decoder(bytes, context))).data).toEqual(decoded);
    expect(seen).toEqual([15, 40, 15, 40]);
  });

  it("go before those of the package", async () => {
    const opened = await open(file, { filters: { 32000: () => new Uint8Array(40) } });
    expect((await opened.read("/lzf")).data).toEqual(new Int32Array(50));
    expect((await (await open(file)).read("/lzf")).data).not.toEqual(new Int32Array(50));
  });

  it("are errors of the chunk where they throw, or give something else", async () => {
    const where = "/zstd is damaged: the chunk at [0] (zstd) ";
    const fails: FilterDecoder = () => {
      throw new Error("bad magic");
    };
    await expect(reading(fails)).rejects.toThrow(
      `${where}cannot be decoded by the decoder that was given for zstd (bad magic)`,
    );
    await expect(reading(() => new Uint8Array(41))).rejects.toThrow(
      `${where}decodes to 41 bytes, more than 40`,
    );
    await expect(reading(() => new Uint8Array(39))).rejects.toThrow(
      `${where}decodes to 39 bytes, its shape needs 40`,
    );
    await expect(reading((() => "text") as unknown as FilterDecoder)).rejects.toThrow("to no Uint8Array");
  });

  it("are what verify judges by; without them a dataset is unjudged", async () => {
    const problemsWith = async (filters?: FilterDecoders) =>
      (await verify(file, filters === undefined ? {} : { filters })).filter(({ path }) => path === "/zstd");
    expect(await problemsWith()).toEqual([
      expect.objectContaining({ kind: "unjudged", problem: expect.stringContaining("give a decoder") }),
    ]);
    expect(await problemsWith({ 32015: () => new Uint8Array(40) })).toEqual([]);
    expect(await problemsWith(zstd)).toEqual([expect.objectContaining({ kind: "damage" })]);
  });

  it.each([
    [{ zstd: () => new Uint8Array() }],
    [{ 32015: "zstd" }],
    [{ 65536: () => new Uint8Array() }],
    [null],
  ])("are refused where they are no functions by number: %j", async (filters) => {
    await expect(open(file, { filters: filters as never })).rejects.toThrow("decoders by filter number");
  });
});

/** Adds a dataset of one chunk, whose filter HDF5 need not have. */
const WRITE = `
path, name, number, chunk = sys.argv[1:]
with h5py.File(path, "a") as f:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((${COUNT},))
    plist.set_filter(int(number), h5py.h5z.FLAG_OPTIONAL, (1, 2))
    space = h5py.h5s.create_simple((${COUNT},))
    made = h5py.h5d.create(f.id, name.encode(), h5py.h5t.STD_I32LE, space, dcpl=plist)
    made.write_direct_chunk((0,), open(chunk, "rb").read(), filter_mask=0)
`;

describe("files of h5py", () => {
  const folder = temporaryFolder("given-decoders-");

  itWith(h5py)("with chunks of blosc, lz4 and zstd are read", async () => {
    const chunks = {
      blosc: [32001, await bloscChunk("blosclz", 1)],
      lz4: [32004, await lz4Chunk(content, 65_536)],
      zstd: [32015, await zstdChunk()],
    } as const;
    const path = folder("plugged.h5");
    for (const [name, [id, bytes]] of Object.entries(chunks)) {
      writeFileSync(folder(name), bytes);
      runPython(WRITE, path, name, `${id}`, folder(name));
    }
    const file = await open(new Uint8Array(readFileSync(path)), { filters: { ...blosc, ...lz4, ...zstd } });
    for (const name of Object.keys(chunks)) expect((await file.read(`/${name}`)).data).toEqual(numbers);
    const plain = await open(new Uint8Array(readFileSync(path)));
    await expect(plain.read("/lz4")).rejects.toThrow("give a decoder (filters: { 32004: ... })");
  });
});
