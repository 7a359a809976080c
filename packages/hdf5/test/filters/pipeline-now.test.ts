import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodePipelineNow, encodePipeline } from "../../src/filters/encode-pipeline.js";
import { FilterError } from "../../src/filters/filter.js";
import { decodePipeline } from "../../src/filters/pipeline.js";

const deflate = { id: 1, name: "deflate", clientData: [4] };
const shuffle = (size: number) => ({ id: 2, name: "shuffle", clientData: [size] });
const fletcher32 = { id: 3, name: "fletcher32", clientData: [] };

const PIPELINES = [
  { what: "none", filters: [] },
  { what: "gzip", filters: [deflate] },
  { what: "shuffle", filters: [shuffle(4)] },
  { what: "shuffle by an odd size", filters: [shuffle(3), deflate] },
  { what: "all, the checksum last", filters: [shuffle(8), deflate, fletcher32] },
  { what: "all, the checksum first", filters: [fletcher32, shuffle(8), deflate] },
];

describe("undoing filters at once", () => {
  it.each(PIPELINES)("gives what was filtered: $what", async ({ filters }) => {
    for (const length of [1, 7, 4096, 100_003]) {
      const bytes = new Uint8Array(randomBytes(length)).map((byte, index) => (index % 5 === 0 ? byte : 3));
      const stored = await encodePipeline(bytes, filters);
      expect(Buffer.compare(decodePipelineNow(stored, filters, length), bytes)).toBe(0);
    }
  });

  it.each(PIPELINES)("says of damaged bytes what undoing them in turns says: $what", async ({ filters }) => {
    const bytes = new Uint8Array(1000).map((_, index) => index);
    const stored = await encodePipeline(bytes, filters);
    const context = { length: 1000, decoders: {}, isOnly: true, pause: async () => undefined };
    for (let at = 0; at < stored.length; at += 7) {
      const damaged = stored.slice(0, at % 3 === 0 ? at : stored.length);
      if (at < damaged.length) damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      const inTurns = await decodePipeline(damaged, filters, context).catch((error: unknown) => error);
      if (inTurns instanceof FilterError)
        expect(() => decodePipelineNow(damaged, filters, 1000)).toThrow(inTurns.message);
      else expect(decodePipelineNow(damaged, filters, 1000)).toEqual(inTurns);
    }
  });
});
