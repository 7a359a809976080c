import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { runPython } from "../../../test/support/h5py.js";
import { describeWith, h5diff, h5py, itWith, linux } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { bash, inPipe, inTerminal, script, setpriv, start, tvbStorage } from "./support/program.js";

const at = temporaryFolder("cli-convert");
const run = (...args: string[]) => tvbStorage(["convert", ...args], { cwd: at() });
const DONE = { stdout: "", stderr: "", status: 0 };

beforeAll(async () => {
  const manager = new HDF5StorageManager(at("a.h5"));
  const data = ndarray(
    Float64Array.from({ length: 6000 }, (_, index) => index),
    { shape: [100, 60] },
  );
  await manager.storeData(data, "group/data", { chunks: [10, 60], compression: { gzip: 6, shuffle: true } });
  await manager.storeData(["x", "äöü"], "names");
  await manager.setMetadata({ title: "x" }, "group/data");
  await manager.closeFile();
});

describe("convert of a file", () => {
  test("makes the same file, and says nothing", async () => {
    expect(await run("a.h5", "b.h5")).toEqual(DONE);
    expect(await tvbStorage(["diff", "a.h5", "b.h5", "--layout"], { cwd: at() })).toEqual(DONE);
  });

  itWith(script)("shows nothing in a terminal either, where it is done in a moment", async () => {
    const { stdout, status } = await inTerminal(["convert", "a.h5", "terminal.h5"], { cwd: at() });
    expect([stdout, status]).toEqual(["", 0]);
  });

  test("stores datasets with the chunks and the compression that are asked for", async () => {
    expect(await run("a.h5", "small.h5", "--gzip", "9", "--chunks", "1000,6")).toEqual(DONE);
    const nodes = await new HDF5StorageManager(at("small.h5")).listNodes();
    expect(nodes.find(({ path }) => path === "/group/data")).toMatchObject({
      chunks: [100, 6],
      filters: ["gzip"],
      compression: { gzip: 9 },
    });
    expect(await tvbStorage(["diff", "a.h5", "small.h5"], { cwd: at() })).toEqual(DONE);
  });

  test("refuses a file that is there, unless it is to be replaced", async () => {
    writeFileSync(at("there.h5"), "text", { mode: 0o600 });
    expect(await run("a.h5", "there.h5")).toEqual({
      stdout: "",
      stderr: "tvb-storage: cannot make there.h5: it exists already; --overwrite replaces it\n",
      status: 2,
    });
    expect(readFileSync(at("there.h5"), "utf8")).toBe("text");
    expect(await run("a.h5", "there.h5", "--overwrite")).toEqual(DONE);
    expect(statSync(at("there.h5")).mode & 0o777).toBe(0o600);
  });

  test("changes nothing with --dry-run", async () => {
    const { stdout, status } = await run("a.h5", "dry.h5", "--dry-run");
    expect(stdout).toMatch(/^would convert a\.h5 \(2 datasets, .* stored\) to dry\.h5\n$/);
    expect(status).toBe(0);
    expect(await run("a.h5:", "b.h5", "--dry-run")).toMatchObject({ status: 2 });
    expect(readdirSync(at())).not.toContain("dry.h5");
  });

  test("ends with 2 and one line for what it cannot do", async () => {
    cpSync(at("a.h5"), at("cut.h5"));
    truncateSync(at("cut.h5"), 3000);
    const failures: [string[], RegExp][] = [
      [["missing.h5", "x.h5"], /^tvb-storage: .*missing\.h5.*\n$/],
      [["cut.h5", "x.h5"], /^tvb-storage: .*cut\.h5: .*cut short.*\n$/],
      [["a.h5", "./a.h5"], /^tvb-storage: a\.h5 and \.\/a\.h5 are the same file: .*\n$/],
      [
        ["a.h5", "nowhere/x.h5"],
        /^tvb-storage: cannot make nowhere\/x\.h5: there is no folder nowhere; .*\n$/,
      ],
      [["a.h5", "x.h5", "--dataset", "/names"], /^tvb-storage: --dataset is for \.npy files; .*\n$/],
      [["a.h5", "x.h5", "--gzip", "10"], /^tvb-storage: --gzip must be a whole number from 0 to 9.*\n$/],
      [["a.h5", "x.h5", "--shuffle"], /^tvb-storage: --shuffle needs --gzip.*\n$/],
      [["a.h5", "x.npy"], /^tvb-storage: give --dataset, .*\n$/],
      [["a.h5", "x.npy", "--dataset", "/nam"], /^tvb-storage: .*a\.h5.*\/nam.*\n$/],
      [["a.h5", "x.npy", "--dataset", "/names", "--gzip", "1"], /^tvb-storage: --gzip.* not for \.npy.*\n$/],
      [["cut.h5", "b.h5", "--overwrite"], /^tvb-storage: .*cut short.*\n$/],
    ];
    const before = readFileSync(at("b.h5"));
    for (const [args, message] of failures) {
      const { stdout, stderr, status } = await run(...args);
      expect([stdout, status], args.join(" ")).toEqual(["", 2]);
      expect(stderr).toMatch(message);
    }
    expect(readFileSync(at("b.h5")).equals(before)).toBe(true);
    expect(readdirSync(at()).filter((name) => name.startsWith("x.") || name.startsWith("."))).toEqual([]);
  });

  itWith(linux, setpriv)("ends with 2 where it may not make the file", async () => {
    mkdirSync(at("closed"), { mode: 0o755 });
    execFileSync("chmod", ["755", tmpdir(), at()]);
    chmodSync(at("a.h5"), 0o644);
    const { stderr, status } = await inPipe(["convert", "a.h5", "closed/b.h5"], {
      cwd: at(),
      withoutRights: true,
    });
    expect(stderr).toMatch(
      /^tvb-storage: cannot make closed\/b\.h5: the folder .*closed must be writable.*\n$/,
    );
    expect(status).toBe(2);
  });

  itWith(bash)("leaves what was there, and nothing else, where the disk is full", async () => {
    mkdirSync(at("full"));
    writeFileSync(at("full/b.h5"), "before");
    const options = { cwd: at(), fileBlocks: 8 };
    for (const [from, to, dataset] of [
      ["a.h5", "full/b.h5", []],
      ["a.h5", "full/x.npy", ["--dataset", "group/data"]],
    ] as const) {
      const { stderr, status } = await inPipe(["convert", from, to, "--overwrite", ...dataset], options);
      expect(stderr).toMatch(/^tvb-storage: .*\n$/);
      expect(stderr).not.toContain(".tmp");
      expect(status).toBe(2);
    }
    expect(readdirSync(at("full"))).toEqual(["b.h5"]);
    expect(readFileSync(at("full/b.h5"), "utf8")).toBe("before");
  });

  itWith(bash)("leaves a file as it was where the disk is full while a dataset is added", async () => {
    mkdirSync(at("added"));
    cpSync(at("a.h5"), at("added/a.h5"));
    await run("a.h5", "added/x.npy", "--dataset", "group/data");
    const before = readFileSync(at("added/a.h5"));
    const args = ["convert", "added/x.npy", "added/a.h5", "--dataset", "more"];
    const { stderr, status } = await inPipe(args, { cwd: at(), fileBlocks: 30 });
    expect(stderr).toMatch(/^tvb-storage: .*\n$/);
    expect(status).toBe(2);
    expect(readFileSync(at("added/a.h5")).equals(before)).toBe(true);
    expect(readdirSync(at("added"))).toEqual(["a.h5", "x.npy"]);
  });

  test("leaves what was there, and nothing else, when it is interrupted", async () => {
    const long = new HDF5StorageManager(at("long.h5"));
    const rows = new Float64Array(1_000_000);
    const blocks = Array.from({ length: 60 }, () => ndarray(rows, { shape: [1, rows.length] }));
    await long.storeData({ dtype: "float64", shape: [60, rows.length], blocks }, "data");
    await long.closeFile();
    mkdirSync(at("interrupted"));
    for (const args of [
      ["long.h5", "interrupted/b.h5", "--gzip", "9"],
      ["long.h5", "interrupted/x.npy", "--dataset", "data"],
    ]) {
      const running = start(["convert", ...args], { cwd: at() });
      const folder = setInterval(() => {
        if (readdirSync(at("interrupted")).length === 0) return;
        clearInterval(folder);
        running.process.kill("SIGINT");
      }, 5);
      const ended = await running.ended;
      clearInterval(folder);
      expect(ended).toEqual({
        stdout: "",
        stderr: "tvb-storage: interrupted; what was there is as it was\n",
        status: 130,
      });
      expect(readdirSync(at("interrupted"))).toEqual([]);
    }
  });
});

describeWith(h5py)("convert in h5py's eyes", () => {
  const make = (name: string, statements: string) =>
    runPython("f = h5py.File(sys.argv[1], 'w')\nexec(sys.argv[2])\nf.close()", at(name), statements);

  /** Chunks, filters, and the types of datasets and attributes. */
  const FACTS = `
def facts(path):
    found = {}
    def add(name, node):
        attributes = {key: [str(node.attrs.get_id(key).dtype), node.attrs.get_id(key).shape] for key in node.attrs}
        if isinstance(node, h5py.Dataset):
            found[name] = [str(node.dtype), node.shape, node.maxshape, node.chunks, node.compression, node.compression_opts, node.shuffle, attributes]
        else:
            found[name] = attributes
    with h5py.File(path, 'r') as f:
        add('/', f)
        f.visititems(add)
    return json.dumps(found, default=str)
`;
  const facts = (name: string): unknown =>
    JSON.parse(runPython(`${FACTS}\nprint(facts(sys.argv[1]))`, at(name)));

  itWith(h5diff)("a converted file has the values, chunks, filters and types of its source", async () => {
    make(
      "source.h5",
      `
d = f.create_dataset('g/data', data=np.arange(6000.).reshape(100, 60), chunks=(10, 60), maxshape=(None, 60), compression='gzip', compression_opts=6, shuffle=True)
d.attrs['i4'] = np.int32(4); d.attrs['i8'] = 5; d.attrs['f4'] = np.float32(1.5); d.attrs['text'] = 'x'
d.attrs['list'] = np.arange(3, dtype='u2'); d.attrs['flag'] = np.bool_(True); d.attrs['z'] = 1 + 2j
f['texts'] = np.array(['a', 'bc'], dtype=object); f['flags'] = np.array([True, False]); f['z'] = np.array([1 + 2j])
for t in ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8']: f['numbers/' + t] = np.arange(5, dtype=t)
f['scalar'] = 1.5; f.create_group('empty').attrs['x'] = 1
f['compound'] = np.array([(1, 2.5, b'ab')], dtype=[('a', 'i4'), ('b', 'f8'), ('c', 'S3')]); f['enum'] = np.array([1, 0], dtype=h5py.enum_dtype({'no': 0, 'yes': 1}))
f['fixed'] = np.array([b'ab', b'c'], dtype='S4'); f['half'] = np.arange(3, dtype='f2'); f['big'] = np.arange(3, dtype='>i4')
f['soft'] = h5py.SoftLink('/scalar'); f['hard'] = f['scalar']; f['bytes'] = np.void(b'abc')
d.attrs['reference'] = f['scalar'].ref; f['references'] = np.array([d.ref, f['texts'].ref], dtype=h5py.ref_dtype)`,
    );
    expect(await run("source.h5", "target.h5")).toEqual(DONE);
    execFileSync(h5diff.command, ["source.h5", "target.h5"], { cwd: at() });
    expect(facts("target.h5")).toEqual(facts("source.h5"));
    const names =
      "f = h5py.File(sys.argv[1], 'r'); print([f[r].name for r in f['references']], f['hard'] == f['scalar'], f.get('soft', getlink=True).path)";
    expect(runPython(names, at("target.h5"))).toBe("['/g/data', '/texts'] True /scalar\n");
  });

  itWith(h5diff)("a dataset comes to numpy and back as it was", async () => {
    make("numbers.h5", "f['deep/x'] = np.random.default_rng(1).normal(size=(300, 40, 3)).astype('f4')");
    expect(await run("numbers.h5", "x.npy", "--dataset", "/deep/x")).toEqual(DONE);
    const same =
      "f = h5py.File(sys.argv[1], 'r'); a = np.load(sys.argv[2]); print(np.array_equal(a, f['deep/x'][...]), a.dtype, a.flags.c_contiguous)";
    expect(runPython(same, at("numbers.h5"), at("x.npy"))).toBe("True float32 True\n");
    expect(await run("x.npy", "back.h5", "--dataset", "deep/x")).toEqual(DONE);
    execFileSync(h5diff.command, ["numbers.h5", "back.h5", "/deep/x"], { cwd: at() });
    expect(await run("back.h5", "y.npy", "--dataset", "deep/x")).toEqual(DONE);
    expect(readFileSync(at("y.npy")).equals(readFileSync(at("x.npy")))).toBe(true);
  });

  test("each kind of type of numpy.save comes into a file and back", async () => {
    runPython(
      "for t in ['bool', 'u2', 'i8', 'f4', 'c16', 'U3']: np.save(f'{sys.argv[1]}/type-{t}.npy', np.arange(6).reshape(2, 3).astype(t))",
      at(),
    );
    const names = readdirSync(at()).filter((name) => name.startsWith("type-"));
    expect(names).toHaveLength(6);
    for (const name of names) {
      expect(await run(name, "types.h5", "--dataset", `/types/${name}`), name).toEqual(DONE);
      expect(await run("types.h5", `back-${name}`, "--dataset", `/types/${name}`), name).toEqual(DONE);
    }
    const compare =
      "import glob\nfor p in glob.glob(sys.argv[1] + '/type-*.npy'):\n a = np.load(p); b = np.load(p.replace('type-', 'back-type-')); assert a.dtype == b.dtype or a.dtype.kind == 'U', (p, b.dtype); assert np.array_equal(a, b), p\nprint('same')";
    expect(runPython(compare, at())).toBe("same\n");
  }, 60_000);

  test("a dataset that is there is replaced by values of its type and shape, and only when asked", async () => {
    make(
      "there-too.h5",
      "f['x'] = np.zeros((2, 3)); f['x'].attrs['u'] = 1; f['y'] = np.zeros(2); f.create_group('g')",
    );
    runPython("np.save(sys.argv[1], np.ones((2, 3)))", at("ones.npy"));
    const into = (dataset: string, ...more: string[]) =>
      run("ones.npy", "there-too.h5", "--dataset", dataset, ...more);
    expect((await into("x")).stderr).toMatch(
      /^tvb-storage: .*has a dataset x already; --overwrite replaces its values\n$/,
    );
    expect(await into("x", "--overwrite")).toEqual(DONE);
    expect(
      runPython(
        "f = h5py.File(sys.argv[1], 'r'); print(f['x'][...].sum(), f['x'].attrs['u'])",
        at("there-too.h5"),
      ),
    ).toBe("6.0 1\n");
    expect((await into("y", "--overwrite")).stderr).toMatch(
      /of float64 \(2,\), and the values are float64 \(2, 3\): remove it first/,
    );
    expect((await into("g", "--overwrite")).stderr).toMatch(/has a group g, which no dataset can replace/);
  });

  test("a field of a compound goes to numpy", async () => {
    make("compound.h5", "f['x'] = np.array([(1, 2.5), (3, 4.5)], dtype=[('a', 'i4'), ('b', 'f8')])");
    expect(await run("compound.h5", "b.npy", "--dataset", "x", "--field", "b")).toEqual(DONE);
    expect(runPython("print(np.load(sys.argv[1]))", at("b.npy"))).toBe("[2.5 4.5]\n");
    expect((await run("compound.h5", "c.npy", "--dataset", "x")).stderr).toMatch(
      /^tvb-storage: .*compound.*--field.*\n$/,
    );
  });

  test("what cannot be carried over is named; without --allow-loss nothing is made", async () => {
    make("references.h5", "f['x'] = np.zeros(4); f['r'] = np.array([f['x'].ref], dtype=h5py.ref_dtype)");
    const args = ["references.h5", "without.h5", "--gzip", "1"];
    const refused = await run(...args);
    expect(refused.stderr).toMatch(
      /^\/r: its type object reference cannot be represented, and it is not copied\ntvb-storage: .*without\.h5 was not made, since 1 thing in references\.h5 cannot be carried over; --allow-loss .*\n$/,
    );
    expect(refused.status).toBe(2);
    expect(readdirSync(at())).not.toContain("without.h5");
    expect(await run(...args, "--allow-loss")).toMatchObject({ status: 1 });
    expect(Object.keys(facts("without.h5") as object)).toEqual(["/", "x"]);
  });
});
