import type { Metadata, NDArray, StorageManager } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { enumerateFaults, type FaultPoint } from "../../faults/enumerate-faults.js";
import type { FaultPlan } from "../../faults/faulty-fs.js";
import { faultyFs } from "../../faults/faulty-fs.js";
import { createMemoryFs, type MemoryFileSystem } from "../../memory-fs.js";
import { equal, isTrue, rejects } from "../expect.js";
import { atomicCommit, growable, removal, storedOnFileSystem } from "../requirements.js";
import { type Requirement, type Rule, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

// Faults are tested on file systems in memory only: the result does not depend
// on the medium, and one run has many faults.

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

/** The content of a file as one text, to compare states. */
async function stateOf(m: StorageManager): Promise<string> {
  if (!(await m.isValidTvbFile())) return "no file";
  const describe = (array: NDArray) =>
    `${array.dtype}[${array.shape.join()}]${Array.from(array.data as never[]).join()}`;
  const toText = (values: Metadata) =>
    JSON.stringify(values, (_, v) => (typeof v === "bigint" ? `${v}n` : v));
  const nodes: string[] = [];
  for (const { path, kind } of await m.listNodes()) {
    if (path === "/") continue;
    const name = path.slice(1);
    const metadata = toText(await m.getMetadata(name));
    nodes.push(`${path} ${kind === "dataset" ? describe(await m.getData(name)) : ""} ${metadata}`);
  }
  return [`/ ${toText(await m.getMetadata())}`, ...nodes.sort()].join("\n");
}

async function prepared(t: StorageContext, step: Step): Promise<MemoryFileSystem> {
  const fs = createMemoryFs();
  fs.mkdirSync(t.folder, { recursive: true });
  const m = await t.openOn(fs);
  await step.before?.(m, t);
  await m.closeFile();
  return fs;
}

async function statesOf(t: StorageContext, step: Step): Promise<{ old: string; changed: string }> {
  const fs = await prepared(t, step);
  const old = await stateOf(await t.openOn(fs));
  const m = await t.openOn(fs);
  await step.change(m, t);
  await m.closeFile();
  return { old, changed: await stateOf(await t.openOn(fs)) };
}

function tried(
  what: string,
  step: Step,
  plan: FaultPlan,
  effects: readonly ("none" | "half" | "whole")[],
): Rule<StorageContext> {
  return rule(`${step.name}: ${what}`, [atomicCommit, storedOnFileSystem, ...step.requires], async (t) => {
    const { old, changed } = await statesOf(t, step);
    isTrue(old !== changed, "the step should change something");
    await enumerateFaults({
      plan,
      effects,
      fs: () => prepared(t, step),
      run: async (fs) => {
        const m = await t.openOn(fs);
        try {
          await step.change(m, t);
        } catch (error) {
          if (!isTVBException(error))
            throw new Error(`no exception of @tvb-storage/errors: ${String(error)}`, { cause: error });
          throw error;
        }
      },
      check: async (fs: MemoryFileSystem, _notes, point: FaultPoint) => {
        // As the next process reads it; reading it again changes nothing.
        for (let look = 0; look < 2; look++) {
          const found = await stateOf(await t.openOn(fs));
          isTrue(
            found === old || found === changed,
            `neither the old nor the new state:\n${found}\nold:\n${old}\nnew:\n${changed}`,
          );
          if (point.error === undefined)
            equal(found, changed, "the call resolved, but its change is not there");
          else isTrue(isTVBException(point.error), String(point.error));
        }
        // And it can be changed.
        await (await t.openOn(fs)).storeData(t.data([9]), "after");
        await (await t.openOn(fs)).closeFile();
        // A process that died may leave a temporary file; one that goes on cleans up.
        if (plan.action === "fail" && t.supports.storedAs === "file")
          equal(fs.readdirSync(t.folder), [t.path().slice(t.folder.length + 1)]);
      },
    });
  });
}

export const faultRules: RuleGroup<StorageContext> = {
  name: "faults: a close happens wholly or not at all",
  only: "memfs",
  rules: [
    ...steps.map((step) =>
      tried("a process that stops anywhere leaves the old state or the new", step, { action: "stop" }, [
        "none",
        "half",
        "whole",
      ]),
    ),
    ...steps.map((step) =>
      tried(
        "a failing disk leaves the old state or the new, and an exception",
        step,
        { action: "fail", errno: "EIO" },
        ["none", "half"],
      ),
    ),
    ...steps
      .slice(0, 4)
      .map((step) =>
        tried("writes that take a part only are continued", step, { action: "truncate", calls: "write" }, [
          "none",
        ]),
      ),
    rule(
      "a disk that stays full refuses, the file keeps its last commit, and work goes on once there is room",
      [atomicCommit, storedOnFileSystem],
      async (t) => {
        const step = steps[1];
        if (step === undefined) throw new RangeError("there is a second step");
        const fs = await prepared(t, step);
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
