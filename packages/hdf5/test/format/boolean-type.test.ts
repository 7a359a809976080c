import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import h5wasm, { type File } from "h5wasm";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { describeWith, h5dump, h5py } from "../../../../test/support/judges.js";
import { isBoolean } from "../../src/datatypes/datatype.js";
import {
  BOOLEAN_PLACEHOLDER_MEMBER,
  setBooleanAttributeType,
  setBooleanType,
} from "../../src/edits/boolean-type.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { runPython, temporaryFolder } from "./h5py.js";
import { MemoryPort } from "./memory-port.js";

let module: Awaited<typeof h5wasm.ready>;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  module = await h5wasm.ready;
});
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const path = () => join(folder.path, "file.h5");
const load = () => new MemoryPort(new Uint8Array(readFileSync(path())));
const save = (port: MemoryPort) => writeFileSync(path(), port.bytes);

/** The type of which a boolean is made: a compound of one int8 member with an 11-character name. */
function placeholder(shape: readonly number[], member = BOOLEAN_PLACEHOLDER_MEMBER) {
  const int8 = {
    type: module.H5T_class_t.H5T_INTEGER.value,
    size: 1,
    signed: true,
    littleEndian: true,
    vlen: false,
    total_size: 1,
    chunks: null,
    maxshape: null,
    shape: [],
  };
  return {
    type: module.H5T_class_t.H5T_COMPOUND.value,
    size: 1,
    signed: false,
    littleEndian: true,
    vlen: false,
    total_size: shape.reduce((product, extent) => product * extent, 1),
    shape: shape.map(BigInt),
    maxshape: shape.map(BigInt),
    compound_type: { nmembers: 1, members: [{ ...int8, name: member, offset: 0 }] },
  };
}

function withBytes(values: readonly number[], use: (pointer: bigint) => void): void {
  const pointer = module._malloc(values.length);
  module.HEAPU8.set(values, pointer);
  use(BigInt(pointer));
  module._free(pointer);
}

/** Edits the file at `path()` by h5wasm, through its memory file system. */
function byH5wasm(mode: "w" | "a", use: (file: File) => void): void {
  const name = `boolean-${Math.random()}.h5`;
  if (mode === "a") module.FS.writeFile(name, readFileSync(path()));
  const file = new h5wasm.File(name, mode, { libver: ["v108", "v110"] });
  use(file);
  file.close();
  writeFileSync(path(), module.FS.readFile(name));
  module.FS.unlink(name);
}

function createPlaceholders(file: File, attributes: number): void {
  withBytes([1, 0, 1, 1, 0, 0], (pointer) => {
    module.create_dataset(file.file_id, "flags", pointer, {
      ...placeholder([2, 3]),
      chunks: [1, 3],
    } as never);
  });
  withBytes([1, 0], (pointer) => {
    for (let index = 0; index < attributes; index += 1) {
      module.create_attribute(file.file_id, "flags", `a${index}`, pointer, placeholder([2]) as never);
    }
  });
}

const readByH5py = () =>
  JSON.parse(
    runPython(
      `with h5py.File(sys.argv[1], "a") as f:
    d = f["flags"]
    before = [d.dtype.name, d[...].tolist()]
    d[0, 0] = False
    attributes = {k: [v.dtype.name, v.tolist()] for k, v in d.attrs.items()}
    d.attrs["new"] = np.bool_(True)
    print(json.dumps([before, d[...].tolist(), attributes, bool(d.attrs["new"])]))`,
      path(),
    ),
  );

function finish(attributes: number): void {
  const port = load();
  const address = new Hdf5Structure(port).resolve("/flags")?.address ?? -1;
  setBooleanType(port, address);
  for (let index = 0; index < attributes; index += 1) setBooleanAttributeType(port, address, `a${index}`);
  setBooleanType(port, address); // twice is fine
  setBooleanAttributeType(port, address, "a0");
  const dataset = new Hdf5Structure(port).object(address);
  expect(dataset.kind === "dataset" && isBoolean(dataset.datatype)).toBe(true);
  save(port);
}

const expected = (attributes: number) => [
  [
    "bool",
    [
      [true, false, true],
      [true, false, false],
    ],
  ],
  [
    [false, false, true],
    [true, false, false],
  ],
  Object.fromEntries(
    Array.from({ length: attributes }, (_, index) => [`a${index}`, ["bool", [true, false]]]),
  ),
  true,
];

describeWith(h5py, h5dump)("a boolean made of a placeholder type", () => {
  it.each([1, 8, 30])("is h5py's bool, as a dataset and as %i attributes", (attributes) => {
    byH5wasm("w", (file) => createPlaceholders(file, attributes));
    finish(attributes);
    expect(readByH5py()).toEqual(expected(attributes));
    expect(execFileSync(h5dump.command, ["-H", path()], { encoding: "utf8" })).toMatch(
      /DATASET "flags" \{\s*DATATYPE {2}H5T_ENUM \{\s*H5T_STD_I8LE;\s*"FALSE"\s*0;\s*"TRUE"\s*1;/,
    );
  });

  it("works in a symbol-table file, whose headers are of version 1", () => {
    runPython(`h5py.File(sys.argv[1], "w", libver="earliest")["old"] = [1, 2]`, path());
    byH5wasm("a", (file) => createPlaceholders(file, 3));
    finish(3);
    expect(readByH5py()).toEqual(expected(3));
  });

  it("goes on being a boolean when h5wasm extends the file", () => {
    byH5wasm("w", (file) => createPlaceholders(file, 1));
    finish(1);
    byH5wasm("a", (file) => {
      file.create_dataset({ name: "other", data: new Float64Array(3) });
    });
    expect(readByH5py()).toEqual(expected(1));
  });

  it("refuses any other type, and leaves the file as it was", () => {
    runPython(
      `with h5py.File(sys.argv[1], "w", libver=("v108", "v110")) as f:
    f["number"] = np.arange(3)
    f["record"] = np.zeros(3, dtype=[("long_name_long_name_long_name", "i2")])
    f["number"].attrs["a"] = 1`,
      path(),
    );
    const port = load();
    const structure = new Hdf5Structure(port);
    const number = structure.resolve("number")?.address ?? -1;
    const record = structure.resolve("record")?.address ?? -1;
    expect(() => setBooleanType(port, number)).toThrow(/expected a compound of one int8 member, found int64/);
    expect(() => setBooleanType(port, record)).toThrow(
      /found compound \{long_name_long_name_long_name: int16\}/,
    );
    expect(() => setBooleanAttributeType(port, number, "a")).toThrow(/attribute "a" of .* found int64/);
    expect(() => setBooleanAttributeType(port, number, "b")).toThrow(/there is no attribute "b"/);
    expect(port.writes).toBe(0);
  });
});
