import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { runPython } from "../../../test/support/h5py.js";
import { describeWith, h5diff, h5py, itWith, posix } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { inPipe, inTerminal, script, setpriv, start, tvbStorage } from "./support/program.js";

const at = temporaryFolder("cli-diff");
const run = (...args: string[]) => tvbStorage(["diff", ...args], { cwd: at() });

interface Content {
  readonly first?: number;
  readonly label?: string;
  readonly extra?: boolean;
  readonly chunks?: readonly number[];
}

async function makeFile(name: string, { first = 0, label = "a", extra = false, chunks }: Content = {}) {
  const manager = new HDF5StorageManager(at(name));
  const layout = chunks === undefined ? {} : { chunks };
  await manager.storeData(ndarray(Float64Array.of(first, 1, 2, 3, 4, 5), { shape: [2, 3] }), "data", layout);
  await manager.storeData(["x", label], "names", { where: "/labels" });
  if (extra) await manager.storeData(Int16Array.of(1), "only");
  await manager.setMetadata({ title: label, number: first }, "data");
  await manager.closeFile();
}

beforeAll(async () => {
  await makeFile("a.h5");
  await makeFile("same.h5");
  await makeFile("b.h5", { first: 0.5, label: "b", extra: true });
  await makeFile("chunked.h5", { chunks: [1, 3] });
  cpSync(at("a.h5"), at("cut.h5"));
  truncateSync(at("cut.h5"), 900);
});

describe("diff of two files", () => {
  test("says nothing and ends with 0 where they are the same", async () => {
    expect(await run("a.h5", "same.h5")).toEqual({ stdout: "", stderr: "", status: 0 });
  });

  const DIFFERENCES = `/data @TVB_number: dtype int64, float64
/data @TVB_number: 1 of 1 value differs, by 0.5 at most, relative 1
/data @TVB_title: 1 of 1 value differs
/data: 1 of 6 values differ, by 0.5 at most, relative 1
/labels/names: 1 of 2 values differ
/only: only in the second: dataset int16 (1,)
`;

  test("names what differs, and ends with 1", async () => {
    expect(await run("a.h5", "b.h5")).toEqual({ stdout: DIFFERENCES, stderr: "", status: 1 });
  });

  itWith(script)("is the same in a terminal, whatever its width", async () => {
    const { stdout, status } = await inTerminal(["diff", "a.h5", "b.h5"], { columns: 40, cwd: at() });
    expect([stdout, status]).toEqual([DIFFERENCES, 1]);
  });

  test("lists the first values with --first", async () => {
    expect((await run("b.h5", "a.h5", "/labels", "-n", "3")).stdout).toBe(
      "/labels/names: 1 of 2 values differ\n    [1]  'b'  'a'\n",
    );
    expect(
      (await run("b.h5", "a.h5", "data", "--first", "1", "--ignore", "title", "--ignore", "number")).stdout,
    ).toBe("/data: 1 of 6 values differ, by 0.5 at most\n    [0, 0]  0.5  0.0\n");
  });

  test("takes tolerances, and leaves out what is to be ignored", async () => {
    const ignored = [
      "--ignore",
      "/labels",
      "--ignore",
      "/only",
      "--ignore",
      "TVB_title",
      "--ignore",
      "number",
    ];
    expect(await run("a.h5", "b.h5", "--atol", "0.5", ...ignored)).toMatchObject({ stdout: "", status: 0 });
    expect(await run("a.h5", "b.h5", "--rtol", "0.9", ...ignored)).toMatchObject({ status: 1 });
  });

  test("compares chunks and filters only with --layout", async () => {
    expect(await run("a.h5", "chunked.h5")).toMatchObject({ stdout: "", status: 0 });
    expect(await run("a.h5", "chunked.h5", "--layout")).toMatchObject({
      stdout: "/data: chunks none, (1, 3)\n",
      status: 1,
    });
  });

  test("says nothing with --quiet, but by its status", async () => {
    expect(await run("a.h5", "b.h5", "--quiet")).toEqual({ stdout: "", stderr: "", status: 1 });
  });

  test("prints one JSON document with --json", async () => {
    const { stdout, status } = await run("a.h5", "b.h5", "/data", "--json", "-n", "1", "--ignore", "number");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      a: "a.h5",
      b: "b.h5",
      same: false,
      different: 2,
      trouble: 0,
      differences: [
        {
          node: "/data",
          attribute: "TVB_title",
          kind: "values",
          compared: 1,
          count: 1,
          maxAbsolute: null,
          maxRelative: null,
          first: [{ at: [], a: "a", b: "b" }],
        },
        {
          node: "/data",
          kind: "values",
          compared: 6,
          count: 1,
          maxAbsolute: 0.5,
          maxRelative: 1,
          first: [{ at: [0, 0], a: 0, b: 0.5 }],
        },
      ],
    });
  });

  test("ends with 2 and one line for what it cannot do", async () => {
    const failures: [string[], RegExp][] = [
      [["a.h5", "missing.h5"], /^tvb-storage: cannot read missing\.h5: there is no such file or folder\n$/],
      [["cut.h5", "a.h5"], /^tvb-storage: .*cut\.h5: .*cut short.*\n$/],
      [["a.h5", "b.h5", "/dat"], /^tvb-storage: .*a\.h5.*\/dat.*\n$/],
      [["a.h5", "."], /^tvb-storage: a\.h5 is a file, and \. a folder: .*\n$/],
      [["a.h5", "b.h5", "--rtol", "x"], /^tvb-storage: --rtol must be a number of at least 0, not "x".*\n$/],
      [["a.h5", "b.h5", "-n", "-1"], /^tvb-storage: --first must be a whole number of at least 0.*\n$/],
    ];
    for (const [args, message] of failures) {
      const { stdout, stderr, status } = await run(...args);
      expect([stdout, status], args.join(" ")).toEqual(["", 2]);
      expect(stderr).toMatch(message);
    }
  });

  itWith(posix, setpriv)("ends with 2 where it may not read a file", async () => {
    cpSync(at("a.h5"), at("closed.h5"));
    execFileSync("chmod", ["755", tmpdir(), at()]);
    execFileSync("chmod", ["0", at("closed.h5")]);
    const { stderr, status } = await inPipe(["diff", "a.h5", "closed.h5"], {
      cwd: at(),
      withoutRights: true,
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^tvb-storage: .*closed\.h5.*no permission.*\n$/);
  });
});

describeWith(h5py)("files of h5py", () => {
  // Each pair differs in one thing, or in none.
  const PAIRS: readonly [name: string, a: string, b: string, args: readonly string[]][] = [
    ["int64 beyond 2^53", "f['x'] = np.array([2**62])", "f['x'] = np.array([2**62 + 1])", []],
    ["equal float32", "f['x'] = np.arange(6, dtype='f4')", "f['x'] = np.arange(6, dtype='f4')", []],
    ["NaN in both", "f['x'] = np.array([1, np.nan])", "f['x'] = np.array([1, np.nan])", []],
    ["NaN in one", "f['x'] = np.array([1, np.nan])", "f['x'] = np.array([1, 2.])", []],
    ["uint8", "f['x'] = np.arange(5, dtype='u1')", "f['x'] = np.arange(5, dtype='u1')[::-1].copy()", []],
    ["booleans", "f['x'] = np.array([True, False])", "f['x'] = np.array([True, True])", []],
    ["texts of fixed length", "f['x'] = np.array([b'ab', b'c'])", "f['x'] = np.array([b'ab', b'd'])", []],
    [
      "texts",
      "f['x'] = np.array(['ab', 'c'], dtype=object)",
      "f['x'] = np.array(['ab', 'd'], dtype=object)",
      [],
    ],
    ["a compound", "f['x'] = np.array([(1, 2.)], 'i4,f8')", "f['x'] = np.array([(1, 3.)], 'i4,f8')", []],
    ["complex numbers", "f['x'] = np.array([1 + 1j])", "f['x'] = np.array([1 + 2j])", []],
    ["a node that only one has", "f['x'] = 1", "f['x'] = 1; f['y'] = 1", []],
    ["targets of links", "f['x'] = h5py.SoftLink('/a')", "f['x'] = h5py.SoftLink('/b')", []],
    ["an attribute", "f['x'] = 1; f['x'].attrs['u'] = 1", "f['x'] = 1; f['x'].attrs['u'] = 2", []],
    [
      "compressed and not",
      "f['x'] = np.zeros(9)",
      "f.create_dataset('x', data=np.zeros(9), compression='gzip')",
      [],
    ],
    ["within a tolerance", "f['x'] = np.array([1.])", "f['x'] = np.array([1.05])", ["0.1"]],
    ["beyond a tolerance", "f['x'] = np.array([1.])", "f['x'] = np.array([1.15])", ["0.1"]],
  ];

  const make = (name: string, statements: string) =>
    runPython("f = h5py.File(sys.argv[1], 'w')\nexec(sys.argv[2])\nf.close()", at(name), statements);

  itWith(h5diff)(
    "h5diff comes to the same answer for each pair",
    async () => {
      const program =
        "for path, text in json.loads(sys.argv[1]):\n  with h5py.File(path, 'w') as f: exec(text)";
      const made = PAIRS.flatMap(([, a, b], index) => [
        [at(`pair${index}a.h5`), a],
        [at(`pair${index}b.h5`), b],
      ]);
      runPython(program, JSON.stringify(made));
      for (const [index, [name, , , [atol]]] of PAIRS.entries()) {
        const files = [`pair${index}a.h5`, `pair${index}b.h5`];
        const delta = atol === undefined ? [] : ["-d", atol];
        const judged = h5diffStatus([...delta, ...files]);
        const { status } = await run(...files, ...(atol === undefined ? [] : ["--atol", atol]));
        expect(status, name).toBe(judged);
      }
    },
    60_000,
  );

  function h5diffStatus(args: readonly string[]): number {
    try {
      execFileSync(h5diff.command, args, { cwd: at(), stdio: "ignore" });
      return 0;
    } catch (error) {
      return Number((error as { status: unknown }).status); // execFileSync's own error
    }
  }

  test("differences on purpose: shapes and kinds of nodes count here; h5diff calls them not comparable", async () => {
    make("two.h5", "f['x'] = np.zeros((2, 3)); f.create_group('y')");
    make("three.h5", "f['x'] = np.zeros((3, 2)); f['y'] = 1");
    expect(await run("two.h5", "three.h5")).toMatchObject({
      stdout: "/x: shape (2, 3), (3, 2)\n/y: kind group, dataset\n",
      status: 1,
    });
  });

  test("a difference on purpose: -0 is 0, as in numpy; h5diff compares bytes first", async () => {
    make("zero.h5", "f['x'] = np.array([0.])");
    make("minus-zero.h5", "f['x'] = np.array([-0.])");
    expect(await run("zero.h5", "minus-zero.h5")).toMatchObject({ stdout: "", status: 0 });
  });

  test("differences on purpose: an attribute that one lacks, and types, count here; h5diff passes over them", async () => {
    make("without.h5", "f['x'] = np.zeros(2, 'f8')");
    make("with.h5", "f['x'] = np.zeros(2, 'f4'); f['x'].attrs['u'] = 1");
    expect(await run("without.h5", "with.h5")).toMatchObject({
      stdout: "/x: dtype float64, float32\n/x @u: only in the second: attribute int64 ()\n",
      status: 1,
    });
  });

  test("compares an object at each of its hard links", async () => {
    make("linked.h5", "f['a'] = np.arange(3); f['b'] = f['a']; f['c'] = f['a']");
    make("copied.h5", "f['a'] = np.arange(3); f['b'] = np.arange(3)");
    expect((await run("linked.h5", "linked.h5")).status).toBe(0);
    expect(await run("copied.h5", "linked.h5")).toMatchObject({
      stdout: "/c: only in the second: dataset int64 (3,)\n",
      status: 1,
    });
  });

  test("lists elements as numpy prints them, and in JSON as numbers", async () => {
    make(
      "floats-a.h5",
      "f['x'] = np.array([0.1], 'f4'); f['z'] = np.array([1 + 2j]); f['b'] = np.array([True])",
    );
    make(
      "floats-b.h5",
      "f['x'] = np.array([0.3], 'f4'); f['z'] = np.array([complex(np.nan, 0)]); f['b'] = np.array([False])",
    );
    const { stdout } = await run("floats-a.h5", "floats-b.h5", "-n", "1");
    expect(stdout).toBe(
      `/b: 1 of 1 value differs, by 1 at most
    [0]  True  False
/x: 1 of 1 value differs, by 0.2 at most, relative 0.666667
    [0]  0.1  0.3
/z: 1 of 1 value differs
    [0]  (1+2j)  (nan+0j)
`,
    );
    const json = JSON.parse((await run("floats-a.h5", "floats-b.h5", "-n", "1", "--json")).stdout);
    expect(json.differences.map(({ first }: { first: unknown[] }) => first[0])).toEqual([
      { at: [0], a: true, b: false },
      { at: [0], a: 0.1, b: 0.3 },
      { at: [0], a: [1, 2], b: ["NaN", 0] },
    ]);
  });

  test("what cannot be read is named, and is trouble", async () => {
    make(
      "references.h5",
      "f['x'] = 1; f['r'] = np.array([f['x'].ref], dtype=h5py.ref_dtype); f['x'].attrs['r'] = f['x'].ref",
    );
    const { stdout, status } = await run("references.h5", "references.h5");
    expect(stdout).toMatch(
      /^\/r: not compared: .*object reference.*\n\/x @r: not compared: its type is object reference\n$/,
    );
    expect(status).toBe(2);
  });

  test("a damaged chunk is trouble, and the other datasets are compared", async () => {
    const content =
      "f.create_dataset('x', data=np.arange(100.), chunks=(10,), compression='gzip'); f['y'] = ";
    make("whole.h5", `${content}1`);
    make("damaged.h5", `${content}2`);
    runPython(
      "with h5py.File(sys.argv[1]) as f: at = f['x'].id.get_chunk_info(3).byte_offset\nwith open(sys.argv[1], 'r+b') as f: f.seek(at + 10); f.write(b'\\xff' * 10)",
      at("damaged.h5"),
    );
    const { stdout, status } = await run("whole.h5", "damaged.h5");
    expect(stdout).toMatch(
      /^\/x: not compared: .*damaged.*\n\/y: 1 of 1 value differs, by 1 at most, relative 0\.5\n$/,
    );
    expect(status).toBe(2);
  });

  test("texts of a file come to the terminal without control characters", async () => {
    make("hostile.h5", "f['x'] = np.array(['\\x1b[31m'], dtype=object); f['\\x1b[2J'] = 1");
    make("plain.h5", "f['x'] = np.array(['a'], dtype=object)");
    expect((await run("hostile.h5", "plain.h5", "-n", "1")).stdout).toBe(
      "/\\x1b[2J: only in the first: dataset int64 ()\n/x: 1 of 1 value differs\n    [0]  '\\x1b[31m'  'a'\n",
    );
  });

  test("Ctrl-C ends it with 130", async () => {
    runPython(
      "for name in sys.argv[1:]:\n with h5py.File(name, 'w') as f:\n  f.create_dataset('x', shape=(2**40,), dtype='f8', chunks=(2**20,))",
      at("long-a.h5"),
      at("long-b.h5"),
    );
    const running = start(["diff", "long-a.h5", "long-b.h5"], { cwd: at() });
    setTimeout(() => running.process.kill("SIGINT"), 700);
    const { stdout, stderr, status } = await running.ended;
    expect([stdout, status]).toEqual(["", 130]);
    expect(stderr).toBe("tvb-storage: interrupted; what was there is as it was\n");
  });
});

describe("diff of two projects", () => {
  beforeAll(async () => {
    for (const project of ["left", "right"]) {
      mkdirSync(at(`${project}/1`), { recursive: true });
      cpSync(at("a.h5"), at(`${project}/1/a.h5`));
      writeFileSync(at(`${project}/figure.png`), "abcdef");
    }
    writeFileSync(at("left/Project.xml"), "<tvb_data><name>x</name><description>d</description></tvb_data>");
    writeFileSync(
      at("right/Project.xml"),
      "<tvb_data>\n <description>d</description><name>x</name></tvb_data>",
    );
  });

  test("takes XML for what it says, data files for what is in them, and others by their bytes", async () => {
    expect(await run("left", "right")).toEqual({ stdout: "", stderr: "", status: 0 });
    cpSync(at("b.h5"), at("right/1/a.h5"));
    writeFileSync(at("right/figure.png"), "abcxefg");
    writeFileSync(at("right/more.txt"), "more");
    writeFileSync(at("right/Project.xml"), "<tvb_data><name>y</name><description>d</description></tvb_data>");
    expect(await run("left", "right", "--ignore", "number", "--ignore", "title")).toEqual({
      stdout: `1/a.h5 /data: 1 of 6 values differ, by 0.5 at most, relative 1
1/a.h5 /labels/names: 1 of 2 values differ
1/a.h5 /only: only in the second: dataset int16 (1,)
Project.xml /name: text x, y
figure.png: 6 bytes, 7 bytes; they differ from 3 on
more.txt: only in the second: file of 4 bytes
`,
      stderr: "",
      status: 1,
    });
  });

  test("names damaged files and links as not compared, and ends with 2", async () => {
    cpSync(at("cut.h5"), at("right/1/a.h5"));
    rmSync(at("left/figure.png"));
    rmSync(at("right/figure.png"));
    symlinkSync("/etc/passwd", at("left/figure.png"));
    symlinkSync("/etc/passwd", at("right/figure.png"));
    const { stdout, status } = await run("left", "right");
    expect(status).toBe(2);
    expect(stdout).toMatch(/^1\/a\.h5: not compared: .*cut short/m);
    expect(stdout).toContain("figure.png: not compared: a symbolic link\n");
  });
});
