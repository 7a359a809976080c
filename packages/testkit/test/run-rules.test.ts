import nodeFs from "node:fs";
import type { StorageBackend } from "@tvb-storage/core";
import { expect, it } from "vitest";
import {
  createMemoryFs,
  memoryBackend,
  type RuleGroup,
  type RuleResult,
  rule,
  runStorageManagerRules,
  type StorageContext,
  type StorageKitOptions,
  storageManagerRules,
} from "../src/index.js";

async function results(
  groups: readonly RuleGroup<StorageContext>[],
  options: StorageKitOptions = {},
  backend: StorageBackend = memoryBackend,
): Promise<RuleResult[]> {
  const found: RuleResult[] = [];
  for await (const result of runStorageManagerRules(backend, { ...options, groups })) found.push(result);
  return found;
}

const group = (...rules: RuleGroup<StorageContext>["rules"]): RuleGroup<StorageContext>[] => [
  { name: "g", rules },
];

it("runs every rule at both locations, each time in a new, empty folder", async () => {
  const seen: string[] = [];
  const looks = rule<StorageContext>("looks around", async (t) => {
    expect(t.fs.existsSync(t.path())).toBe(false);
    await t.open().storeData([1], "x");
    seen.push(t.folder);
  });
  const found = await results(group(looks, looks));
  expect(found.map(({ place, outcome }) => `${place} ${outcome}`)).toEqual([
    "memfs passed",
    "memfs passed",
    "disk passed",
    "disk passed",
  ]);
  expect(nodeFs.existsSync(seen[2] ?? "")).toBe(false); // and removes the folders again
});

it("runs a group that says so at the first location only", async () => {
  const seen = rule<StorageContext>("is run", () => Promise.resolve());
  const once = [{ name: "g", once: true, rules: [seen] }];
  expect((await results(once)).map(({ place }) => place)).toEqual(["memfs"]);
  expect((await results(once, { places: ["disk"] })).map(({ place }) => place)).toEqual(["disk"]);
});

it("reports a broken rule as a result, with the error", async () => {
  const broken = rule<StorageContext>("is broken", () => Promise.reject(new Error("wrong axis")));
  const [result] = await results(group(broken), { places: ["memfs"] });
  expect(result).toMatchObject({
    group: "g",
    rule: "is broken",
    outcome: "failed",
    error: new Error("wrong axis"),
  });
});

it("reports what a backend does not support, and does not run the rule", async () => {
  const needs = rule<StorageContext>(
    "needs much",
    [
      { what: "quantum storage", met: () => false },
      { what: "removal", met: (supports) => supports.removal },
      { what: "a sample", met: (_, { compound }) => compound !== undefined },
    ],
    () => Promise.reject(new Error("it was run")),
  );
  const [result] = await results(group(needs), { places: ["memfs"] });
  expect(result).toMatchObject({ outcome: "not offered", missing: "quantum storage, a sample" });
});

it("closes what a rule left open, so that the next finds nothing of it", async () => {
  const released: string[] = [];
  const backend: StorageBackend = {
    ...memoryBackend,
    open: (path, options) => {
      const m = memoryBackend.open(path, options);
      return Object.assign(m, { closeFile: async () => void released.push(path) });
    },
  };
  const leaves = rule<StorageContext>("leaves a file open", (t) =>
    t.open().appendData([1], "x", { closeFile: false }),
  );
  await results(group(leaves), { places: ["memfs"] }, backend);
  expect(released).toEqual(["/kit/data.mem"]);
});

it("opens managers with the `open` option", async () => {
  const elsewhere = createMemoryFs({ "/kit/.keep": "" });
  const stores = rule<StorageContext>("stores", (t) =>
    t.open(t.path(), { dataVersion: 9 }).storeData([1], "x"),
  );
  await results(group(stores), {
    places: ["memfs"],
    open: (path, _fs, options) => memoryBackend.open(path, { ...options, fs: elsewhere }),
  });
  expect(await memoryBackend.open("/kit/data.mem", { fs: elsewhere }).getFileDataVersion()).toBe(9);
});

/** A remote backend, as far as the kit is told. */
const remote: StorageBackend = {
  ...memoryBackend,
  supports: { ...memoryBackend.supports, storedAs: "remote" },
};

it("gives each rule a store of its own, and removes it", async () => {
  const events: string[] = [];
  const stores = rule<StorageContext>("stores", async (t) => {
    expect(await t.open().isValidTvbFile()).toBe(false);
    await t.open().storeData([1], "x");
    await t.inNewStore(async (other) => expect(await other.open().isValidTvbFile()).toBe(false));
    events.push("done");
  });
  const found = await results(group(stores, stores), {
    places: ["memfs"],
    store: ({ fs }) => {
      events.push("made");
      return {
        open: (path, options) => memoryBackend.open(path, { ...options, fs }),
        remove: () => void events.push("removed"),
      };
    },
  });
  expect(found.map(({ outcome }) => outcome)).toEqual(["passed", "passed"]);
  const ofOne = ["made", "made", "removed", "done", "removed"];
  // The first is only made to see what it has.
  expect(events).toEqual(["made", "removed", ...ofOne, ...ofOne]);
});

it("lists what a remote store does not offer, and runs no rule that needs it", async () => {
  const kit: StorageKitOptions = {
    places: ["memfs"],
    store: ({ fs }) => ({ open: (path, options) => memoryBackend.open(path, { ...options, fs }) }),
  };
  const missing = new Map<string, number>();
  const names = ["what is stored", "a remote store", "faults: a close happens wholly or not at all"];
  const groups = storageManagerRules.filter(({ name }) => names.includes(name));
  for (const result of await results(groups, kit, remote)) {
    expect(result).toMatchObject({ outcome: "not offered" });
    for (const what of ["openCold", "remote of the option store"])
      if (result.missing?.includes(what)) missing.set(what, (missing.get(what) ?? 0) + 1);
  }
  expect(Object.fromEntries(missing)).toEqual({
    openCold: expect.any(Number),
    "remote of the option store": expect.any(Number),
  });
});

it("opens cold by itself only where there is a file system", async () => {
  const opens = rule<StorageContext>("opens", async (t) =>
    expect(t.opensCold).toBe(t.supports.storedAs !== "remote"),
  );
  const store: StorageKitOptions["store"] = ({ fs }) => ({
    open: (path, options) => memoryBackend.open(path, { ...options, fs }),
  });
  for (const backend of [memoryBackend, remote]) {
    const [result] = await results(group(opens), { places: ["memfs"], store }, backend);
    expect(result).toMatchObject({ outcome: "passed" });
  }
});

it("says that the module for other processes is not built", async () => {
  const others = storageManagerRules.filter(({ name }) => name === "other processes");
  const backend = { ...memoryBackend, supports: { ...memoryBackend.supports, crossProcessLock: true } };
  const module = new URL("../dist/not-built.js", import.meta.url);
  const [result] = await results(others, { places: ["disk"], processes: { module, backend: "b" } }, backend);
  expect(result).toMatchObject({ outcome: "failed" });
  expect(String(result?.outcome === "failed" && result.error)).toContain(
    "not-built.js, which is not there: build it first",
  );
});

it("has more than 150 rules, no two of one group with the same name", () => {
  for (const { name, rules } of storageManagerRules)
    expect(new Set(rules.map((one) => one.name)).size, name).toBe(rules.length);
  expect(storageManagerRules.flatMap(({ rules }) => rules).length).toBeGreaterThan(150);
});
