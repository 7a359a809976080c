import type { StorageManager } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";
import { faultyFs } from "../../faults/faulty-fs.js";
import { equal, isTrue, rejects } from "../expect.js";
import { growable, removal, storedAsFile, storedOnFileSystem } from "../requirements.js";
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

async function writeFile(fs: FileSystem, path: string, content: Uint8Array): Promise<void> {
  const handle = await fs.promises.open(path, "w");
  if (content.length > 0) await handle.write(content, 0, content.length, 0);
  await handle.close();
}

async function readFile(fs: FileSystem, path: string): Promise<Uint8Array> {
  const { size } = fs.statSync(path);
  const content = new Uint8Array(size);
  const handle = await fs.promises.open(path, "r");
  if (size > 0) await handle.read(content, 0, size, 0);
  await handle.close();
  return content;
}

/** Ways in which what is at a path is not a file of the backend. */
const foreign: readonly { what: string; make: (t: StorageContext) => Promise<void> }[] = [
  {
    what: "a text file",
    make: (t) => writeFile(t.fs, t.path(), new TextEncoder().encode("time,region,value\n0,1,2\n".repeat(50))),
  },
  { what: "an empty file", make: (t) => writeFile(t.fs, t.path(), new Uint8Array(0)) },
  {
    what: "random bytes",
    make: (t) =>
      writeFile(
        t.fs,
        t.path(),
        Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251),
      ),
  },
  {
    what: "a folder",
    make: async (t) => {
      await t.fs.promises.mkdir(t.path(), {});
      await writeFile(t.fs, `${t.path()}/somebody's.txt`, new TextEncoder().encode("hello"));
    },
  },
];

const foreignRules: Rule<StorageContext>[] = foreign.flatMap(({ what, make }) => [
  ...[...reading, ...writing].map(({ method, requires = [], call }) =>
    rule<StorageContext>(
      `${what}: ${method} is a FileStructureException`,
      [storedOnFileSystem, ...requires],
      async (t) => {
        await make(t);
        await rejects(call(t.open(), t), "FILE_STRUCTURE", [t.path()]);
      },
    ),
  ),
  rule<StorageContext>(
    `${what}: what removes is a FileStructureException`,
    [storedOnFileSystem],
    async (t) => {
      await make(t);
      await rejects(t.open().removeMetadata("a"), "FILE_STRUCTURE", [t.path()]);
      if (t.supports.removal) await rejects(t.open().removeData("x"), "FILE_STRUCTURE", [t.path()]);
    },
  ),
  rule<StorageContext>(
    `${what}: getFileDataVersion says incompatible, isValidTvbFile false`,
    [storedOnFileSystem],
    async (t) => {
      await make(t);
      await rejects(t.open().getFileDataVersion(), "INCOMPATIBLE_FILE_MANAGER", [t.path()]);
      equal(await t.open().isValidTvbFile(), false);
    },
  ),
  rule<StorageContext>(`${what} is left as it is by every call`, [storedOnFileSystem], async (t) => {
    await make(t);
    const at = what === "a folder" ? `${t.path()}/somebody's.txt` : t.path();
    const before = await readFile(t.fs, at);
    for (const { call } of [...writing, ...removing]) await call(t.open(), t).catch(() => undefined);
    await t.open().closeFile();
    equal(await readFile(t.fs, at), before);
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
  const content = await readFile(t.fs, t.path());
  await writeFile(t.fs, t.path(), content.subarray(0, keep(content.length)));
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

/** A file system that refuses every call that reads a file, as without permission. */
function closedTo(fs: FileSystem): FileSystem {
  const calls = ["open", "readFile", "writeFile", "readdir", "opendir", "copyFile"];
  return faultyFs(fs, { calls, at: 1, times: Number.POSITIVE_INFINITY, errno: "EACCES" });
}

const permission: Rule<StorageContext>[] = [...reading, ...writing, ...removing].map(
  ({ method, requires = [], call }) =>
    rule<StorageContext>(
      `without permission: ${method} is a FileStructureException with its cause`,
      [storedOnFileSystem, ...requires],
      async (t) => {
        await t.open().storeData(t.data([5]), "x");
        await t.open().setMetadata({ a: 5 });
        await t.open().closeFile();
        const error = await rejects(call(await t.openOn(closedTo(t.fs)), t), "FILE_STRUCTURE", [t.path()]);
        isTrue(error.cause !== undefined, "the file system's error should be the cause");
        t.equalData(await t.open().getData("x"), [1], [5]);
      },
    ),
);

const withoutPermission: Rule<StorageContext>[] = [
  ...permission,
  rule(
    "without permission: getFileDataVersion is a FileStructureException",
    [storedOnFileSystem],
    async (t) => {
      await t.open().storeData(t.data([5]), "x");
      await t.open().closeFile();
      await rejects((await t.openOn(closedTo(t.fs))).getFileDataVersion(), "FILE_STRUCTURE", [t.path()]);
    },
  ),
  rule("without permission: isValidTvbFile is false", [storedOnFileSystem], async (t) => {
    await t.open().storeData(t.data([5]), "x");
    await t.open().closeFile();
    equal(await (await t.openOn(closedTo(t.fs))).isValidTvbFile(), false);
  }),
];

export const missingAndForeignRules: RuleGroup<StorageContext> = {
  name: "errors: files that are missing, foreign, damaged or closed to us",
  rules: [...missing, ...foreignRules, ...damaged, ...withoutPermission],
};
