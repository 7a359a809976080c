import type { ArrayInput, StorageManager } from "@tvb-storage/core";
import { equal, rejects } from "../expect.js";
import { listedPaths } from "../listed.js";
import { growable, removal } from "../requirements.js";
import { type Requirement, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

type Options = Readonly<Record<string, unknown>>;

interface Method {
  readonly name: string;
  readonly requires?: readonly Requirement[];
  readonly call: (m: StorageManager, options: object, data: ArrayInput) => Promise<unknown>;
  /** Options with values that they cannot have. */
  readonly bad: readonly Options[];
}

const LAYOUT: readonly Options[] = [
  { compression: "no such compression" },
  { compression: { gzip: 10 } },
  { compression: { gzip: 1.5 } },
  { chunks: [0] },
  { chunks: 4 },
  { stringLength: 0 },
  { stringLength: "8" },
  { dtype: "f8" },
];

const LONG: readonly Options[] = [{ signal: {} }, { onProgress: 5 }];

async function consume(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) return;
}

const METHODS: readonly Method[] = [
  {
    name: "storeData",
    call: (m, options, data) => m.storeData(data, "y", options),
    bad: [...LAYOUT, ...LONG],
  },
  {
    name: "appendData",
    requires: [growable],
    call: (m, options, data) => m.appendData(data, "y", options),
    bad: [...LAYOUT, { growDimension: "0" }, { growDimension: 0.5 }, { closeFile: "no" }],
  },
  {
    name: "getData",
    call: (m, options) => m.getData("x", options),
    bad: [...LONG, { selection: 5 }, { field: 5 }, { field: "" }, { ignoreErrors: "yes" }, { closeFile: 0 }],
  },
  {
    name: "streamData",
    call: (m, options) => consume(m.streamData("x", options)),
    bad: [{ blockBytes: 0 }, { blockBytes: "1" }, { selection: "all" }, { field: 5 }, { signal: {} }],
  },
  { name: "getDataShape", call: (m, options) => m.getDataShape("x", options), bad: [] },
  { name: "removeData", requires: [removal], call: (m, options) => m.removeData("x", options), bad: [] },
  {
    name: "setMetadata",
    call: (m, options) => m.setMetadata({ a: 2 }, "x", options),
    bad: [{ tvbSpecificMetadata: "no" }],
  },
  { name: "getMetadata", call: (m, options) => m.getMetadata("x", options), bad: [{ skipUnreadable: 1 }] },
  {
    name: "removeMetadata",
    call: (m, options) => m.removeMetadata("a", "x", options),
    bad: [{ tvbSpecificMetadata: 0 }, { checkExistence: "yes" }],
  },
  {
    name: "getFileDataVersion",
    call: (m, options) => m.getFileDataVersion("a", "x", options),
    bad: [],
  },
  {
    name: "listNodes",
    call: (m, options) => m.listNodes(options),
    bad: [{ depth: -1 }, { depth: 0.5 }, { depth: "1" }],
  },
];

/** A file with a dataset that has metadata. */
async function before(t: StorageContext): Promise<StorageManager> {
  const m = t.open();
  await m.storeData(t.data([1, 2]), "x");
  await m.setMetadata({ a: 1 }, "x");
  return m;
}

async function isUnchanged(t: StorageContext): Promise<void> {
  equal(await listedPaths(t.open()), ["/x"]);
  t.equalData(await t.open().getData("x"), [2], [1, 2]);
  equal(await t.open().getMetadata("x"), { a: 1 });
}

export const optionRules: RuleGroup<StorageContext> = {
  name: "options",
  rules: METHODS.flatMap(({ name, requires: needs = [], call, bad }) => {
    return [
      rule<StorageContext>(
        `${name}: an option that does not exist is refused, not ignored`,
        needs,
        async (t) => {
          const m = await before(t);
          await rejects(call(m, { compresion: "gzip" }, t.data([1])), "FILE_STRUCTURE", ["compresion"]);
          await isUnchanged(t);
        },
      ),
      rule<StorageContext>(
        `${name}: an option with a value that it cannot have is refused`,
        needs,
        async (t) => {
          const m = await before(t);
          for (const options of [{ where: 5 }, ...bad]) {
            const [option = ""] = Object.keys(options);
            await rejects(call(m, options, t.data([1])), "FILE_STRUCTURE", [option]);
          }
          await isUnchanged(t);
        },
      ),
    ];
  }),
};
