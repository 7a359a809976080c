import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enumerateCrashes } from "./crash-points.js";
import { arbitraryTransaction } from "./transactions.js";

const EXTENT = 14_000;

/** The same transactions on every run: 24 scenarios of three. */
const SCENARIOS = fc.sample(fc.array(arbitraryTransaction(EXTENT, 5), { minLength: 3, maxLength: 3 }), {
  seed: 20,
  numRuns: 24,
});

describe("recovery, at every call in which a writer can die", () => {
  it("gives the last acknowledged commit or the one after it, and the same to readers before", async () => {
    let points = 0;
    for (const [index, transactions] of SCENARIOS.entries())
      points += (
        await enumerateCrashes({
          ...(index % 4 === 0
            ? {}
            : { before: [{ kind: "write", position: 8, data: new Uint8Array(9000).fill(index) }] }),
          transactions,
          options: { bufferBytes: index % 3 === 0 ? 8192 : 1 << 24 },
        })
      ).points;
    expect(points).toBeGreaterThan(1000);
  });

  it("gives it after power cuts too", async () => {
    let points = 0;
    for (const [index, transactions] of SCENARIOS.slice(0, 10).entries())
      points += (
        await enumerateCrashes({
          ...(index % 4 === 0
            ? {}
            : { before: [{ kind: "write", position: 8, data: new Uint8Array(9000).fill(index) }] }),
          transactions,
          options: { durability: "power", bufferBytes: index % 3 === 0 ? 8192 : 1 << 24 },
          powerLoss: [
            "synced",
            "all",
            ...Array.from({ length: 6 }, (_, seed) => ({ seed: seed + 10 * index })),
          ],
        })
      ).points;
    expect(points).toBeGreaterThan(4000);
  });

  it("gives it where recovery is interrupted at any of its calls, and done again", async () => {
    let recoveries = 0;
    for (const transactions of SCENARIOS.slice(0, 3))
      recoveries += (
        await enumerateCrashes({
          before: [{ kind: "write", position: 8, data: new Uint8Array(9000).fill(3) }],
          transactions: transactions.slice(0, 2),
          crashRecovery: true,
        })
      ).recoveries;
    expect(recoveries).toBeGreaterThan(500);
  });
});
