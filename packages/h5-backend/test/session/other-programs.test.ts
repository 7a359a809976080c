import nodeFs from "node:fs";
import { fileURLToPath } from "node:url";
import { FileStorageException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py, itWith, linux } from "../../../../test/support/judges.js";
import { compact, type H5Options, HDF5StorageManager, recover, verify } from "../../src/index.js";
import { h5pyProcesses } from "../support/h5py-process.js";

// Another program has the file open. The judge of what is refused is HDF5 itself, whose rules these are.

const folder = temporaryFolder();
const start = h5pyProcesses();

const CREATE = `
with h5py.File(sys.argv[1], "w", libver=(sys.argv[2], sys.argv[2]) if sys.argv[2] != "earliest" else "earliest") as f:
    f["x"] = np.arange(4.0)
    f.create_dataset("rows", data=np.arange(6.0).reshape(3, 2), maxshape=(None, 2), chunks=(4, 2))
    f.create_dataset("removed", data=np.arange(100.0))
    f.attrs["TVB_a"] = 1.0
`;
/** Opens the file in a mode (and turns a SWMR writer), says so, and closes it when it may go on. */
const HOLD = `
f = h5py.File(sys.argv[1], sys.argv[2], libver="latest" if sys.argv[3] == "swmr" else None)
if sys.argv[3] == "swmr":
    f.swmr_mode = True
f["x"][0]
say()
wait()
f.close()
`;

function create(name: string, libver = "earliest"): string {
  const path = folder(name);
  runPython(CREATE, path, libver);
  return path;
}

const CHANGES: Readonly<Record<string, (path: string, options: H5Options) => Promise<unknown>>> = {
  storeData: (path, options) => new HDF5StorageManager(path, options).storeData([1, 2], "y"),
  "storeData in place": (path, options) => new HDF5StorageManager(path, options).storeData([4, 3, 2, 1], "x"),
  "storeData of blocks": (path, options) =>
    new HDF5StorageManager(path, options).storeData(
      { dtype: "float64", shape: [2], blocks: [Float64Array.of(1, 2)] },
      "blocks",
    ),
  appendData: (path, options) =>
    new HDF5StorageManager(path, options).appendData([[7, 8]], "rows", { growDimension: 0 }),
  "appendData, kept open": async (path, options) => {
    const manager = new HDF5StorageManager(path, options);
    await manager.appendData([[7, 8]], "rows", { growDimension: 0, closeFile: false });
    await manager.closeFile();
  },
  setMetadata: (path, options) => new HDF5StorageManager(path, options).setMetadata({ b: 2 }),
  removeMetadata: (path, options) => new HDF5StorageManager(path, options).removeMetadata("a"),
  removeData: (path, options) => new HDF5StorageManager(path, options).removeData("removed"),
  compact: (path, { ignoreLocks }) => compact(path, ignoreLocks === true ? { ignoreLocks } : {}),
};

const READS: Readonly<Record<string, (path: string, options: H5Options) => Promise<unknown>>> = {
  getData: (path, options) => new HDF5StorageManager(path, options).getData("rows"),
  "getData, a selection": (path, options) =>
    new HDF5StorageManager(path, options).getData("rows", { selection: [1] }),
  "getData, kept open": async (path, options) => {
    const manager = new HDF5StorageManager(path, options);
    await manager.getData("rows", { closeFile: false });
    await manager.closeFile();
  },
  getDataShape: (path, options) => new HDF5StorageManager(path, options).getDataShape("rows"),
  getMetadata: (path, options) => new HDF5StorageManager(path, options).getMetadata(),
  listNodes: (path, options) => new HDF5StorageManager(path, options).listNodes(),
  streamData: async (path, options) => {
    for await (const _ of new HDF5StorageManager(path, options).streamData("rows"));
  },
};

async function expectRefused(
  calls: typeof CHANGES,
  path: string,
  message: RegExp,
  options: H5Options = {},
): Promise<void> {
  const before = nodeFs.readFileSync(path);
  for (const [name, call] of Object.entries(calls)) {
    const thrown: unknown = await call(path, options).then(
      () => `${name} was not refused`,
      (error: unknown) => error,
    );
    expect(thrown, name).toBeInstanceOf(FileStorageException);
    expect(String(thrown), name).toMatch(message);
    expect(String(thrown), name).toContain("ignoreLocks: true");
  }
  expect(nodeFs.readFileSync(path).equals(before)).toBe(true);
  expect(nodeFs.existsSync(`${path}.journal`)).toBe(false);
}

async function expectDone(calls: typeof CHANGES, path: string, options: H5Options = {}): Promise<void> {
  for (const [name, call] of Object.entries(calls)) {
    if (name.startsWith("remove")) continue;
    await expect(call(path, options), name).resolves.not.toThrow();
  }
}

describeWith(h5py, linux)("HDF5's lock of another program", () => {
  it.each(["earliest", "v108"])(
    "refuses changes and reads where it is exclusive (libver %s), names the process, and is looked for at each call",
    async (libver) => {
      const path = create(`exclusive-${libver}.h5`, libver);
      const writer = await start(HOLD, path, "r+", "");
      const message = new RegExp(`process ${writer.pid} \\(python3.*\\) has it open for writing`);
      await expectRefused(CHANGES, path, message);
      await expectRefused(READS, path, message);
      await expect(verify(path)).rejects.toThrow(message);
      writer.goOn();
      await writer.ended;
      await expectDone(READS, path);
      await expectDone(CHANGES, path);
      expect(await verify(path)).toEqual([]);
    },
  );

  it("refuses changes where it is shared, and allows reads", async () => {
    const path = create("shared.h5");
    const reader = await start(HOLD, path, "r", "");
    await expectRefused(CHANGES, path, new RegExp(`process ${reader.pid} .* has it open for reading`));
    await expectDone(READS, path);
    expect(await verify(path)).toEqual([]);
    reader.goOn();
    await reader.ended;
    await expectDone(CHANGES, path);
  });

  it("does not count with ignoreLocks", async () => {
    const path = create("ignored.h5");
    const reader = await start(HOLD, path, "r", "");
    await expectDone(CHANGES, path, { ignoreLocks: true });
    reader.goOn();
    await reader.ended;
    const writer = await start(HOLD, path, "r+", "");
    await expectDone(READS, path, { ignoreLocks: true });
    await writer.kill();
  });

  it("is seen by a session that was kept open for reading before", async () => {
    const path = create("kept.h5");
    const manager = new HDF5StorageManager(path);
    await manager.getData("rows", { closeFile: false });
    const writer = await start(HOLD, path, "r+", "");
    await expect(manager.getData("rows", { closeFile: false })).rejects.toThrow(/has it open for writing/);
    writer.goOn();
    await writer.ended;
    await manager.getData("rows");
  });

  it("is looked for again before a commit, which then stores nothing and leaves the other's changes", async () => {
    const path = create("meanwhile.h5");
    const manager = new HDF5StorageManager(path);
    await manager.appendData([[7, 8]], "rows", { growDimension: 0, closeFile: false });
    // Reads of the own rows write them: the file has grown.
    await manager.getData("rows", { closeFile: false });
    const other = await start(
      `${HOLD.replace("say()", `f["other"] = np.arange(500.0)\nf.flush()\nsay()`)}`,
      path,
      "r+",
      "",
    );
    await expect(manager.closeFile()).rejects.toThrow(
      new RegExp(`nothing of this session was stored.*process ${other.pid} .* has it open for writing`),
    );
    other.goOn();
    await other.ended;
    expect(runPython("f = h5py.File(sys.argv[1])\nprint(f['rows'].shape, f['other'][499])", path)).toBe(
      "(3, 2) 499.0\n",
    );
    expect(await verify(path)).toEqual([]);
  });

  it("a program that came and went meanwhile is noticed, and none of its changes is lost", async () => {
    const path = create("came-and-went.h5");
    const manager = new HDF5StorageManager(path);
    await manager.appendData([[7, 8]], "rows", { growDimension: 0, closeFile: false });
    runPython("with h5py.File(sys.argv[1], 'r+') as f: f['other'] = np.arange(500.)", path);
    await expect(manager.closeFile()).rejects.toThrow(/another program changed it/);
    expect(runPython("f = h5py.File(sys.argv[1])\nprint(f['rows'].shape, f['other'][499])", path)).toBe(
      "(3, 2) 499.0\n",
    );
    await manager.appendData([[7, 8]], "rows", { growDimension: 0 });
    expect(await verify(path)).toEqual([]);
  });

  it("of a program that came in the middle of a commit makes the call fail, since that program may overwrite it", async () => {
    const path = create("in-commit.h5");
    const trigger = folder("trigger");
    const script = `
say()
while not os.path.exists(sys.argv[2]): time.sleep(0.001)
f = h5py.File(sys.argv[1], "r+")
open(sys.argv[2] + "ed", "w").close()
wait()
f.close()
`;
    const other = await start(script, path, trigger);
    let data: number | undefined;
    const fs = {
      ...nodeFs,
      openSync: nodeFs.openSync,
      // The first bytes that come into the file below its end are those of the commit.
      writeSync: ((fd: number, buffer: Uint8Array, offset: number, length: number, position: number) => {
        data ??= nodeFs.fstatSync(fd).ino === nodeFs.statSync(path).ino && position < 96 ? fd : undefined;
        if (fd === data && !nodeFs.existsSync(trigger)) {
          nodeFs.writeFileSync(trigger, "");
          const end = Date.now() + 10_000;
          while (!nodeFs.existsSync(`${trigger}ed`) && Date.now() < end);
        }
        return nodeFs.writeSync(fd, buffer, offset, length, position);
      }) as typeof nodeFs.writeSync, // the one overload that is used
    };
    await expect(new HDF5StorageManager(path, { fs }).storeData([1, 2], "y")).rejects.toThrow(
      new RegExp(`opened the file in the middle of it.*process ${other.pid} .* has it open for writing`),
    );
    other.goOn();
    await other.ended;
  });
});

/** `write`: as of a writer of the latest format; its lock is not taken, as on file systems without locks. */
const MARKED = `
os.environ["HDF5_USE_FILE_LOCKING"] = "FALSE"
${HOLD.replace("None)", '"latest")')}`;

describeWith(h5py)("the mark of a writer in the superblock", () => {
  it("refuses changes and reads, as HDF5 does, whether its writer lives or died", async () => {
    const path = create("marked.h5", "v110");
    const writer = await start(MARKED, path, "r+", "");
    expect(nodeFs.readFileSync(path)[11]).toBe(1);
    await expectRefused(CHANGES, path, /marked as open for writing.*recover\(path\)/);
    await expectRefused(READS, path, /marked as open for writing.*recover\(path\)/);
    await writer.kill();
    await expectRefused(CHANGES, path, /marked as open for writing/);
    await expectRefused(READS, path, /marked as open for writing/);
    expect(await verify(path)).toMatchObject([
      { path: "/", kind: "damage", problem: expect.stringMatching(/a writer has the file open/) },
    ]);
  });

  it("of a SWMR writer refuses changes only", async () => {
    const path = create("swmr.h5", "v110");
    await start(HOLD, path, "r+", "swmr");
    expect(nodeFs.readFileSync(path)[11]).toBe(5);
    await expectRefused(CHANGES, path, /marked as open for SWMR writing/);
    await expectDone(READS, path);
  });

  it("does not count with ignoreLocks; a change takes it off", async () => {
    const path = create("mark-ignored.h5", "v110");
    const writer = await start(MARKED, path, "r+", "");
    await writer.kill();
    await expectDone(READS, path, { ignoreLocks: true });
    expect(nodeFs.readFileSync(path)[11]).toBe(1);
    const warnings: string[] = [];
    const logger = { debug: () => {}, error: () => {}, warn: (message: string) => warnings.push(message) };
    await new HDF5StorageManager(path, { ignoreLocks: true, logger }).setMetadata({ b: 1 });
    expect(warnings).toEqual([
      `${path}: it is marked as open for writing by another program; the mark is removed`,
    ]);
    expect(nodeFs.readFileSync(path)[11]).toBe(0);
    await expectDone(READS, path);
  });

  it.each([
    ["earliest", 20],
    ["v108", 11],
  ])("does not count in a superblock of libver %s, where it is a leftover", async (libver, at) => {
    const path = create(`leftover-${libver}.h5`, libver);
    const bytes = nodeFs.readFileSync(path);
    bytes[at] = 1;
    nodeFs.writeFileSync(path, bytes);
    if (libver !== "earliest") runPython(SEAL, path);
    expect(runPython("print(h5py.File(sys.argv[1], 'r+')['x'][3])", path)).toBe("3.0\n");
    await expectDone(READS, path);
    expect(await verify(path)).toEqual([]);
    await expectDone(CHANGES, path);
    expect(await recover(path)).toBe("clean");
  });
});

/** Makes the checksum of a superblock of version 2 right. */
const SEAL = `
import importlib.util
spec = importlib.util.spec_from_file_location("lookup", ${JSON.stringify(fileURLToPath(new URL("../support/lookup3.py", import.meta.url)))})
lookup = importlib.util.module_from_spec(spec); spec.loader.exec_module(lookup)
data = bytearray(open(sys.argv[1], "rb").read())
data[44:48] = lookup.lookup3(bytes(data[:44])).to_bytes(4, "little")
open(sys.argv[1], "wb").write(data)
`;

/** Appends rows as a SWMR writer and says so; then waits. */
const SWMR_ROWS = `
f = h5py.File(sys.argv[1], "w", libver="latest")
rows = f.create_dataset("rows", shape=(0, 4), maxshape=(None, 4), chunks=(3, 4), dtype="f8")
f.swmr_mode = True
for n in range(50):
    rows.resize((n + 1, 4))
    rows[n] = n
    rows.flush()
say()
wait()
`;

describeWith(h5py)("recover", () => {
  itWith(linux)(
    "clears the mark that a dead SWMR writer left, and keeps every row that it had written",
    async () => {
      const path = folder("dead-swmr.h5");
      const writer = await start(SWMR_ROWS, path);
      await expect(recover(path)).rejects.toThrow(
        new RegExp(`open for writing in process ${writer.pid}.*force: true`),
      );
      await writer.kill();
      expect(nodeFs.readFileSync(path)[11]).toBe(5);
      const { size } = nodeFs.statSync(path);
      expect(await recover(path)).toBe("unmarked");
      expect(await recover(path)).toBe("clean");
      expect(nodeFs.statSync(path).size).toBeGreaterThanOrEqual(size);
      expect(await verify(path)).toEqual([]);
      const manager = new HDF5StorageManager(path);
      await manager.appendData([[50, 50, 50, 50]], "rows", { growDimension: 0 });
      const check =
        "r = h5py.File(sys.argv[1], 'r+')['rows'][()]\nprint(r.shape, (r == np.arange(51.)[:, None]).all())";
      expect(runPython(check, path)).toBe("(51, 4) True\n");
    },
  );

  itWith(linux)(
    "refuses where the mark is of a writer that lives, with a lock or without, unless forced",
    async () => {
      const locked = create("live.h5", "v110");
      const first = await start(HOLD.replace("None)", '"latest")'), locked, "r+", "");
      await expect(recover(locked)).rejects.toThrow(new RegExp(`open for writing in process ${first.pid}`));
      const unlocked = create("live-unlocked.h5", "v110");
      const second = await start(MARKED, unlocked, "r+", "");
      await expect(recover(unlocked)).rejects.toThrow(
        new RegExp(`open for writing in process ${second.pid}`),
      );
      expect(nodeFs.readFileSync(unlocked)[11]).toBe(1);
      expect(await recover(unlocked, { force: true })).toBe("unmarked");
      expect(nodeFs.readFileSync(unlocked)[11]).toBe(0);
    },
  );

  itWith(linux)("clears the mark of a writer of the latest format that was killed", async () => {
    const path = create("killed.h5", "v110");
    const writer = await start(HOLD.replace("None)", '"latest")'), path, "r+", "");
    await writer.kill();
    expect(await recover(path)).toBe("unmarked");
    expect(runPython("print(h5py.File(sys.argv[1], 'r+')['x'][3])", path)).toBe("3.0\n");
  });

  it("leaves what a program without a mark is writing", async () => {
    const path = create("growing.h5");
    const writer = await start(HOLD.replace("say()", `f["more"] = np.arange(1000.0)\nsay()`), path, "r+", "");
    const before = nodeFs.statSync(path).size;
    await recover(path).catch((error: unknown) => expect(String(error)).toMatch(/has it open for writing/));
    expect(nodeFs.statSync(path).size).toBe(before);
    writer.goOn();
    await writer.ended;
    expect(runPython("print(h5py.File(sys.argv[1])['more'][999])", path)).toBe("999.0\n");
  });

  it("cannot exclude a writer on a file system that is not the disk, and needs force there", async () => {
    const path = create("elsewhere.h5", "v110");
    await (await start(MARKED, path, "r+", "")).kill();
    const fs = {
      ...nodeFs,
      openSync: (...args: Parameters<typeof nodeFs.openSync>) => nodeFs.openSync(...args),
    };
    await expect(recover(path, { fs })).rejects.toThrow(/cannot be excluded.*does not tell.*force: true/);
    expect(await recover(path, { fs, force: true })).toBe("unmarked");
  });
});
