import { copyFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runPython } from "../../../test/support/h5py.js";
import { h5py, itWith } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { parseValue } from "../src/attributes/parse-value.js";
import { inTerminal, script, tvbStorage } from "./support/program.js";

const foreign = fileURLToPath(new URL("../../../fixtures/foreign", import.meta.url));
const path = temporaryFolder("cli-attributes");
const cwd = () => path();
const tvb = (...args: string[]) => tvbStorage(args, { cwd: cwd() });

beforeAll(async () => {
  const manager = new HDF5StorageManager(path("made.h5"));
  await manager.storeData([1, 2, 3], "data", { where: "/run" });
  await manager.setMetadata({
    subject: "Patient\x1b[31m 3",
    create_date: new Date(2024, 4, 6, 7, 8, 9, 12),
    visible: true,
    count: 3,
    big: 2n ** 63n - 1n,
    ratio: 0.5,
    nothing: Number.NaN,
    labels: ["left", "right"],
  });
  for (const name of ["weather.nc", "session.nwb"]) copyFileSync(`${foreign}/${name}`, path(name));
});

beforeEach(() => copyFileSync(path("made.h5"), path("file.h5")));

describe("attrs", () => {
  const TABLE = [
    "NAME          TYPE         VALUE",
    "big           int64        9223372036854775807",
    "count         int64        3",
    "create_date   date         2024-05-06 07:08:09.012000",
    "Data_version  int64        5",
    'labels        string (2,)  ["left", "right"]',
    "nothing       float64      NaN",
    "ratio         float64      0.5",
    "subject       string       Patient\\x1b[31m 3",
    "visible       bool         true",
    "",
  ];

  it("lists metadata with their types, in a pipe", async () => {
    const ran = await tvb("attrs", "file.h5");
    expect(ran).toEqual({ stdout: TABLE.join("\n"), stderr: "", status: 0 });
  });

  itWith(script)("cuts long values in a terminal", async () => {
    const { stdout } = await inTerminal(["attrs", "file.h5", "--no-color"], { cwd: cwd(), columns: 40 });
    expect(stdout.split("\n")).toEqual(
      TABLE.map((line) => (line.length > 40 ? `${line.slice(0, 39)}…` : line)),
    );
  });

  it("--raw shows names and values as they are stored", async () => {
    const { stdout } = await tvb("attrs", "--raw", "file.h5");
    expect(stdout).toContain("TVB_create_date   string       datetime:2024-05-06 07:08:09.012000\n");
    expect(stdout).toContain("TVB_visible       string       bool:True\n");
  });

  it("--json has names, types and values", async () => {
    const { stdout } = await tvb("attrs", "--json", "file.h5");
    expect(JSON.parse(stdout)).toEqual({
      file: "file.h5",
      node: "/",
      attributes: [
        { name: "big", storedAs: "TVB_big", type: "int64", value: "9223372036854775807" },
        { name: "count", storedAs: "TVB_count", type: "int64", value: 3 },
        {
          name: "create_date",
          storedAs: "TVB_create_date",
          type: "date",
          value: "2024-05-06 07:08:09.012000",
        },
        { name: "Data_version", storedAs: "TVB_Data_version", type: "int64", value: 5 },
        { name: "labels", storedAs: "TVB_labels", type: "string (2,)", value: ["left", "right"] },
        { name: "nothing", storedAs: "TVB_nothing", type: "float64", value: "NaN" },
        { name: "ratio", storedAs: "TVB_ratio", type: "float64", value: 0.5 },
        { name: "subject", storedAs: "TVB_subject", type: "string", value: "Patient\x1b[31m 3" },
        { name: "visible", storedAs: "TVB_visible", type: "bool", value: true },
      ],
    });
  });

  it("names what cannot be read of a file of another program", async () => {
    expect((await tvb("attrs", "weather.nc", "/temperature")).stdout).toBe(
      [
        "NAME                 TYPE                      VALUE      NOTE",
        "_FillValue           int16 (1,)                [-999]",
        "_Netcdf4Coordinates  int32 (3,)                [0, 1, 2]",
        "DIMENSION_LIST       vlen of object reference             values of this type are not read",
        "scale_factor         float64 (1,)              [0.01]",
        "",
      ].join("\n"),
    );
  });

  it.each([
    [["nope.h5"], "cannot read nope.h5: no such file or folder (ENOENT)"],
    [["file.h5", "/nope"], 'file.h5 has no /nope; the group / has "run"'],
  ])("of %j fails in one line", async (args, message) => {
    expect(await tvb("attrs", ...args)).toEqual({
      stdout: "",
      stderr: `tvb-storage: ${message}\n`,
      status: 2,
    });
  });
});

describe("a value on the command line", () => {
  const scalar = (dtype: string, data: unknown) => ({ dtype, shape: [], data });
  it.each([
    ["Patient 3", undefined, "Patient 3"],
    ["3", undefined, 3],
    ["0.5", undefined, 0.5],
    ["true", undefined, true],
    ["null", undefined, null],
    ['"3"', undefined, "3"],
    ["[1, 2]", undefined, [1, 2]],
    ['{"a": 1}', undefined, '{"a": 1}'],
    ["9223372036854775807", undefined, 9223372036854775807n],
    ["[1, 9223372036854775807]", undefined, [1n, 9223372036854775807n]],
    ['["9223372036854775807"]', undefined, ["9223372036854775807"]],
    ["3", "text", "3"],
    ["[1]", "text", "[1]"],
    ["3", "int", 3n],
    ["3", "float", scalar("float64", Float64Array.of(3))],
    ["nan", "float", scalar("float64", Float64Array.of(Number.NaN))],
    ["False", "bool", false],
    ["[1, 2]", "json", [1, 2]],
    ["7", "uint8", scalar("uint8", Uint8Array.of(7))],
    ["-inf", "float32", scalar("float32", Float32Array.of(Number.NEGATIVE_INFINITY))],
    ["[[1, 2], [3, 4]]", "int16", { dtype: "int16", shape: [2, 2], data: Int16Array.of(1, 2, 3, 4) }],
    ["[1, -1]", "complex64", scalar("complex64", Float32Array.of(1, -1))],
    ["18446744073709551615", "uint64", scalar("uint64", BigUint64Array.of(18446744073709551615n))],
  ])("%j of type %s is what it says", (text, type, value) => {
    expect(parseValue(text, type)).toEqual(value);
  });

  it.each([
    ["2024-05-06", new Date(2024, 4, 6)],
    ["2024-05-06 07:08:09", new Date(2024, 4, 6, 7, 8, 9)],
    ["2024-05-06T07:08:09.5", new Date(2024, 4, 6, 7, 8, 9, 500)],
  ])("%s is a date", (text, date) => {
    expect(Number(parseValue(text, "date"))).toBe(date.getTime());
  });

  it.each([
    ["3.5", "int", "a whole number"],
    ["x", "float", "a number, nan, inf or -inf"],
    ["1", "bool", "true or false"],
    ["x", "json", "a JSON number"],
    ["{}", "json", "a JSON number"],
    ["2024-02-31", "date", "YYYY-MM-DD HH:MM:SS.ffffff"],
    ["300", "uint8", "300 (entry 0) is out of the range of uint8"],
    ["1.5", "int32", "1.5 (entry 0) is no whole number"],
    ["x", "float32", "a number, or a JSON list of them"],
    ["x", "double", 'there is no type "double"; there are int, float'],
  ])("%j is refused as %s", (text, type, message) => {
    expect(() => parseValue(text, type)).toThrow(message);
  });
});

describe("set", () => {
  itWith(h5py)("stores as TVB does, so that h5py finds the types", async () => {
    const commands = [
      ["/", "subject", "Patient 4"],
      ["/run/data", "rate", "512", "--type", "float"],
      ["/run/data", "count", "-5"],
      ["/run", "on", "true"],
      ["/run", "at", "2024-05-06 07:08:09", "--type", "date"],
      ["/run", "small", "[1, 2]", "--type", "int16"],
      ["/run", "units", "mV", "--raw"],
      ["/run", "option", "--", "--dry-run"],
    ];
    for (const command of commands)
      expect(await tvb("set", "file.h5", ...command)).toEqual({ stdout: "", stderr: "", status: 0 });
    const script = `f = h5py.File(sys.argv[1])
def kind(v): return str(v.dtype) + " " + str(v.tolist()) if hasattr(v, "dtype") else type(v).__name__ + " " + v
print(json.dumps({n: {k: kind(v) for k, v in sorted(f[n].attrs.items()) if k in sys.argv[2:]} for n in ["/", "/run", "/run/data"]}))`;
    const wanted = ["subject", "rate", "count", "on", "at", "small", "option"].map((key) => `TVB_${key}`);
    expect(JSON.parse(runPython(script, path("file.h5"), ...wanted, "units"))).toEqual({
      "/": { TVB_count: "int64 3", TVB_subject: "str Patient 4" },
      "/run": {
        TVB_at: "str datetime:2024-05-06 07:08:09.000000",
        TVB_on: "str bool:True",
        TVB_option: "str --dry-run",
        TVB_small: "int16 [1, 2]",
        units: "str mV",
      },
      "/run/data": { TVB_count: "int64 -5", TVB_rate: "float64 512.0" },
    });
  });

  it("--dry-run says what would be set, and changes nothing", async () => {
    const before = readFileSync(path("file.h5"));
    const ran = await tvb("set", "--dry-run", "file.h5", "/run", "count", "[1, 2]");
    expect(ran.stdout).toBe("would set TVB_count of /run in file.h5 to [1, 2] (int64 (2,))\n");
    const made = await tvb("set", "--dry-run", "--create", "file.h5", "/new", "on", "true");
    expect(made.stdout).toBe(
      "would create the dataset /new of shape (1,); would set TVB_on of /new in file.h5 to true (bool)\n",
    );
    expect(readFileSync(path("file.h5")).equals(before)).toBe(true);
  });

  it("makes no node, unless --create says so", async () => {
    const before = readFileSync(path("file.h5"));
    expect(await tvb("set", "file.h5", "/rnu", "k", "v")).toEqual({
      stdout: "",
      stderr:
        'tvb-storage: file.h5 has no /rnu; the group / has "run"; --create makes a dataset of shape (1,) there, as TVB does\n',
      status: 2,
    });
    expect(readFileSync(path("file.h5")).equals(before)).toBe(true);
    expect((await tvb("set", "file.h5", "/rnu", "k", "v", "--create")).status).toBe(0);
    expect((await tvb("ls", "file.h5", "/rnu")).stdout).toContain("/rnu  float32  (1,)");
  });

  it.each([
    [["nope.h5", "/", "k", "v"], "cannot read nope.h5: no such file or folder (ENOENT)"],
    [["nope.h5", "/", "k", "v", "--create"], "cannot read nope.h5: no such file or folder (ENOENT)"],
    [["file.h5", "/", "", "v"], "file.h5: a metadata key must not be empty"],
    [
      ["file.h5", "/", "k", "bool:x"],
      /^file\.h5: the value of "k" cannot be stored: the text starts with "bool:"/,
    ],
    [
      ["file.h5", "/", "k", "x", "--type", "int"],
      /^"x" is no value of type int; expected a whole number; see "tvb-storage set --help"$/,
    ],
    [["file.h5", "/", "k"], "missing required argument 'value'; see \"tvb-storage set --help\""],
  ])("%j fails in one line, and makes no file", async (args, message) => {
    const { stdout, stderr, status } = await tvb("set", ...args);
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    const said = stderr.replace(/^tvb-storage: /, "").replace(/\n$/, "");
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
    expect((await tvb("ls", "nope.h5")).status).toBe(2);
  });
});

describe("unset", () => {
  it("removes a key, of TVB or with --raw of another program", async () => {
    expect(await tvb("unset", "file.h5", "/", "subject")).toEqual({ stdout: "", stderr: "", status: 0 });
    expect((await tvb("attrs", "file.h5")).stdout).not.toContain("subject");
    const dry = await tvb("unset", "session.nwb", "/", ".specloc", "--raw", "--dry-run");
    expect(dry.stdout).toBe("would remove .specloc of / in session.nwb\n");
    expect((await tvb("attrs", "session.nwb")).stdout).toContain(".specloc");
    expect((await tvb("unset", "session.nwb", "/", ".specloc", "--raw")).status).toBe(0);
    expect((await tvb("attrs", "session.nwb")).stdout).not.toContain(".specloc");
  });

  it.each([
    [
      ["file.h5", "/", "nope"],
      /^file\.h5: \/ has no metadata "nope"; "tvb-storage attrs" lists what it has$/,
    ],
    [
      ["file.h5", "/", "nope", "--dry-run"],
      /^file\.h5: \/ has no metadata "nope"; "tvb-storage attrs" lists what it has$/,
    ],
    [
      ["weather.nc", "/temperature", "scale_factor"],
      /^weather\.nc: \/temperature has no attribute "TVB_scale_factor", but "scale_factor"; add --raw$/,
    ],
    [
      ["file.h5", "/", "subject", "--raw"],
      /^file\.h5: \/ has no attribute "subject", but "TVB_subject"; leave out --raw$/,
    ],
    [["file.h5", "/nope", "k"], /^file\.h5 has no \/nope/],
    [["nope.h5", "/", "k"], /^cannot read nope\.h5: no such file/],
  ])("%j fails in one line", async (args, message) => {
    const { stdout, stderr, status } = await tvb("unset", ...args);
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    expect(stderr.replace(/^tvb-storage: /, "").replace(/\n$/, "")).toMatch(message);
  });
});
