import {
  DATA_TYPES,
  type MetadataInput,
  type NDArray,
  ndarray,
  type StorageManager,
} from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { listedPaths } from "../listed.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
import { sampleData } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

type Exact = Required<Pick<StorageManager, "getAttributes" | "setAttributes" | "createGroup">>;
type Copying = Required<Pick<StorageManager, "copyNodes">>;

/** A rule about calls that a manager may be without; those that extend `AbstractStorageManager` have them. */
function exactRule(name: string, run: (m: StorageManager & Exact, t: StorageContext) => Promise<void>) {
  return rule<StorageContext>(name, async (t) => {
    const m = t.open();
    const has = [m.getAttributes, m.setAttributes, m.createGroup].map((call) => call !== undefined);
    isTrue(
      new Set(has).size === 1,
      "a manager has all of getAttributes, setAttributes and createGroup, or none",
    );
    if (has[0] === true) await run(m as StorageManager & Exact, t); // by the line above
  });
}

/** A rule about groups that are empty, which a backend may refuse. */
function groupRule(name: string, run: (m: StorageManager & Exact, t: StorageContext) => Promise<void>) {
  return exactRule(name, async (m, t) => {
    try {
      await t.inNewStore(async (other) => other.open().createGroup?.("g"));
    } catch (error) {
      if (isTVBException(error, "FILE_STORAGE")) return;
      throw error;
    }
    await run(m, t);
  });
}

/** A rule about copies within the backend, which few have, and not by each of its options. */
function copyRule(
  name: string,
  run: (m: StorageManager & Copying, source: StorageManager, t: StorageContext) => Promise<void>,
): Rule<StorageContext> {
  return rule<StorageContext>(name, async (t) => {
    const target = t.open(t.path("target"));
    if (target.copyNodes === undefined || !(await t.inNewStore(copiesNodes))) return;
    const source = t.open(t.path("source"));
    await source.storeData(
      t.data([
        [1, 2],
        [3, 4],
      ]),
      "g/h/x",
    ); // prettier-ignore
    await source.storeData(t.data(5), "y");
    await source.setMetadata({ unit: "mV" }, "g/h/x");
    await source.setMetadata({ note: "n" }, "g");
    await run(target as StorageManager & Copying, source, t); // by the check above
  });
}

async function copiesNodes(t: StorageContext): Promise<boolean> {
  const source = t.open(t.path("source"));
  await source.storeData(t.data([1]), "x");
  const target = t.open(t.path("target"));
  const report = await target.copyNodes?.(source, { from: "/x", to: "/x", overwrite: false });
  isTrue(
    report !== undefined || !(await target.isValidTvbFile()),
    "copyNodes that leaves the copy to others made something",
  );
  return report !== undefined;
}

const G_TO_C = { from: "/g", to: "/c/d", overwrite: false } as const;

export const exactRules: RuleGroup<StorageContext> = {
  name: "exact copies",
  rules: [
    exactRule("a manager tells what its backend supports", async (m, t) => {
      equal(m.supports, t.supports);
    }),
    exactRule(
      "attributes are given by their names with prefix, as arrays, and texts not decoded",
      async (m) => {
        const metadata: Record<string, MetadataInput> = {
          yes: true,
          n: 5,
          half: 0.5,
          text: "t",
          list: [1, 2],
        };
        await m.setMetadata(metadata, "x");
        await m.setMetadata({ plain: "p" }, "x", { tvbSpecificMetadata: false });
        const found = await m.getAttributes("x");
        equal([...found.keys()].sort(), ["TVB_half", "TVB_list", "TVB_n", "TVB_text", "TVB_yes", "plain"]);
        const expected: Record<string, NDArray> = {
          TVB_yes: { dtype: "string", shape: [], data: ["bool:True"] },
          TVB_n: { dtype: "int64", shape: [], data: BigInt64Array.of(5n) },
          TVB_half: { dtype: "float64", shape: [], data: Float64Array.of(0.5) },
          TVB_text: { dtype: "string", shape: [], data: ["t"] },
          TVB_list: { dtype: "int64", shape: [2], data: BigInt64Array.of(1n, 2n) },
          plain: { dtype: "string", shape: [], data: ["p"] },
        };
        for (const [name, { dtype, shape, data }] of Object.entries(expected))
          equalArray(found.get(name) ?? null, dtype, shape, data);
      },
    ),
    exactRule("attributes are set by the names that are given, and others stay", async (m, t) => {
      await m.storeData(t.data([1]), "x", { where: "/g" });
      await m.setMetadata({ kept: 1, replaced: 2 }, "g");
      const attributes = new Map([
        ["TVB_replaced", ndarray("bool:yes")],
        ["bare", ndarray(3, { dtype: "uint8" })],
      ]);
      await m.setAttributes(attributes, "", { where: "/g" });
      equal(await t.open().getMetadata("g"), { kept: 1, replaced: true, bare: 3 });
      equalArray((await t.open().getAttributes?.("g"))?.get("bare") ?? null, "uint8", [], Uint8Array.of(3));
    }),
    exactRule("attributes of every type and shape come back as they were given", async (m, t) => {
      await m.storeData(t.data([1]), "x");
      const given = new Map<string, NDArray>();
      for (const type of DATA_TYPES) {
        const sample = sampleData({ dtypes: [type] });
        given.set(`${type} scalar`, sample.array([], [1]));
        given.set(`${type} matrix`, sample.array([2, 1], [1, 2]));
      }
      await m.setAttributes(given, "x");
      const found = (await t.open().getAttributes?.("x")) ?? new Map<string, NDArray>();
      equal([...found.keys()].sort(), [...given.keys()].sort());
      for (const [name, { dtype, shape, data }] of given)
        equalArray(found.get(name) ?? null, dtype, shape, data);
    }),
    exactRule("the root has attributes too, that of its data version among them", async (m, t) => {
      await m.storeData(t.data([1]), "x");
      await m.setAttributes(new Map([["TVB_a", ndarray("b")]]));
      equal([...(await m.getAttributes()).keys()].sort(), ["TVB_Data_version", "TVB_a"]);
      equal(await m.getMetadata(), { Data_version: 5, a: "b" });
    }),
    exactRule("attributes of a node that is missing are refused, and none is made", async (m, t) => {
      await m.storeData(t.data([1]), "x");
      const attributes = new Map([["a", ndarray(1)]]);
      await rejects(m.setAttributes(attributes, "missing"), "MISSING_DATASET", ["missing"]);
      await rejects(m.getAttributes("missing"), "MISSING_DATASET", ["missing"]);
      equal(await listedPaths(m), ["/x"]);
    }),
    exactRule("one attribute that is refused keeps the others from being set", async (m, t) => {
      await m.storeData(t.data([1]), "x");
      const bad = new Map<string, NDArray>([
        ["good", ndarray(1)],
        ["", ndarray(2)],
      ]);
      await rejects(m.setAttributes(bad, "x"), "FILE_STRUCTURE");
      const object = { good: ndarray(1) } as unknown as Map<string, NDArray>; // deliberately not one
      await rejects(m.setAttributes(object, "x"), "FILE_STRUCTURE");
      equal([...((await t.open().getAttributes?.("x")) ?? [])], []);
    }),
    exactRule("attributes that were given and got are the caller's to change", async (m, t) => {
      await m.storeData(t.data([1]), "x");
      const given = ndarray([1, 2], { dtype: "int32" });
      await m.setAttributes(new Map([["a", given]]), "x");
      (given.data as Int32Array).fill(9); // of its dtype
      const read = async () => (await t.open().getAttributes?.("x"))?.get("a") ?? null;
      const first = await read();
      equalArray(first, "int32", [2], Int32Array.of(1, 2));
      if (first?.dtype === "int32") first.data.fill(9);
      equalArray(await read(), "int32", [2], Int32Array.of(1, 2));
    }),
    groupRule("createGroup makes an empty group, with those above it, and the file", async (m, t) => {
      await m.createGroup("a/b");
      await m.createGroup("c", { where: "/a" });
      const nodes = await t.open().listNodes();
      equal(nodes.map(({ kind, path }) => `${kind} ${path}`).sort(), [
        "group /a",
        "group /a/b",
        "group /a/c",
      ]); // prettier-ignore
      equal(await t.open().getMetadata(), { Data_version: 5 });
    }),
    groupRule("createGroup leaves a group that is there as it is", async (m, t) => {
      await m.storeData(t.data([1]), "g/x");
      await m.setMetadata({ a: 1 }, "g");
      await m.createGroup("g");
      await m.createGroup("/");
      equal(await listedPaths(t.open()), ["/g", "/g/x"]);
      equal(await t.open().getMetadata("g"), { a: 1 });
    }),
    groupRule("what createGroup made takes datasets and metadata", async (m, t) => {
      await m.createGroup("g/h");
      await m.setMetadata({ a: 1 }, "g/h");
      await m.storeData(t.data([1]), "g/h/x");
      equal(await t.open().getMetadata("g/h"), { a: 1 });
      t.equalData(await t.open().getData("g/h/x"), [1], [1]);
    }),
    groupRule("createGroup refuses the name of a dataset, also above, and ..", async (m, t) => {
      await m.storeData(t.data([1]), "x");
      for (const name of ["x", "x/y", "x/y/z", "a/../b", ".."])
        await rejects(m.createGroup(name), "FILE_STRUCTURE");
      equal(await listedPaths(t.open()), ["/x"]);
    }),
    copyRule("copyNodes has the values, attributes and groups, and tells how many", async (m, source, t) => {
      const report = await m.copyNodes(source, G_TO_C);
      equal([report?.groups, report?.datasets, report?.attributes, report?.problems], [2, 1, 2, []]);
      const found = t.open(t.path("target"));
      equal(await listedPaths(found), ["/c", "/c/d", "/c/d/h", "/c/d/h/x"]);
      t.equalData(await found.getData("c/d/h/x"), [2, 2], [1, 2, 3, 4]);
      equal(await found.getMetadata("c/d/h/x"), { unit: "mV" });
      equal(await found.getMetadata("c/d"), { note: "n" });
    }),
    copyRule("copyNodes leaves values to be copied where the other is of another kind", async (m, source) => {
      const other = { path: source.path, listNodes: () => source.listNodes() } as StorageManager; // all that it may ask
      equal(await m.copyNodes(other, G_TO_C), undefined);
    }),
    copyRule("copyNodes leaves out what is not included", async (m, source, t) => {
      await m.copyNodes(source, { ...G_TO_C, include: ({ path }) => path !== "/g/h" });
      equal(await listedPaths(t.open(t.path("target"))), ["/c", "/c/d"]);
    }),
    copyRule("copyNodes replaces what is there only where it may", async (m, source, t) => {
      await m.storeData(t.data([7]), "c/d");
      await rejects(m.copyNodes(source, G_TO_C), "FILE_STRUCTURE", ["/c/d"]);
      t.equalData(await m.getData("c/d"), [1], [7]);
      await m.copyNodes(source, { ...G_TO_C, overwrite: true });
      equal(await listedPaths(t.open(t.path("target"))), ["/c", "/c/d", "/c/d/h", "/c/d/h/x"]);
    }),
    copyRule("a refused or cancelled copyNodes leaves the target as it was", async (m, source, t) => {
      await m.storeData(t.data([7]), "kept");
      await rejects(m.copyNodes(source, { ...G_TO_C, from: "/missing" }), "MISSING_DATASET", ["/missing"]);
      const signal = AbortSignal.abort(new Error("no more"));
      await rejects(m.copyNodes(source, { ...G_TO_C, signal }), "FILE_STORAGE");
      equal(await listedPaths(t.open(t.path("target"))), ["/kept"]);
    }),
    copyRule("copyNodes has what was appended and is not committed yet", async (m, source, t) => {
      if (t.supports.growableAxes === "none") return;
      await source.appendData(t.data([[1, 2]]), "g/rows", { growDimension: 0, closeFile: false });
      await m.copyNodes(source, G_TO_C);
      t.equalData(await m.getData("c/d/rows"), [1, 2], [1, 2]);
    }),
  ],
};
