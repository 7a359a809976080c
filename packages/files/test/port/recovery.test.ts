import { describe, expect, it } from "vitest";
import { createMemoryFs, faultyFs } from "../../../testkit/src/index.js";
import { JournaledPort } from "../../src/port/journaled-port.js";
import { ReadPort } from "../../src/port/read-port.js";
import { acquireWriterLock } from "../../src/port/writer-lock.js";
import { enumerateCrashes, PATH } from "./crash-points.js";
import {
  makeChanges,
  recoverPath,
  sameBytes,
  seenByOthers,
  seenByReader,
  type Transaction,
  transact,
} from "./transactions.js";

const fill = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
const write = (position: number, data: Uint8Array) => ({ kind: "write", position, data }) as const;
const cut = (length: number) => ({ kind: "truncate", length }) as const;

const BEFORE: Transaction = [write(8, fill(10_000, 1))];

const SCENARIOS: Record<string, readonly Transaction[]> = {
  "overwriting at several places": [
    [write(20, fill(5, 2)), write(4090, fill(12, 3)), write(9000, fill(100, 4))],
  ],
  "appending and overwriting, three times": [
    [write(10_008, fill(5000, 2)), write(100, fill(10, 2))],
    [write(15_008, fill(5000, 3)), write(100, fill(10, 3))],
    [write(20_008, fill(5000, 4)), write(5100, fill(10, 4))],
  ],
  shrinking: [[cut(3000), write(200, fill(20, 5))]],
  "shrinking and growing again": [[cut(3000), write(12_000, fill(20, 5))], [cut(11_000)]],
  "overwriting across the committed length": [[write(9000, fill(3000, 6))], [write(11_000, fill(3000, 7))]],
};

describe("recovery after the death of a writer", () => {
  it.each(Object.entries(SCENARIOS))(
    "gives the old or the new commit, wherever the writer dies, when %s",
    async (_name, transactions) => {
      const { points } = await enumerateCrashes({ before: BEFORE, transactions });
      expect(points).toBeGreaterThan(15);
    },
  );

  it("gives the same where it is interrupted, and done again", async () => {
    const changes = [write(20, fill(5, 2)), cut(9000)];
    const { recoveries } = await enumerateCrashes({
      before: BEFORE,
      transactions: [changes],
      crashRecovery: true,
    });
    expect(recoveries).toBeGreaterThan(100);
  });

  it("gives no file or the whole of a new one", async () => {
    const { points } = await enumerateCrashes({
      transactions: [[write(8, fill(6000, 1))], [write(3000, fill(6000, 2))]],
    });
    expect(points).toBeGreaterThan(20);
  });

  it("gives the old or the new commit where buffered writes go to the journal before the commit", async () => {
    const changes = Array.from({ length: 12 }, (_, index) =>
      write(8 + ((index * 3571) % 9000), fill(900, index + 2)),
    );
    const { points } = await enumerateCrashes({
      before: BEFORE,
      transactions: [changes, [cut(5000), ...changes]],
      options: { bufferBytes: 8192 },
    });
    expect(points).toBeGreaterThan(30);
  });

  it("recognizes its file also where the journal has bytes at the beginning several times", async () => {
    const { points } = await enumerateCrashes({
      before: BEFORE,
      transactions: [[write(20, fill(13_000, 2)), write(12, fill(20, 3)), write(16, fill(9500, 4))]],
      options: { bufferBytes: 8192 },
    });
    expect(points).toBeGreaterThan(20);
  });

  it("gives the old or the new commit after power cuts that lose or reorder what was not synced", async () => {
    const { points } = await enumerateCrashes({
      before: BEFORE,
      transactions: (SCENARIOS["appending and overwriting, three times"] ?? []).slice(0, 2),
      options: { durability: "power" },
      powerLoss: ["synced", "all", { seed: 1 }, { seed: 2 }],
    });
    expect(points).toBeGreaterThan(200);
  });

  it("gives it after power cuts also where the file had a tail that a dead writer left", async () => {
    const { points } = await enumerateCrashes({
      before: BEFORE,
      tail: fill(3000, 9),
      transactions: [[write(20, fill(5, 2)), write(9000, fill(100, 4))]],
      options: { durability: "power" },
      powerLoss: ["synced", "all", ...Array.from({ length: 20 }, (_, seed) => ({ seed }))],
    });
    expect(points).toBeGreaterThan(200);
  });
});

/** A file whose writer died between deciding its commit and bringing it into the file. */
async function committed(headPosition = 0): Promise<{
  fs: ReturnType<typeof createMemoryFs>;
  before: Uint8Array;
  after: Uint8Array;
}> {
  const fs = createMemoryFs({ "/d/other": "" });
  await transact(fs, PATH, BEFORE);
  const before = seenByOthers(fs, PATH) ?? fill(0, 0);
  const faulty = faultyFs(fs, {
    calls: (call) => call.kind === "write" && call.path === PATH,
    at: 1,
    action: "stop",
  });
  const lock = await acquireWriterLock(faulty, PATH);
  const port = JournaledPort.open(lock, { headPosition: () => headPosition });
  makeChanges(port, [write(100, fill(10, 9)), write(7000, fill(10, 9))]);
  expect(() => port.commit()).toThrow("it is committed");
  lock.release();
  const after = before.slice();
  after.fill(9, 100, 110);
  after.fill(9, 7000, 7010);
  return { fs, before, after };
}

describe("recovery", () => {
  it("reports what it did", async () => {
    const { fs, before, after } = await committed();
    expect(sameBytes(seenByOthers(fs, PATH), before)).toBe(true);
    expect(await recoverPath(fs, PATH)).toBe("applied");
    expect(sameBytes(seenByOthers(fs, PATH), after)).toBe(true);
    expect(await recoverPath(fs, PATH)).toBe("clean");
    fs.writeFileSync(`${PATH}.partial`, "left");
    expect(await recoverPath(fs, PATH)).toBe("discarded");
    expect(fs.existsSync(`${PATH}.partial`)).toBe(false);
  });

  it("discards a journal in which any bit is wrong", async () => {
    const { fs, before, after } = await committed();
    const journal = new Uint8Array(Buffer.from(fs.readFileSync(`${PATH}.journal`)));
    for (let at = 512; at < journal.length; at++) {
      const damaged = journal.slice();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      fs.writeFileSync(`${PATH}.journal`, damaged);
      expect(sameBytes(seenByReader(fs, PATH), before), `byte ${at}`).toBe(true);
    }
    for (let length = 0; length < journal.length; length++) {
      fs.writeFileSync(`${PATH}.journal`, journal.subarray(0, length));
      expect(sameBytes(seenByReader(fs, PATH), before), `length ${length}`).toBe(true);
    }
    fs.writeFileSync(`${PATH}.journal`, journal);
    expect(sameBytes(seenByReader(fs, PATH), after)).toBe(true);
  });

  it.each([
    ["was made longer", (bytes: Uint8Array) => Uint8Array.of(...bytes, 1)],
    ["was made shorter", (bytes: Uint8Array) => bytes.slice(0, -1)],
    [
      "got another superblock",
      (bytes: Uint8Array) => bytes.map((byte, index) => (index === 60 ? byte + 1 : byte)),
    ],
    ["was replaced", (bytes: Uint8Array) => bytes.map(() => 77)],
  ])("leaves a file alone that %s by another program since", async (_what, change) => {
    const { fs } = await committed();
    const changed = change(new Uint8Array(Buffer.from(fs.readFileSync(PATH))));
    fs.writeFileSync(PATH, changed);
    const reader = ReadPort.open(fs, PATH);
    const shown = fill(reader.size, 0);
    reader.read(shown, 0);
    reader.close();
    expect(sameBytes(shown, changed)).toBe(true);
    expect(await recoverPath(fs, PATH)).toBe("stale");
    expect(sameBytes(new Uint8Array(Buffer.from(fs.readFileSync(PATH))), changed)).toBe(true);
  });

  it("recognizes a file with a user block by the superblock behind that", async () => {
    for (const [position, outcome] of [
      [60, "applied"],
      [95, "applied"],
      [520, "stale"],
      [607, "stale"],
      [608, "applied"],
    ] as const) {
      const { fs } = await committed(512);
      const changed = new Uint8Array(Buffer.from(fs.readFileSync(PATH)));
      changed[position] = 77;
      fs.writeFileSync(PATH, changed);
      expect(await recoverPath(fs, PATH), `byte ${position}`).toBe(outcome);
    }
  });

  it("makes no file of a journal whose file was removed", async () => {
    const { fs } = await committed();
    fs.unlinkSync(PATH);
    expect(await recoverPath(fs, PATH)).toBe("stale");
    expect(fs.readdirSync("/d")).toEqual(["other"]);
  });

  it("says which file could not be recovered, keeps the commit for the next time, and does not hold the lock", async () => {
    const { fs, after } = await committed();
    const faulty = faultyFs(fs, {
      calls: (call) => call.kind === "write" && call.path === PATH,
      at: 1,
      errno: "EIO",
    });
    await expect(recoverPath(faulty, PATH)).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining(PATH),
    });
    expect(sameBytes(seenByReader(fs, PATH), after)).toBe(true);
    expect(await recoverPath(fs, PATH, { timeoutMs: 0 })).toBe("applied");
    expect(fs.readdirSync("/d")).toEqual(["a.h5", "other"]);
  });
});
