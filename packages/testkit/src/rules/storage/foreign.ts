import type { StorageManager } from "@tvb-storage/core";
import { equal, isLowLevel, isTrue, rejects } from "../expect.js";
import { growable, medium, removal, storedAsFile, storedOnFileSystem } from "../requirements.js";
import { type Requirement, type Rule, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

// What each method does with a file that is missing, of another format, or
// without permission.

async function consume(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) return;
}

interface Call {
  readonly method: string;
  readonly requires?: readonly Requirement[];
  readonly call: (m: StorageManager, t: StorageContext) => Promise<unknown>;
}

const reading: readonly Call[] = [
  { method: "getData", call: (m) => m.getData("x") },
  { method: "getDataShape", call: (m) => m.getDataShape("x") },
  { method: "streamData", call: (m) => consume(m.streamData("x")) },
  { method: "listNodes", call: (m) => m.listNodes() },
  { method: "getMetadata", call: (m) => m.getMetadata() },
];

const writing: readonly Call[] = [
  { method: "storeData", call: (m, t) => m.storeData(t.data([1]), "x") },
  { method: "appendData", requires: [growable], call: (m, t) => m.appendData(t.data([1]), "x") },
  { method: "setMetadata", call: (m) => m.setMetadata({ a: 1 }) },
];

const removing: readonly Call[] = [
  { method: "removeData", requires: [removal], call: (m) => m.removeData("x") },
  { method: "removeMetadata", call: (m) => m.removeMetadata("a") },
];

/** Ways in which what is at a path is not a file of the backend. */
const foreign: readonly {
  readonly what: string;
  readonly requires: readonly Requirement[];
  readonly make: (t: StorageContext) => Promise<void>;
}[] = [
  {
    what: "a text file",
    requires: [medium],
    make: (t) =>
      t.medium.putForeign(t.path(), new TextEncoder().encode("time,region,value\n0,1,2\n".repeat(50))),
  },
  {
    what: "an empty file",
    requires: [medium],
    make: (t) => t.medium.putForeign(t.path(), new Uint8Array(0)),
  },
  {
    what: "random bytes",
    requires: [medium],
    make: (t) =>
      t.medium.putForeign(
        t.path(),
        Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251),
      ),
  },
  {
    what: "a folder",
    requires: [storedOnFileSystem],
    make: async (t) => t.medium.put(`${t.path()}/somebody's.txt`, new TextEncoder().encode("hello")),
  },
];

const foreignRules: Rule<StorageContext>[] = foreign.flatMap(({ what, requires: of, make }) => [
  ...[...reading, ...writing].map(({ method, requires = [], call }) =>
    rule<StorageContext>(
      `${what}: ${method} is a FileStructureException`,
      [...of, ...requires],
      async (t) => {
        await make(t);
        await rejects(call(t.open(), t), "FILE_STRUCTURE", [t.path()]);
      },
    ),
  ),
  rule<StorageContext>(`${what}: what removes is a FileStructureException`, of, async (t) => {
    await make(t);
    await rejects(t.open().removeMetadata("a"), "FILE_STRUCTURE", [t.path()]);
    if (t.supports.removal) await rejects(t.open().removeData("x"), "FILE_STRUCTURE", [t.path()]);
  }),
  rule<StorageContext>(
    `${what}: getFileDataVersion says incompatible, isValidTvbFile false`,
    of,
    async (t) => {
      await make(t);
      await rejects(t.open().getFileDataVersion(), "INCOMPATIBLE_FILE_MANAGER", [t.path()]);
      equal(await t.open().isValidTvbFile(), false);
    },
  ),
  rule<StorageContext>(`${what} is left as it is by every call`, of, async (t) => {
    await make(t);
    const before = await t.medium.stored();
    for (const { call } of [...writing, ...removing]) await call(t.open(), t).catch(() => undefined);
    await t.open().closeFile();
    equal(await t.medium.stored(), before);
  }),
]);

const missing: Rule<StorageContext>[] = [
  ...reading.map(({ method, call }) =>
    rule<StorageContext>(`a missing file: ${method} is a FileStructureException that names it`, async (t) => {
      await rejects(call(t.open(), t), "FILE_STRUCTURE", [t.path()]);
      equal(await t.open().isValidTvbFile(), false);
    }),
  ),
  rule("a missing file: ignoreErrors does not hide it", async (t) => {
    await rejects(t.open().getData("x", { ignoreErrors: true }), "FILE_STRUCTURE");
  }),
];

async function cut(t: StorageContext, keep: (size: number) => number): Promise<void> {
  const numbers = Array.from({ length: 2000 }, (_, i) => i);
  await t.open().storeData(t.array([2000], numbers), "x");
  await t.open().closeFile();
  for (const [name, content] of await t.medium.stored())
    await t.medium.put(name, content.subarray(0, keep(content.length)));
}

const damaged: Rule<StorageContext>[] = [
  rule("a file cut to half never gives wrong data: reading it is an exception", [storedAsFile], async (t) => {
    await cut(t, (size) => Math.floor(size / 2));
    await rejects(t.open().getData("x"), ["FILE_STRUCTURE", "FILE_STORAGE", "MISSING_DATASET"], [t.path()]);
  }),
  rule("a file cut to its first bytes is not a file of the backend", [storedAsFile], async (t) => {
    await cut(t, () => 6);
    await rejects(t.open().getData("x"), "FILE_STRUCTURE", [t.path()]);
    await rejects(t.open().getFileDataVersion(), "INCOMPATIBLE_FILE_MANAGER");
    equal(await t.open().isValidTvbFile(), false);
  }),
];

const permission: Rule<StorageContext>[] = [...reading, ...writing, ...removing].map(
  ({ method, requires = [], call }) =>
    rule<StorageContext>(
      `without permission: ${method} is a FileStructureException with its cause`,
      [medium, ...requires],
      async (t) => {
        await t.open().storeData(t.data([5]), "x");
        await t.open().setMetadata({ a: 5 });
        await t.open().closeFile();
        const error = await t.medium.whileDenied(t.path(), (m) =>
          rejects(call(m, t), "FILE_STRUCTURE", [t.path()]),
        );
        isTrue(isLowLevel(error.cause), "the error of the file system or the store should be the cause");
        t.equalData(await t.open().getData("x"), [1], [5]);
      },
    ),
);

const withoutPermission: Rule<StorageContext>[] = [
  ...permission,
  rule("without permission: getFileDataVersion is a FileStructureException", [medium], async (t) => {
    await t.open().storeData(t.data([5]), "x");
    await t.open().closeFile();
    await t.medium.whileDenied(t.path(), (m) =>
      rejects(m.getFileDataVersion(), "FILE_STRUCTURE", [t.path()]),
    );
  }),
  rule("without permission: isValidTvbFile is false", [medium], async (t) => {
    await t.open().storeData(t.data([5]), "x");
    await t.open().closeFile();
    equal(await t.medium.whileDenied(t.path(), (m) => m.isValidTvbFile()), false);
  }),
];

export const missingAndForeignRules: RuleGroup<StorageContext> = {
  name: "errors: files that are missing, foreign, damaged or closed to us",
  rules: [...missing, ...foreignRules, ...damaged, ...withoutPermission],
};
