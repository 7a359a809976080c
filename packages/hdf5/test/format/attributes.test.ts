import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { type AttributeValue, readAttributes } from "../../src/elements/read-attributes.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { runPython, temporaryFolder } from "./h5py.js";
import { MemoryPort } from "./memory-port.js";

// Attributes are found and taken apart in `attributes`; their values are decoded in `elements`.

const SCRIPT = `
path, low, high, more, track = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5] == "true"
with h5py.File(path, "w", libver=(low, high)) as f:
    g = f.create_group("g", track_order=track)
    a = g.attrs
    for i in range(more):
        a[f"z{i}"] = i
    a["int"] = 5
    a["big endian"] = np.arange(-3, 3, dtype=">i2").reshape(2, 3)
    a["uint64"] = np.array([2**64 - 1, 0], dtype="u8")
    a["float16"] = np.array([1.5, -2, np.inf, 6e-8], dtype=">f2")
    a["float64"] = np.array([[np.pi]])
    a["bool"] = np.array([True, False, True])
    a["one bool"] = np.bool_(False)
    a["complex"] = np.array([1 + 2j, 3 - 4j])
    a["complex64"] = np.array([1 + 2j], dtype=">c8")
    a["text"] = "naïve ☃"
    a["texts"] = np.array(["a", "", "c" * 300], dtype=h5py.string_dtype())
    a["fixed"] = np.array([b"abc", b"d"])
    a["enum"] = np.array([2, 1], dtype=h5py.enum_dtype({"A": 1, "B": 2}, basetype=">i4"))
    a["null"] = h5py.Empty("f4")
    a["no elements"] = np.zeros((0, 2), dtype="i4")
    a["ünï"] = 1
    f["committed"] = np.dtype(">f4")
    a.create("of committed type", [1.5, 2.5], dtype=f["committed"])
    a["opaque"] = np.void(b"abcd")
    a["reference"] = g.ref
    a["record"] = np.zeros(2, dtype=[("x", "f8"), ("y", "i4")])
    a["vlen"] = np.array([np.arange(3), np.arange(2)], dtype=object).astype(h5py.vlen_dtype("i4"))
    if low == "latest":
        a["large"] = np.arange(20_000)
print(json.dumps(list(h5py.File(path)["g"].attrs)))
`;

describeWith(h5py).each([
  ["earliest", "v108", 0, false],
  ["earliest", "v108", 100, true],
  ["v108", "v110", 0, true],
  ["v108", "v110", 2000, false],
  ["latest", "latest", 0, false],
  ["latest", "latest", 300, true],
] as const)("attributes of libver (%s, %s), with %i more, order tracked %s", (low, high, more, track) => {
  const folder = temporaryFolder();
  let found: Map<string, AttributeValue>;
  let listed: string[];

  beforeAll(() => {
    const path = join(folder.path, "file.h5");
    listed = JSON.parse(runPython(SCRIPT, path, low, high, String(more), String(track)));
    const structure = new Hdf5Structure(new MemoryPort(new Uint8Array(readFileSync(path))));
    const header = structure.header(structure.resolve("/g")?.address ?? -1);
    found = new Map(readAttributes(structure.file, header).map(({ name, value }) => [name, value]));
  });
  afterAll(() => folder.remove());

  it("are listed in the order of h5py", () => {
    expect([...found.keys()]).toEqual(listed);
  });

  it.each([
    ["int", "int64", [], BigInt64Array.of(5n)],
    ["big endian", "int16", [2, 3], Int16Array.of(-3, -2, -1, 0, 1, 2)],
    ["uint64", "uint64", [2], BigUint64Array.of(18446744073709551615n, 0n)],
    ["float16", "float32", [4], Float32Array.of(1.5, -2, Number.POSITIVE_INFINITY, 2 ** -24)],
    ["float64", "float64", [1, 1], Float64Array.of(Math.PI)],
    ["bool", "bool", [3], Uint8Array.of(1, 0, 1)],
    ["one bool", "bool", [], Uint8Array.of(0)],
    ["complex", "complex128", [2], Float64Array.of(1, 2, 3, -4)],
    ["complex64", "complex64", [1], Float32Array.of(1, 2)],
    ["text", "string", [], ["naïve ☃"]],
    ["texts", "string", [3], ["a", "", "c".repeat(300)]],
    ["fixed", "string", [2], ["abc", "d"]],
    ["null", "float32", [0], new Float32Array(0)],
    ["no elements", "int32", [0, 2], new Int32Array(0)],
    ["ünï", "int64", [], BigInt64Array.of(1n)],
    ["of committed type", "float32", [2], Float32Array.of(1.5, 2.5)],
  ] as const)("reads %s", (name, dtype, shape, data) => {
    expect(found.get(name)).toEqual({ array: { dtype, shape, data } });
  });

  it("reads an enumeration as integers with their names", () => {
    expect(found.get("enum")).toEqual({
      array: { dtype: "int32", shape: [2], data: Int32Array.of(2, 1), enumMembers: { A: 1, B: 2 } },
    });
  });

  it("names a datatype that has no mapped type", () => {
    expect(found.get("opaque")).toEqual({ unreadable: "opaque[4]" });
    expect(found.get("reference")).toEqual({ unreadable: "object reference" });
    expect(found.get("record")).toEqual({ unreadable: "compound {x: float64, y: int32}" });
    expect(found.get("vlen")).toEqual({ unreadable: "vlen of int32" });
  });

  it.runIf(low === "latest")("reads values over 64 KB", () => {
    const data = BigInt64Array.from({ length: 20_000 }, (_, index) => BigInt(index));
    expect(found.get("large")).toEqual({ array: { dtype: "int64", shape: [20_000], data } });
  });

  it("reads many", () => {
    for (let index = 0; index < more; index += 1) {
      expect(found.get(`z${index}`)).toEqual({
        array: { dtype: "int64", shape: [], data: BigInt64Array.of(BigInt(index)) },
      });
    }
  });
});

describeWith(h5py)("attributes in the file's shared message heap", () => {
  it("are read from there", () => {
    const folder = temporaryFolder();
    const path = join(folder.path, "file.h5");
    // h5py does not offer these properties: its HDF5 library is called directly.
    runPython(
      `import ctypes
library = ctypes.CDLL(next(l.split()[-1] for l in open("/proc/self/maps") if "libhdf5" in l and "hl" not in l))
p = h5py.h5p.create(h5py.h5p.FILE_CREATE)
library.H5Pset_shared_mesg_nindexes(ctypes.c_int64(p.id), 2)
library.H5Pset_shared_mesg_index(ctypes.c_int64(p.id), 0, 0x1000, 20)  # attributes
library.H5Pset_shared_mesg_index(ctypes.c_int64(p.id), 1, 0x000A, 8)  # datatypes and dataspaces
a = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
a.set_libver_bounds(h5py.h5f.LIBVER_LATEST, h5py.h5f.LIBVER_LATEST)
f = h5py.File(h5py.h5f.create(sys.argv[1].encode(), h5py.h5f.ACC_TRUNC, p, a))
for name in ("a", "b"):
    g = f.create_group(name)
    for i in range(20 if name == "b" else 3):
        g.attrs[f"shared {i}"] = np.arange(10) + i
f["data"] = np.arange(6.0).reshape(2, 3)
f["data2"] = np.arange(6.0).reshape(2, 3)
f.close()`,
      path,
    );
    const structure = new Hdf5Structure(new MemoryPort(new Uint8Array(readFileSync(path))));
    folder.remove();
    for (const [name, count] of [
      ["a", 3],
      ["b", 20],
    ] as const) {
      const header = structure.header(structure.resolve(name)?.address ?? -1);
      const values = readAttributes(structure.file, header);
      expect(values).toHaveLength(count);
      expect(values[1]?.value).toMatchObject({
        array: { dtype: "int64", data: BigInt64Array.from({ length: 10 }, (_, index) => BigInt(index + 1)) },
      });
    }
    expect(structure.object(structure.resolve("data2")?.address ?? -1)).toMatchObject({
      dataspace: { shape: [2, 3] },
      datatype: { class: "floating-point", size: 8 },
    });
  });
});
