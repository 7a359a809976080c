import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { describeWith, zarrPython } from "../../../../test/support/judges.ts";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { bytesCodec } from "../../src/codecs/bytes-codecs.ts";

const folder = temporaryFolder("damaged-blosc");
const BYTES = 40_000;

/** Prints for each buffer what it holds, or that it is refused. */
const DECODE = `
import json, sys, hashlib, numcodecs
codec = numcodecs.Blosc() if sys.argv[2] == "blosc" else numcodecs.LZ4()
def decoded(text):
    try: return hashlib.sha256(bytes(codec.decode(bytes.fromhex(text)))).hexdigest()
    except Exception: return "refused"
print(json.dumps([decoded(each) for each in json.load(open(sys.argv[1]))]))
`;

const sha256 = async (bytes: Uint8Array): Promise<string> =>
  Buffer.from(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes))).toString("hex");

describeWith(zarrPython)("a chunk with one bit changed", () => {
  const setups = [
    ["blosc", { cname: "lz4", shuffle: 1n }],
    ["blosc", { cname: "blosclz", shuffle: 2n }],
    ["blosc", { cname: "zlib", shuffle: 1n }],
    ["blosc", { cname: "zstd", shuffle: 1n }],
    ["lz4", {}],
  ] as const;
  for (const [index, [id, configuration]] of setups.entries()) {
    const name = [id, ...Object.values(configuration)].join(" ");
    it(`is refused, at least where numcodecs of Python refuses it, or holds the same: ${name}`, async () => {
      const codec = bytesCodec(id, configuration, 8);
      if (codec === undefined) throw new Error("it is one of ours");
      const plain = Float64Array.from({ length: BYTES / 8 }, (_, i) => Math.floor(i / 7) / 4);
      const coded = await codec.encode(new Uint8Array(plain.buffer));
      const damaged = Array.from({ length: 120 }, (_, i) => {
        // Not in the header, whose lengths numcodecs trusts.
        const at = 16 + ((i * 7919) % (coded.length - 16));
        return coded.map((byte, j) => (j === at ? byte ^ (1 << (i % 8)) : byte));
      });
      const path = folder(`${index}.json`);
      writeFileSync(path, JSON.stringify(damaged.map((each) => Buffer.from(each).toString("hex"))));
      const output = execFileSync(zarrPython.command, ["-c", DECODE, path, id], { encoding: "utf8" });
      const theirs = JSON.parse(output) as readonly string[];
      const ours = await Promise.all(
        damaged.map((each) => codec.decode(each, BYTES).then(sha256, () => "refused")),
      );
      expect(ours.filter((each, i) => each !== "refused" && each !== theirs[i])).toEqual([]);
      expect(ours).toContain("refused");
    });
  }
});
