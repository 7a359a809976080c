import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type NodeInfo, type Selection, slice } from "@tvb-storage/core/arrays";
import { zarrBackend } from "@tvb-storage/zarr-backend";
import { describe, expect, it } from "vitest";
import { describeWith, h5py, zarrPython } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { codeLines } from "../src/export/code-lines.js";

// The lines are run as they are, and print what they have read.

const folder = temporaryFolder("code-lines");
const here = fileURLToPath(new URL("..", import.meta.url));

/** A path with everything that a text of a program must escape. */
function awkwardCopy(name: string): string {
  mkdirSync(folder(), { recursive: true });
  const path = folder(`it's "${name}" \\ ünï\n🧠.h5`);
  copyFileSync(fileURLToPath(new URL(`../../../fixtures/h5py/${name}`, import.meta.url)), path);
  return path;
}

interface Case {
  readonly file: string;
  readonly node: Pick<NodeInfo, "path"> & Partial<NodeInfo>;
  readonly selection?: Selection;
  readonly field?: readonly string[];
  readonly shape: readonly number[];
  readonly values: readonly unknown[];
}

const CASES: readonly Case[] = [
  {
    file: "numbers.h5",
    node: { path: "/le_f8", shape: [3, 4] },
    selection: [slice(0, null, 2), slice(1, 3)],
    shape: [2, 2],
    values: [-0, 1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  },
  {
    file: "numbers.h5",
    node: { path: "/array_be_f4", shape: [4, 2, 3], dtype: "float32", storedType: "array[2, 3] of float32" },
    selection: [slice(1, 3), 1, slice(0, 2)],
    shape: [2, 2],
    values: [9, 10, 15, 16],
  },
  { file: "numbers.h5", node: { path: "/scalar_i4", shape: [] }, shape: [], values: [7] },
  {
    file: "strings.h5",
    node: { path: "/vlen_utf8", shape: [4], dtype: "string" },
    selection: [slice(2, null)],
    shape: [2],
    values: ["naïve ☃ 🧠", "tab\tend"],
  },
  {
    file: "compounds.h5",
    node: { path: "/deep", shape: [2] },
    selection: [1],
    field: ["mid", "in", "b"],
    shape: [],
    values: [6],
  },
  {
    file: "compounds.h5",
    node: { path: "/arrays", shape: [2] },
    field: ["grid"],
    shape: [2, 2, 3],
    values: [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13],
  },
];

function linesOf({ file, node, selection, field }: Case) {
  return codeLines({
    location: awkwardCopy(file),
    format: "HDF5",
    path: node.path,
    node: { kind: "dataset", ...node },
    selection,
    field,
  });
}

/** What Python prints of `data`: its shape and its elements as JSON, infinities as texts. */
const PYTHON_PRINTS = `
import json, numpy
array = numpy.asarray(data)
values = [v if not isinstance(v, float) or numpy.isfinite(v) else str(v) for v in array.ravel().tolist()]
print(json.dumps([list(array.shape), values]))
`;

function python(command: string, lines: string): unknown {
  return JSON.parse(execFileSync(command, ["-c", lines + PYTHON_PRINTS], { encoding: "utf8" }));
}

const JAVASCRIPT_PRINTS = `
const values = Array.from(data.data, (v) => (Number.isFinite(v) || typeof v === "string" ? v : v > 0 ? "inf" : "-inf"));
console.log(JSON.stringify([data.shape, values]));
`;

function javaScript(lines: string): unknown {
  const program = lines + JAVASCRIPT_PRINTS;
  return JSON.parse(
    execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", program], {
      encoding: "utf8",
      cwd: here,
    }),
  );
}

/** As both print it. */
function printed({ shape, values }: Pick<Case, "shape" | "values">): unknown {
  return [
    shape,
    values.map((value) =>
      value === Number.POSITIVE_INFINITY ? "inf" : value === Number.NEGATIVE_INFINITY ? "-inf" : value,
    ),
  ];
}

const name = ({ node, field }: Case) => [node.path, ...(field ?? [])].join(" ");

describeWith(h5py)("the lines of Python read what is shown", () => {
  it.each(CASES.map((each) => [name(each), each] as const))("of %s", (_name, each) => {
    expect(JSON.stringify(python(h5py.command, linesOf(each).python))).toBe(JSON.stringify(printed(each)));
  });
});

describe("the lines of JavaScript read what is shown", () => {
  it.each(CASES.map((each) => [name(each), each] as const))("of %s", (_name, each) => {
    expect(JSON.stringify(javaScript(linesOf(each).javaScript))).toBe(JSON.stringify(printed(each)));
  });
});

async function zarrLines() {
  const location = folder('it\'s "a" ünï.zarr');
  await using manager = zarrBackend.open(location, { format: 2 });
  await manager.storeData(
    { dtype: "int16", shape: [2, 3], data: Int16Array.of(1, 2, 3, 4, 5, 6) },
    "group/data",
  );
  return codeLines({
    location,
    format: "Zarr",
    path: "/group/data",
    node: { path: "/group/data", kind: "dataset", shape: [2, 3] },
    selection: [null, slice(0, 3, 2)],
  });
}

const ZARR = [
  [2, 2],
  [1, 3, 4, 6],
];

it("the lines of JavaScript read a Zarr hierarchy", async () => {
  expect(javaScript((await zarrLines()).javaScript)).toEqual(ZARR);
});

describeWith(zarrPython)("the lines of Python read a Zarr hierarchy", () => {
  it("in a folder", async () => {
    expect(python(zarrPython.command, (await zarrLines()).python)).toEqual(ZARR);
  });
});
