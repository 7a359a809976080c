import type { DataType, GetOptions, NDArray } from "@tvb-storage/core";
import type { ErrorCode } from "@tvb-storage/errors";
import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { listedPaths } from "../listed.js";
import { withPollutedPrototype } from "../polluted.js";
import { dtype, growable, gzip, noGzip } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** Any class of refusal; only its message is checked. */
const REFUSALS: readonly ErrorCode[] = [
  "FILE_STRUCTURE",
  "FILE_STORAGE",
  "MISSING_DATASET",
  "INCOMPATIBLE_FILE_MANAGER",
];

/** 200 rows of 50 that compress well with gzip. */
const RAMP = Array.from({ length: 10_000 }, (_, i) => i % 50);
const ramp = (t: StorageContext): NDArray => t.array([200, 50], RAMP);

/** Of storing or reading the ramp. What texts are counted in is open. */
function checkProgress(t: StorageContext, calls: readonly (readonly [done: number, total: number])[]): void {
  isTrue(calls.length > 0, "onProgress should be called");
  const total = t.dtype === "string" ? calls[0]?.[1] : RAMP.length * t.itemBytes;
  equal(calls.at(-1), [total, total]);
  for (const [i, [done, all]] of calls.entries())
    isTrue(all === total && done >= (calls[i - 1]?.[0] ?? 0), "it should rise to the same total");
}

async function nodeOf(t: StorageContext, path: string) {
  return (await t.open().listNodes()).find((node) => node.path === path);
}

export const layoutRules: RuleGroup<StorageContext> = {
  name: "storeData: layout, options, progress",
  rules: [
    rule("gzip changes nothing of the data", [gzip], async (t) => {
      const m = t.open();
      await m.storeData(ramp(t), "x", { compression: "gzip" });
      t.equalData(await t.open().getData("x"), [200, 50], RAMP);
    }),
    rule("every gzip level from 0 to 9 works", [gzip], async (t) => {
      const m = t.open();
      for (const level of [0, 1, 9] as const) {
        await m.storeData(ramp(t), `x${level}`, { compression: { gzip: level } });
        t.equalData(await m.getData(`x${level}`), [200, 50], RAMP);
      }
    }),
    rule("listNodes says that a dataset is compressed", [gzip], async (t) => {
      await t.open().storeData(ramp(t), "x", { compression: "gzip" });
      await t.open().storeData(ramp(t), "y");
      isTrue((await nodeOf(t, "/x"))?.filters?.includes("gzip") === true, "filters should name gzip");
      isTrue(
        (await nodeOf(t, "/y"))?.filters?.includes("gzip") !== true,
        "an uncompressed dataset has no gzip",
      );
    }),
    rule("a compressed dataset can be overwritten", [gzip], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2, 3]), "x", { compression: "gzip" });
      await m.storeData(t.data([4, 5, 6]), "x");
      t.equalData(await m.getData("x"), [3], [4, 5, 6]);
    }),
    rule("a compressed dataset can be appended to", [gzip, growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1, 2]]), "x", { growDimension: 0, compression: "gzip" });
      await m.appendData(t.data([[3, 4]]), "x", { growDimension: 0 });
      t.equalData(await m.getData("x"), [2, 2], [1, 2, 3, 4]);
    }),
    rule("compressed strings come back", [gzip, dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData(["a", "bb", ""], "x", { compression: "gzip" });
      equalArray(await m.getData("x"), "string", [3], ["a", "bb", ""]);
    }),
    rule("a backend without gzip refuses it, instead of storing plainly", [noGzip], async (t) => {
      const m = t.open();
      const refused = ["FILE_STORAGE", "FILE_STRUCTURE"] as const;
      const named = [t.path(), "x"];
      for (const compression of ["gzip", { gzip: 9 }] as const) {
        await rejects(m.storeData(t.data([1, 2]), "x", { compression }), refused, named);
        if (t.supports.growableAxes !== "none")
          await rejects(m.appendData(t.data([1, 2]), "x", { compression }), refused, named);
      }
      equal(await m.isValidTvbFile(), false);
    }),
    rule("chunks change nothing of the data", async (t) => {
      const m = t.open();
      await m.storeData(ramp(t), "x", { chunks: [7, 11] });
      t.equalData(await t.open().getData("x"), [200, 50], RAMP);
    }),
    rule("chunks of another rank are refused, and nothing is stored", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      await rejects(m.storeData(ramp(t), "x", { chunks: [7] }), ["FILE_STRUCTURE", "FILE_STORAGE"], ["x"]);
      equal(await m.getData("x", { ignoreErrors: true }), null);
    }),
    rule("strings of a fixed length come back as they were", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData(["left", "", "ré"], "x", { stringLength: 4 });
      equalArray(await m.getData("x"), "string", [3], ["left", "", "ré"]);
    }),
    rule("a string longer than its fixed length is refused, never cut", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      const refused = ["FILE_STRUCTURE", "FILE_STORAGE"] as const;
      await rejects(m.storeData(["left", "right"], "x", { stringLength: 4 }), refused, ["x"]);
      await rejects(m.storeData(["réré"], "x", { stringLength: 4 }), refused); // four characters, six bytes
      equal(await m.getData("x", { ignoreErrors: true }), null);
    }),
    rule("an enumerable property of Object.prototype is no option, no metadata and no field", async (t) => {
      await withPollutedPrototype(async () => {
        const m = t.open(t.path(), { dataVersion: 5 });
        await m.storeData(t.data([1, 2]), "x", { chunks: [1] });
        await m.setMetadata({ unit: "mV" }, "x", { where: "/" });
        if (t.supports.growableAxes !== "none") {
          await m.appendData(t.data([1]), "rows", { growDimension: 0, closeFile: false });
          await m.appendData(t.data([2]), "rows", { growDimension: 0 });
          t.equalData(await m.getData("rows", { closeFile: true }), [2], [1, 2]);
        }
        t.equalData(await m.getData("x", { selection: [1] }), [], [2]);
        for await (const { block } of m.streamData("x", { blockBytes: 2 * t.itemBytes }))
          t.equalData(block, [2], [1, 2]);
        equal(Object.keys(await m.getMetadata("x", { where: "/" })), ["unit"]);
        equal(await m.getFileDataVersion("unit", "x", { where: "/" }), "mV");
        await m.removeMetadata("unit", "x", { checkExistence: true });
        isTrue((await m.listNodes({ depth: 1 })).length > 0, "there are nodes");
        if (t.supports.removal) await m.removeData("x", { where: "/" });
        await m.closeFile();
      });
    }),
    rule("a name, a key and a text of 70,000 characters are not repeated in messages", async (t) => {
      const long = "n".repeat(70_000);
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      const calls: readonly (() => Promise<unknown>)[] = [
        () => m.getData(long),
        () => m.getData(`${long}\0`),
        () => m.getData("x", { field: long }),
        () => m.getData("x", { [long]: 1 } as GetOptions), // no option
        () => m.getDataShape("x", { where: long }),
        () => m.removeData(long),
        () => m.storeData(t.data([1]), `x/${long}`),
        () => m.storeData(`${long}\0`, "y"),
        () => m.storeData(t.data([1]), "y", { dtype: long as DataType }), // no dtype
        () => m.storeData({ dtype: long as "int8", shape: [1], data: new Int8Array(1) }, "y"), // no dtype
        () => m.storeData([long, "b"], "y", { stringLength: 4 }),
        () => m.setMetadata({ [long]: undefined as unknown as null }), // no metadata
        () => m.setMetadata({ [`${long}\0`]: 1 }),
        () => m.setMetadata({ a: `bool:${long}` }),
        () => m.setMetadata({ a: 10n ** 70_000n }),
        () => m.getMetadata(long),
        () => m.removeMetadata(long, "x"),
        () => m.removeMetadata("a", long),
        () => m.getFileDataVersion(long),
        () => m.listNodes({ where: long }),
      ];
      for (const call of calls) {
        const error = await rejects(call(), REFUSALS);
        isTrue(error.message.length < 2_000, `a message of ${error.message.length} characters: ${call}`);
        isTrue(error.message.includes(t.path()), "the message should name the file");
      }
    }),
    rule("a call whose signal is aborted already stores nothing", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      const reason = new Error("enough");
      const error = await rejects(
        m.storeData(t.data([1, 2]), "x", { signal: AbortSignal.abort(reason) }),
        "FILE_STORAGE",
        ["x"],
      );
      equal(error.cause, reason);
      equal(await m.getData("x", { ignoreErrors: true }), null);
    }),
    rule("a call that is cancelled while it waits for its turn stores nothing", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2]), "x");
      const control = new AbortController();
      const first = m.storeData(t.data([3]), "first");
      const cancelled = [t.data([4, 5]), t.data([6])].map((data, i) =>
        m.storeData(data, i === 0 ? "x" : "new", { signal: control.signal }),
      );
      control.abort(new Error("enough"));
      await first;
      for (const call of cancelled) await rejects(call, "FILE_STORAGE");
      t.equalData(await m.getData("x"), [2], [1, 2]);
      equal(await m.getData("new", { ignoreErrors: true }), null);
    }),
    rule("progress of storing rises to its total, in bytes", async (t) => {
      const calls: [number, number][] = [];
      await t.open().storeData(ramp(t), "x", { onProgress: (done, total) => calls.push([done, total]) });
      checkProgress(t, calls);
    }),
    rule("progress counts a complex number as its 16 bytes", [dtype("complex128")], async (t) => {
      const m = t.open();
      let last: [number, number] | undefined;
      const onProgress = (done: number, total: number): void => {
        last = [done, total];
      };
      await m.storeData({ dtype: "complex128", shape: [3], data: new Float64Array(6) }, "x", { onProgress });
      equal(last, [48, 48]);
    }),
    rule("a listener of progress that throws rejects the call, and nothing of it is stored", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2]), "old");
      const problem = new Error("the listener's own problem");
      const onProgress = (): void => {
        throw problem;
      };
      const error = await rejects(m.storeData(t.data([3, 4]), "new", { onProgress }), "FILE_STORAGE", [
        "new",
      ]);
      equal(error.cause, problem);
      await rejects(m.storeData(ramp(t), "new", { onProgress }), "FILE_STORAGE", ["new"]);
      await rejects(m.storeData(t.data([3, 4]), "old", { onProgress }), "FILE_STORAGE", ["old"]);
      const source = { dtype: t.dtype, shape: [2], blocks: [t.data([3, 4])] };
      await rejects(m.storeData(source, "new", { onProgress }), "FILE_STORAGE", ["new"]);
      await rejects(m.storeData(source, "old", { onProgress }), "FILE_STORAGE", ["old"]);
      const reading = await rejects(m.getData("old", { onProgress }), "FILE_STORAGE", ["old"]);
      equal(reading.cause, problem);
      equal(await listedPaths(t.open()), ["/old"]);
      t.equalData(await t.open().getData("old"), [2], [1, 2]);
      await rejects(t.open(t.path("none")).storeData(t.data([1]), "x", { onProgress }), "FILE_STORAGE");
      equal(await t.open(t.path("none")).isValidTvbFile(), false);
    }),
    rule("progress of reading rises to its total, in bytes", async (t) => {
      const m = t.open();
      await m.storeData(ramp(t), "x");
      const calls: [number, number][] = [];
      await m.getData("x", { onProgress: (done, total) => calls.push([done, total]) });
      checkProgress(t, calls);
    }),
  ],
};
