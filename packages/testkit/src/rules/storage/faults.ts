import type { NDArray, StorageManager } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { faultyFs } from "../../faults/faulty-fs.js";
import { createMemoryFs } from "../../memory-fs.js";
import { equal, isTrue, rejects } from "../expect.js";
import { type FaultKind, tryFaults } from "../fault-trials.js";
import { looksAt, stateOf } from "../look.js";
import { atomicCommit, cold, growable, medium, removal, storedOnFileSystem } from "../requirements.js";
import { type Requirement, type Rule, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

interface Step {
  readonly name: string;
  readonly requires: readonly Requirement[];
  /** The content of the file before. */
  readonly before?: (m: StorageManager, t: StorageContext) => Promise<unknown>;
  readonly change: (m: StorageManager, t: StorageContext) => Promise<unknown>;
}

function filled(t: StorageContext, length: number, number: number): NDArray {
  return t.array([length], new Float64Array(length).fill(number));
}

const steps: readonly Step[] = [
  { name: "creating a file", requires: [], change: (m, t) => m.storeData(t.data([1, 2]), "x") },
  {
    name: "storing a new dataset",
    requires: [],
    before: (m, t) => m.storeData(t.data([1, 2]), "x"),
    change: (m, t) => m.storeData(t.data([3, 4]), "y", { where: "/g" }),
  },
  {
    name: "overwriting a dataset",
    requires: [],
    before: (m, t) => m.storeData(filled(t, 3000, 1), "x"),
    change: (m, t) => m.storeData(filled(t, 3000, 2), "x"),
  },
  {
    name: "appending",
    requires: [growable],
    before: (m, t) => m.appendData(t.data([1, 2]), "x"),
    change: (m, t) => m.appendData(t.data([3, 4, 5]), "x"),
  },
  {
    name: "closing after buffered appends",
    requires: [growable],
    before: (m, t) => m.appendData(t.data([1]), "x"),
    change: async (m, t) => {
      await m.appendData(t.data([2]), "x", { closeFile: false });
      await m.appendData(t.data([3]), "x", { closeFile: false });
      await m.closeFile();
    },
  },
  {
    name: "setting metadata",
    requires: [],
    before: (m) => m.setMetadata({ a: 1, b: "old" }),
    change: (m) => m.setMetadata({ b: "new", c: [1, 2, 3] }),
  },
  {
    name: "removing metadata",
    requires: [],
    before: (m) => m.setMetadata({ a: 1, b: 2 }),
    change: (m) => m.removeMetadata("a"),
  },
  {
    name: "removing a dataset",
    requires: [removal],
    before: async (m, t) => {
      await m.storeData(t.data([1]), "x");
      await m.storeData(t.data([2]), "y");
    },
    change: (m) => m.removeData("x"),
  },
];

/** A state of the file, and how many objects there are once something more is stored after it. */
interface Outcome {
  readonly state: string;
  readonly objects: number;
}

/** The file before and after a step, where nothing fails. */
async function outcomesOf(t: StorageContext, step: Step): Promise<{ old: Outcome; changed: Outcome }> {
  const outcome = (isChanged: boolean): Promise<Outcome> =>
    t.inNewStore(async (store) => {
      const m = store.open();
      await step.before?.(m, t);
      if (isChanged) await step.change(m, t);
      await m.closeFile();
      const state = await stateOf(store.open());
      await storeMore(store.open(), t);
      return { state, objects: (await store.medium.stored()).size };
    });
  return { old: await outcome(false), changed: await outcome(true) };
}

async function storeMore(m: StorageManager, t: StorageContext): Promise<void> {
  await m.storeData(t.data([9]), "after");
  await m.closeFile();
}

const stops: FaultKind = {
  files: { plan: { action: "stop" }, effects: ["none", "half", "whole"] },
  requests: [
    ["failed", "failed"],
    ["lost", "failed"],
  ],
};

const fails: FaultKind = {
  files: { plan: { action: "fail", errno: "EIO" }, effects: ["none", "half"] },
  requests: [
    ["failed", "done"],
    ["lost", "done"],
    ["denied", "done"],
  ],
};

const failsToRead: FaultKind = {
  files: { plan: { action: "fail", errno: "EIO", calls: "any" }, effects: ["none"] },
  requests: fails.requests,
};

const takesPart: FaultKind = {
  files: { plan: { action: "truncate", calls: "write" }, effects: ["none"] },
  requests: [],
};

function tried(
  what: string,
  step: Step,
  kind: FaultKind,
  requires: readonly Requirement[],
): Rule<StorageContext> {
  return rule(`${step.name}: ${what}`, [atomicCommit, ...requires, ...step.requires], async (t) => {
    const { old, changed } = await outcomesOf(t, step);
    isTrue(old.state !== changed.state, "the step should change something");
    await tryFaults(t, kind, {
      before: async (m) => step.before?.(m, t),
      run: (m) => step.change(m, t),
      check: async (left) => {
        const { error } = left;
        isTrue(
          error === undefined || isTVBException(error),
          `no exception of @tvb-storage/errors: ${String(error)}`,
        );
        let outcome = old;
        // As the next process reads it; reading it again changes nothing.
        for (let look = 0; look < 2; look++) {
          const state = await stateOf(await left.openCold());
          outcome = state === old.state ? old : changed;
          isTrue(
            state === outcome.state,
            `neither the old nor the new state:\n${state}\nold:\n${old.state}\nnew:\n${changed.state}`,
          );
          if (error === undefined)
            equal(state, changed.state, "the call resolved, but its change is not there");
        }
        // And it can be changed.
        await storeMore(await left.open(), t);
        // What a process that died has left may stay; who goes on cleans up.
        if (kind === fails || (t.remote !== undefined && t.remote.leavesOrphans !== true))
          equal((await left.stored()).size, outcome.objects, "what is stored after the next change");
      },
    });
  });
}

const reading = rule<StorageContext>(
  "reading: a failing disk gives the right answer or an exception, and changes nothing",
  [medium, cold],
  async (t) => {
    const before = async (m: StorageManager): Promise<void> => {
      await m.storeData(filled(t, 100, 1), "x");
      await m.setMetadata({ a: 1 }, "x");
    };
    await before(t.open());
    await t.open().closeFile();
    const state = await stateOf(t.open());
    for (const { method, look } of looksAt(["x"])) {
      const right = await look(t.open());
      let found = "";
      await tryFaults(t, failsToRead, {
        before,
        run: async (m) => {
          found = right;
          found = await look(m);
        },
        check: async (left) => {
          equal(found, right, `what ${method} gives`);
          isTrue(
            left.error === undefined || isTVBException(left.error),
            `${method}: no exception of @tvb-storage/errors: ${String(left.error)}`,
          );
          equal(await stateOf(await left.openCold()), state);
        },
      });
    }
  },
);

export const faultRules: RuleGroup<StorageContext> = {
  name: "faults: a close happens wholly or not at all",
  only: "memfs",
  rules: [
    ...steps.map((step) =>
      tried("a process that stops anywhere leaves the old state or the new", step, stops, [medium, cold]),
    ),
    ...steps.map((step) =>
      tried("a failing disk leaves the old state or the new, and an exception", step, fails, [medium, cold]),
    ),
    ...steps
      .slice(0, 4)
      .map((step) =>
        tried("writes that take a part only are continued", step, takesPart, [storedOnFileSystem]),
      ),
    reading,
    rule(
      "a disk that stays full refuses, the file keeps its last commit, and work goes on once there is room",
      [atomicCommit, storedOnFileSystem],
      async (t) => {
        const step = steps[1];
        if (step === undefined) throw new RangeError("there is a second step");
        const fs = createMemoryFs();
        fs.mkdirSync(t.folder, { recursive: true });
        await step.before?.(await t.openOn(fs), t);
        const old = await stateOf(await t.openOn(fs));
        const calls = ["write", "writeFile"];
        const full = await t.openOn(
          faultyFs(fs, { calls, at: 1, times: Number.POSITIVE_INFINITY, errno: "ENOSPC" }),
        );
        await rejects(full.storeData(filled(t, 5000, 0), "big"), "FILE_STORAGE", [t.path()]);
        await rejects(full.setMetadata({ a: 1 }), "FILE_STORAGE");
        await full.closeFile();
        equal(await stateOf(await t.openOn(fs)), old);
        await (await t.openOn(fs)).storeData(filled(t, 5000, 0), "big");
        equal(await (await t.openOn(fs)).getDataShape("big"), [5000]);
      },
    ),
  ],
};
