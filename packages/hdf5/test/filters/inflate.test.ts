import { deflateSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { inflate as inflateInBrowser } from "../../src/filters/inflate.browser.js";
import { inflate as inflateOnNode } from "../../src/filters/inflate.node.js";

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 2_654_435_761) >>> 13);
const stream = new Uint8Array(deflateSync(content));
const wrongSum = stream.slice();
wrongSum[wrongSum.length - 1] = (wrongSum.at(-1) ?? 0) ^ 1;

describe.each([
  ["Node", inflateOnNode],
  ["a browser", inflateInBrowser],
])("inflating on %s", (_, inflate) => {
  it("gives the content, up to the limit", async () => {
    for (const isOnly of [true, false]) {
      expect(Buffer.compare(await inflate(stream, content.length, isOnly), content)).toBe(0);
      await expect(inflate(stream, content.length - 1, isOnly)).rejects.toThrow(RangeError);
    }
    expect(await inflate(new Uint8Array(deflateSync("")), 0, true)).toHaveLength(0);
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["no stream", new Uint8Array([1, 2, 3, 4])],
    ["a stream without its last byte", stream.subarray(0, -1)],
    ["half a stream", stream.subarray(0, stream.length / 2)],
    ["a stream with another checksum", wrongSum],
  ])("refuses %s", async (_, bytes) => {
    await expect(inflate(bytes, content.length, true)).rejects.toThrow();
  });
});

describe("inflating in a browser, which makes all of what it is given at once", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("takes no more memory than the limit and what comes of a short piece", async () => {
    let made = 0;
    class AllAtOnce extends TransformStream<Uint8Array, Uint8Array> {
      constructor() {
        super({
          transform: (piece, controller) => {
            made += 1000 * piece.length;
            for (let each = 0; each < 1000; each++) controller.enqueue(piece);
          },
        });
      }
    }
    vi.stubGlobal("DecompressionStream", AllAtOnce);
    await expect(inflateInBrowser(new Uint8Array(200_000), 1000, true)).rejects.toThrow(RangeError);
    expect(made).toBeLessThan(40_000_000);
  });
});
