import fc from "fast-check";
import { expect, it } from "vitest";
import { damages, roundTrip, SEED, survives, trees } from "./support/random-archives.js";

const text = (tree: Record<string, Uint8Array>) =>
  Object.fromEntries(
    Object.entries(tree).map(([path, bytes]) => [path, Buffer.from(bytes).toString("latin1")]),
  );

it("any tree is unpacked as it was packed", async () => {
  await fc.assert(
    fc.asyncProperty(trees, fc.constantFrom(0, 1, 6), async (tree, level) => {
      expect(await roundTrip(tree, level)).toEqual(text(tree));
    }),
    { seed: SEED, numRuns: 100 },
  );
});

it("an archive that is damaged anywhere is refused without a trace, or harmless", async () => {
  await fc.assert(
    fc.asyncProperty(damages, async (steps) => void (await survives(steps))),
    { seed: SEED, numRuns: 400 },
  );
});
