import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../test/support/judges.js";
import { isExotic } from "../src/data/exotic.js";
import { exoticRows, type FileDevice, leadingBox } from "../src/data/exotic-rows.js";

/** A file as a worker gives it to HDF5. */
function device(file: string | URL): FileDevice {
  const bytes = new Uint8Array(readFileSync(file));
  return { size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) };
}

const fixture = (name: string): URL => new URL(`../../../fixtures/${name}`, import.meta.url);

async function texts(file: string | URL, path: string): Promise<string[]> {
  return (await exoticRows(device(file), path)).map(({ text }) => text);
}

// What is expected was written by h5py and netCDF4: fixtures/*/make-fixtures.py.
describe("elements without an array in JavaScript are texts:", () => {
  it.each([
    ["h5py/refused.h5", "/opaque", ["61626364", "65666768"]],
    ["h5py/refused.h5", "/reference", ["/", "/"]],
    ["h5py/refused.h5", "/region", ["a region of /data"]],
    ["h5py/refused.h5", "/sequence", ["[1, 2, 3]", "[]"]],
    ["h5py/refused.h5", "/record_of_opaque", ["{x: 0, raw: 00000000}", "{x: 0, raw: 00000000}"]],
    ["foreign/weather.nc", "/events", ["[0]", "[0, 1]", "[0, 1, 2]"]],
    ["foreign/results.mat", "/cells", ["/#refs#/a", "/#refs#/b"]],
    [
      "foreign/session.nwb",
      "/units/timeseries",
      ["{idx_start: 0, count: 100, timeseries: /acquisition/ElectricalSeries}"],
    ],
  ])("%s %s", async (name, path, expected) => {
    expect(await texts(fixture(name), path)).toEqual(expected);
  });

  it("and what cannot be read is HDF5's reason", async () => {
    await expect(texts(fixture("h5py/refused.h5"), "/missing")).rejects.toThrow(
      "HDF5 cannot read /missing: object 'missing' doesn't exist",
    );
    await expect(texts(fixture("foreign/make-fixtures.py"), "/a")).rejects.toThrow(
      "HDF5 cannot read /a: file signature not found",
    );
    // Nothing is left of it.
    expect(await texts(fixture("h5py/refused.h5"), "/reference")).toEqual(["/", "/"]);
    const broken = {
      size: 5000,
      read: () => {
        throw new Error("the disk is gone");
      },
    };
    await expect(exoticRows(broken, "/a")).rejects.toThrow("the disk is gone");
  });
});

it("their types are told by what a list of nodes says", () => {
  const exotic = ["object reference", "opaque[4]", "bitfield8", "vlen of int32", "array[2] of vlen of int8"];
  const others = [
    undefined,
    "float64",
    "string",
    "bool",
    "int12 (odd precision)",
    "float128",
    "compound {a: int8}",
  ];
  expect([...exotic, "compound {a: int8, to: region reference}"].filter((dtype) => !isExotic(dtype))).toEqual(
    [],
  );
  expect(others.filter(isExotic)).toEqual([]);
});

describeWith(h5py)("elements that h5py wrote", () => {
  const folder = temporaryFolder("exotic");
  beforeAll(() => {
    runPython(
      `
def raw(f, name, kind, values, shape=None):
    space = h5py.h5s.create_simple(values.shape if shape is None else shape)
    h5py.h5d.create(f.id, name, kind, space).write(h5py.h5s.ALL, h5py.h5s.ALL, values, kind)
with h5py.File(sys.argv[1], "w") as f:
    raw(f, b"bits", h5py.h5t.STD_B8LE, np.array([5, 255], "u1"))
    raw(f, b"big_endian", h5py.h5t.STD_B16BE, np.array([0x1234], ">u2"))
    raw(f, b"little_endian", h5py.h5t.STD_B16LE, np.array([0x1234], "<u2"))
    f["opaque"] = np.array([[b"a", b"b", b"c"], [b"d", b"e", b"f"]], dtype="V1")
    colour = h5py.enum_dtype({"RED": 0, "GREEN": 1}, "i1")
    kind = np.dtype([("to", h5py.ref_dtype), ("name", h5py.string_dtype()), ("fixed", "S4"), ("colour", colour),
                     ("pair", ">i2", (2,)), ("half", "f2"), ("large", "u8")])
    f["records"] = np.array([(f.ref, "Größe", b"ab", 1, [1, -2], 0.5, 2**64 - 1), (f["opaque"].ref, "", b"abcd", 7, [0, 0], np.inf, 0)], dtype=kind)
    f["big"] = np.array([(f.ref, 7, 2.5, [1, 2])], dtype=[("to", h5py.ref_dtype), ("n", ">i4"), ("x", ">f8"), ("pair", ">i2", (2,))])
    d = f.create_dataset("big_rows", (1,), dtype=h5py.vlen_dtype(np.dtype(">i4")))
    d[0] = [1, -2]
    d = f.create_dataset("texts", (2,), dtype=h5py.vlen_dtype(np.dtype("f8")))
    d[0] = np.arange(150.0)
    f.create_dataset("none", (2,), dtype=h5py.ref_dtype)
    f["scalar"] = np.void(b"xyz")
    f["many"] = np.zeros((3, 700, 2), dtype="V1")
`,
      folder("exotic.h5"),
    );
  });

  it.each([
    ["/bits", ["0x05", "0xff"]],
    ["/big_endian", ["0x1234"]],
    ["/little_endian", ["0x1234"]],
    ["/opaque", ["61", "62", "63", "64", "65", "66"]],
    [
      "/records",
      [
        '{to: /, name: "Größe", fixed: "ab", colour: GREEN, pair: [1, -2], half: 0.5, large: 18446744073709551615}',
        '{to: /opaque, name: "", fixed: "abcd", colour: 7, pair: [0, 0], half: Infinity, large: 0}',
      ],
    ],
    ["/texts", [`[${Array.from({ length: 100 }, (_, i) => i).join(", ")}, … 150 in all]`, "[]"]],
    ["/big", ["{to: /, n: 7, x: 2.5, pair: [1, 2]}"]],
    ["/big_rows", ["[1, -2]"]],
    ["/none", ["(null)", "(null)"]],
    ["/scalar", ["78797a"]],
  ])("%s", async (path, expected) => {
    expect(await texts(folder("exotic.h5"), path)).toEqual(expected);
  });

  it("with their places, the first thousand of them", async () => {
    const rows = await exoticRows(device(folder("exotic.h5")), "/opaque");
    expect(rows[4]).toEqual({ index: [1, 1], text: "65" });
    const many = await exoticRows(device(folder("exotic.h5")), "/many");
    expect(many).toHaveLength(1000);
    expect(many.at(-1)?.index).toEqual([0, 499, 1]);
    expect(leadingBox([3, 4], 1000)).toEqual([3, 4]);
    expect(leadingBox([], 1000)).toEqual([]);
    expect(leadingBox([5, 0], 1000)).toEqual([5, 0]);
  });
});
