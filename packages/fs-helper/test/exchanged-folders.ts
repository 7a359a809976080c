import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import type { FileSystem } from "@tvb-storage/files";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWith, linux } from "../../../test/support/judges.js";
import { FilesHelper } from "../src/index.js";
import { onDevices, withPromises } from "./disks.js";

// A local attacker exchanges a folder for a link that leads out of the storage root, while a call runs. Linux alone
// lets a process work on folders that it holds; elsewhere they are compared, and a moment is left.

let folder = "";
let root = "";
let outside = "";

function write(path: string): void {
  nodeFs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  nodeFs.writeFileSync(path, path);
}

function build(): void {
  nodeFs.rmSync(folder, { recursive: true, force: true });
  for (const base of [`${root}/PROJECTS/P`, outside])
    for (const name of ["1/a.h5", "1/b.h5", "1/d/c.h5", "1/d/e/f.h5", "1/d/e/g.h5", "2/h.h5"])
      write(`${base}/${name}`);
}

/** Every path beneath; links are not followed. */
function tree(path: string): string[] {
  return nodeFs.readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = entry.isDirectory() ? tree(`${path}/${entry.name}`) : [];
    return [entry.name, ...inner.map((name) => `${entry.name}/${name}`)];
  });
}

/** The disk, on which `path` is exchanged for a link to `target` right before the n-th call. */
function exchangedAt(n: number, path: string, target: string, disk: FileSystem = nodeFs) {
  let calls = 0;
  const called = (): void => {
    calls += 1;
    if (calls !== n || !nodeFs.existsSync(path)) return;
    nodeFs.renameSync(path, `${folder}/aside`);
    nodeFs.symlinkSync(target, path);
  };
  const inner = withPromises(disk, (promises) => {
    // Every method of `promises` counts, and is called as it is.
    const replaced: Record<string, unknown> = {};
    for (const [name, method] of Object.entries(promises)) {
      if (typeof method !== "function") continue;
      replaced[name] = (...given: unknown[]) => {
        called();
        return Reflect.apply(method, promises, given) as unknown;
      };
    }
    return replaced;
  });
  const fs: FileSystem = Object.create(inner, {
    openSync: {
      value: (...given: Parameters<FileSystem["openSync"]>) => {
        called();
        return disk.openSync(...given);
      },
    },
  });
  return { fs, calls: () => calls };
}

interface Call {
  readonly name: string;
  readonly run: (helper: FilesHelper) => Promise<unknown>;
  readonly devices?: boolean;
}

export const CALLS: readonly Call[] = [
  { name: "removeOperationData", run: (helper) => helper.removeOperationData("P", 1) },
  { name: "removeFolder", run: (helper) => helper.removeFolder(`${root}/PROJECTS/P`) },
  { name: "removeFiles", run: (helper) => helper.removeFiles([`${root}/PROJECTS/P/1/d/c.h5`]) },
  { name: "moveDatatype", run: (helper) => helper.moveDatatype("P", 2, `${root}/PROJECTS/P/1/d`) },
];

/** Of which each takes seconds. */
export const LONG_CALLS: readonly Call[] = [
  {
    name: "moveDatatype across devices",
    run: (helper) => helper.moveDatatype("P", 2, `${root}/PROJECTS/P/1/d`),
    devices: true,
  },
];

/** Tests calls with each of these folders of a project exchanged, at each call of the file system. */
export function describeExchanges(places: readonly string[], calls: readonly Call[]): void {
  beforeEach(() => {
    folder = nodeFs.mkdtempSync(`${nodeFs.realpathSync(tmpdir())}/fs-helper-`);
    root = `${folder}/storage`;
    outside = `${folder}/outside`;
  });
  afterEach(() => nodeFs.rmSync(folder, { recursive: true, force: true }));

  describeWith(linux)("a folder that is exchanged for a link", () => {
    for (const place of places)
      test.each(calls)(
        `P${place}, at any call of $name: what lies outside stays as it is, and is not taken in`,
        (call) => exchangeAtAnyCall(call, place),
        60_000,
      );

    test("disk usage counts nothing outside", async () => {
      for (let n = 1; ; n++) {
        build();
        nodeFs.writeFileSync(`${outside}/1/d/c.h5`, new Uint8Array(1_000_000));
        const { fs, calls } = exchangedAt(n, `${root}/PROJECTS/P/1/d`, `${outside}/1/d`);
        const helper = new FilesHelper({ storageRoot: root, fs });
        expect(await helper.computeSizeOnDisk(`${root}/PROJECTS/P`), `call ${n}`).toBeLessThan(10);
        if (calls() < n) break;
      }
    }, 60_000);
  });
}

async function exchangeAtAnyCall(call: Call, place: string): Promise<void> {
  const path = `${root}/PROJECTS/P${place}`;
  for (let n = 1; ; n++) {
    build();
    const before = tree(outside);
    const disk = call.devices === true ? onDevices(nodeFs, [`${root}/PROJECTS/P/2`]) : nodeFs;
    const { fs, calls } = exchangedAt(n, path, `${outside}${place}`, disk);
    // Whether it succeeds is of no matter.
    await call.run(new FilesHelper({ storageRoot: root, fs })).catch(() => undefined);
    const at = `${place} exchanged at call ${n}`;
    expect(tree(outside), at).toEqual(before);
    const taken = tree(root)
      .filter((name) => nodeFs.lstatSync(`${root}/${name}`).isFile())
      .filter((name) => nodeFs.readFileSync(`${root}/${name}`, "utf8").startsWith(outside));
    expect(taken, at).toEqual([]);
    if (calls() < n) return;
  }
}
