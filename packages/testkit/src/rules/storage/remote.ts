import type { StorageManager } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { equal, isLowLevel, isTrue, rejects } from "../expect.js";
import type { RequestFate } from "../kit-store.js";
import { looksAt, stateOf } from "../look.js";
import { atomicCommit, growable, remoteObjects, removal } from "../requirements.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

// What may happen to the objects of a remote store: other processes change them, they are damaged, requests are slow
// or fail. That nothing is removed before a commit is shown by the faults: the process stops at every request.

type Snapshot = ReadonlyMap<string, Uint8Array>;

/** Makes the store have these objects and no others, as another process might. */
async function restore(t: StorageContext, snapshot: Snapshot): Promise<void> {
  for (const name of (await t.medium.stored()).keys())
    if (!snapshot.has(name)) await t.medium.put(name, undefined);
  for (const [name, content] of snapshot) await t.medium.put(name, content);
}

/** A file of two datasets, before and after a change, as what is stored and as what is read. */
async function twoStates(t: StorageContext, m: StorageManager) {
  await m.storeData(t.data([1, 2]), "x");
  await m.setMetadata({ a: "old" });
  await m.closeFile();
  const old = { stored: await t.medium.stored(), state: await stateOf(m) };
  await m.storeData(t.data([3, 4]), "x");
  await m.storeData(t.data([5, 6, 7]), "y");
  await m.setMetadata({ a: "new" });
  await m.setMetadata({ unit: "mV" }, "x");
  await m.closeFile();
  return { old, changed: { stored: await t.medium.stored(), state: await stateOf(m) } };
}

const elsewhere: readonly Rule<StorageContext>[] = [
  rule("a manager reads what another process has stored since its last call", [remoteObjects], async (t) => {
    const m = t.open();
    const { old, changed } = await twoStates(t, m);
    for (const { stored, state } of [old, changed, old]) {
      await restore(t, stored);
      equal(await stateOf(m), state);
      for (const { look } of looksAt(["x"])) await look(m);
    }
    equal(await m.getData("y", { ignoreErrors: true }), null);
  }),
  rule("a change is made to what another process has stored", [remoteObjects], async (t) => {
    const m = t.open();
    const { old } = await twoStates(t, m);
    await restore(t, old.stored);
    await m.storeData(t.data([9]), "z");
    t.equalData(await m.getData("x"), [2], [1, 2]);
    t.equalData(await t.open().getData("z"), [1], [9]);
    equal(await m.getData("y", { ignoreErrors: true }), null);
    equal((await m.getMetadata())["a"], "old");
  }),
  rule("a file whose objects another process has removed is missing", [remoteObjects], async (t) => {
    const m = t.open();
    await twoStates(t, m);
    await restore(t, new Map());
    equal(await m.isValidTvbFile(), false);
    await rejects(m.getData("x"), "FILE_STRUCTURE", [t.path()]);
    await rejects(m.getMetadata(), "FILE_STRUCTURE", [t.path()]);
    await rejects(m.getFileDataVersion(), "MISSING_DATA_FILE", [t.path()]);
    await m.storeData(t.data([1]), "z");
    equal(await m.getData("x", { ignoreErrors: true }), null);
    t.equalData(await m.getData("z"), [1], [1]);
  }),
];

/** With more requests than this, a call is taken to read again for ever. */
const MAX_REQUESTS = 1000;

const between: readonly Rule<StorageContext>[] = looksAt(["x"]).map(({ method, look }) =>
  rule<StorageContext>(
    `${method} is the old or the new where another process commits in the middle`,
    [remoteObjects, atomicCommit],
    async (t) => {
      const m = t.open();
      const { old, changed } = await twoStates(t, m);
      const right = await look(m);
      await restore(t, old.stored);
      const before = await look(m);
      for (let at = 1; ; at++) {
        await restore(t, old.stored);
        let count = 0;
        t.remote?.onRequest(async (): Promise<RequestFate> => {
          count += 1;
          if (count === at) await restore(t, changed.stored);
          return "done";
        });
        const found = await look(m).catch((error: unknown) => {
          // A stream is of several calls, which cannot go on with another dataset.
          if (method.startsWith("streamData") && isTVBException(error, "FILE_STORAGE")) return before;
          throw error;
        });
        t.remote?.onRequest(undefined);
        isTrue(found === before || found === right, `neither the old nor the new at request ${at}: ${found}`);
        if (count < at) break;
        isTrue(at < MAX_REQUESTS, "it still makes requests");
      }
    },
  ),
);

/** Ways in which an object is damaged that show without a checksum. A removed one may be a file. */
const damages: readonly {
  readonly what: string;
  readonly mayBeMissing?: true;
  readonly damage: (content: Uint8Array) => Uint8Array | undefined;
}[] = [
  { what: "cut to half", damage: (content) => content.slice(0, Math.floor(content.length / 2)) },
  { what: "cut by a byte", damage: (content) => content.slice(0, -1) },
  { what: "emptied", damage: () => new Uint8Array(0) },
  { what: "removed", mayBeMissing: true, damage: () => undefined },
];

const damaged: readonly Rule<StorageContext>[] = damages.map(({ what, mayBeMissing, damage }) =>
  rule<StorageContext>(
    `where an object is ${what}, what is read is the same or an exception`,
    [remoteObjects],
    async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2, 3, 4]), "x");
      await m.storeData(t.data([5, 6, 7, 8]), "y");
      await m.setMetadata({ a: 1 });
      await m.setMetadata({ unit: "mV" }, "y");
      await m.closeFile();
      const looks = looksAt(["x", "y"]);
      const right: string[] = [];
      for (const { look } of looks) right.push(await look(m));
      const whole = await t.medium.stored();
      for (const [name, content] of whole) {
        await restore(t, whole);
        await t.medium.put(name, damage(content));
        for (const [index, { method, look }] of looks.entries())
          await isRightOrException(
            `${method} where ${name} is ${what}`,
            look(t.open()),
            right[index],
            mayBeMissing,
          );
        // A change does not take what cannot be read for what is not there.
        await t
          .open()
          .setMetadata({ b: 2 }, "y")
          .catch(() => undefined);
        if (mayBeMissing) continue;
        for (const [index, { method, look }] of looks.entries())
          if (method.startsWith("getData("))
            await isRightOrException(
              `${method} after a change where ${name} is ${what}`,
              look(t.open()),
              right[index],
            );
      }
    },
  ),
);

async function isRightOrException(
  what: string,
  answer: Promise<string>,
  right: string | undefined,
  mayBeMissing?: boolean,
): Promise<void> {
  let found: string;
  try {
    found = await answer;
  } catch (error) {
    isTrue(isTVBException(error), `${what}: no exception of @tvb-storage/errors: ${String(error)}`);
    isTrue(
      mayBeMissing === true || !isTVBException(error, "MISSING_DATASET"),
      `${what}: what is damaged is not missing: ${String(error)}`,
    );
    return;
  }
  if (mayBeMissing === true && found === "null") return;
  // A list may say of a node that it cannot be read.
  if (what.startsWith("listNodes") && found.includes(" unreadable ")) return;
  equal(found, right, what);
}

const everyMethod: readonly {
  method: string;
  call: (m: StorageManager, t: StorageContext) => Promise<unknown>;
}[] = [
  ...looksAt(["x"]).map(({ method, look }) => ({ method, call: look })),
  { method: "storeData", call: (m, t) => m.storeData(t.data([3, 4]), "x") },
  { method: "setMetadata", call: (m) => m.setMetadata({ a: 1 }) },
  { method: "removeMetadata", call: (m) => m.removeMetadata("a") },
];

const requests: readonly Rule<StorageContext>[] = [
  ...(["failed", "lost"] as const).map((fate: RequestFate) =>
    rule<StorageContext>(
      `where every request is ${fate}, every method is a FileStorageException with its cause`,
      [remoteObjects],
      async (t) => {
        await t.open().storeData(t.data([1, 2]), "x");
        await t.open().setMetadata({ a: 1 });
        await t.open().closeFile();
        const state = await stateOf(t.open());
        for (const { method, call } of everyMethod) {
          t.remote?.onRequest(() => fate);
          const error = await rejects(call(t.open(), t), "FILE_STORAGE", [t.path()]);
          t.remote?.onRequest(undefined);
          isTrue(isLowLevel(error.cause), `${method}: the error of the store should be the cause`);
        }
        equal(await stateOf(t.open()), state);
      },
    ),
  ),
  rule("slow requests do not change the order of calls", [remoteObjects], async (t) => {
    const [one, two] = [t.open(), t.open()];
    await one.storeData(t.data([0]), "x");
    let count = 0;
    // The first of each two calls is slower than the second.
    t.remote?.onRequest(() => (count++ % 5 < 3 ? "slow" : "done"));
    const calls = Promise.all([
      one.storeData(t.data([1]), "x"),
      two.getData("x"),
      two.storeData(t.data([2]), "x"),
      one.getData("x"),
      one.setMetadata({ a: 1 }, "x"),
      two.setMetadata({ a: 2 }, "x"),
      one.getMetadata("x"),
      two.storeData(t.data([3]), "y"),
      one.getDataShape("y"),
    ]);
    const [, first, , second, , , metadata, , shape] = await calls;
    t.remote?.onRequest(undefined);
    t.equalData(first, [1], [1]);
    t.equalData(second, [1], [2]);
    equal(metadata, { a: 2 });
    equal(shape, [1]);
  }),
  rule(
    "rows that two managers append over slow requests arrive in order",
    [remoteObjects, growable],
    async (t) => {
      const [one, two] = [t.open(), t.open()];
      let count = 0;
      t.remote?.onRequest(() => (count++ % 3 === 0 ? "slow" : "done"));
      await Promise.all(
        [0, 1, 2, 3, 4, 5].map((number) =>
          (number % 2 === 0 ? one : two).appendData(t.data([number]), "x", {
            growDimension: 0,
            closeFile: number % 3 === 0,
          }),
        ),
      );
      await one.closeFile();
      t.remote?.onRequest(undefined);
      t.equalData(await t.open().getData("x"), [6], [0, 1, 2, 3, 4, 5]);
    },
  ),
  rule(
    "a removal over slow requests does not take what is stored after it",
    [remoteObjects, removal],
    async (t) => {
      const [one, two] = [t.open(), t.open()];
      await one.storeData(t.data([1]), "x");
      t.remote?.onRequest(() => "slow");
      await Promise.all([
        one.removeData("x"),
        two.storeData(t.data([2]), "x"),
        one.storeData(t.data([3]), "y"),
      ]);
      t.remote?.onRequest(undefined);
      t.equalData(await t.open().getData("x"), [1], [2]);
      t.equalData(await t.open().getData("y"), [1], [3]);
    },
  ),
];

export const remoteRules: RuleGroup<StorageContext> = {
  name: "a remote store",
  only: "memfs",
  rules: [...elsewhere, ...between, ...damaged, ...requests],
};
