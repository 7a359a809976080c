import fc from "fast-check";
import { expect, it } from "vitest";
import { damages, HONEST_BYTES, roundTrip, SEED, survives, trees } from "./support/random-archives.js";

it("any tree is unpacked as it was packed", async () => {
  await fc.assert(
    fc.asyncProperty(trees, fc.integer({ min: 0, max: 9 }), async (tree, level) => {
      const found = await roundTrip(tree, level);
      expect(Object.keys(found).sort()).toEqual(Object.keys(tree).sort());
      for (const [path, bytes] of Object.entries(tree))
        expect(found[path]).toBe(Buffer.from(bytes).toString("latin1"));
    }),
    { seed: SEED, numRuns: 3000 },
  );
});

it("an archive that is damaged anywhere is refused without a trace, or harmless", async () => {
  await fc.assert(
    fc.asyncProperty(damages, async (steps) => void (await survives(steps))),
    { seed: SEED, numRuns: 20_000 },
  );
});

it("an archive with any one byte replaced is refused without a trace, or harmless", async () => {
  const outcome = { refused: 0, unpacked: 0 };
  for (let at = 0; at < HONEST_BYTES; at++)
    for (const value of [0, 1, 0x2e, 0x2f, 0x80, 0xff])
      outcome[await survives([{ kind: "set", at, value, length: 1 }])] += 1;
  // Dates, versions and the like may differ; most bytes may not.
  expect(outcome.refused).toBeGreaterThan(outcome.unpacked);
});
