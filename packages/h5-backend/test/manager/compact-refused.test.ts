import nodeFs from "node:fs";
import { dirname } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { compact } from "../../src/index.js";

const temporary = temporaryFolder();

const V108 = 'libver=("v108", "v110")';

/** What is in the file, what h5py does to make it so, with which options of the file, and what the message says. */
const REFUSED: readonly (readonly [what: string, work: string, options: string, message: RegExp])[] = [
  ["float16", 'f["x"] = np.zeros(3, "f2")', V108, /because of \/x: its type float16 is only read/],
  [
    "an enum",
    'f["x"] = np.zeros(3, h5py.enum_dtype({"A": 1}))',
    V108,
    /because of \/x: its type enum of \w+ is only read/,
  ],
  [
    "fields",
    'f["g/x"] = np.zeros(3, [("a", "i4")])',
    V108,
    /of \/g\/x: its type compound \{a: int32\} is only read/,
  ],
  ["an object reference", 'f["x"] = f.ref', V108, /its type object reference is only read/],
  ["big-endian complex numbers", 'f["x"] = np.zeros(3, ">c16")', V108, /its type complex128 is only read/],
  [
    "shuffle",
    'f.create_dataset("x", (9,), "i4", compression="gzip", shuffle=True)',
    V108,
    /filters shuffle, gzip/,
  ],
  ["fletcher32", 'f.create_dataset("x", (9,), "i4", fletcher32=True)', V108, /filters fletcher32/],
  [
    "a fill value",
    'f.create_dataset("x", (9,), "i4", fillvalue=7)',
    V108,
    /of \/x: it has a fill value of its own/,
  ],
  ["a null dataspace", 'f["g/x"] = h5py.Empty("f4")', V108, /of \/g\/x: it has a null dataspace/],
  [
    "a null attribute",
    'f.attrs["a"] = h5py.Empty("f4")',
    V108,
    /of \/: its attribute "a" has a null dataspace/,
  ],
  [
    "an attribute's type",
    'f.attrs["a"] = np.float16(1)',
    V108,
    /of \/: its attribute "a" has the type float16/,
  ],
  [
    "an external link",
    'f["x"] = h5py.ExternalLink("b.h5", "/")',
    V108,
    /of \/: its link "x" is an external one, to b.h5/,
  ],
  ["external storage", 'f.create_dataset("x", (9,), "i4", external="raw")', V108, /external raw storage/],
  [
    "a virtual dataset",
    'l = h5py.VirtualLayout((1,), "i4"); l[0] = h5py.VirtualSource("b.h5", "y", (1,))[0]; f.create_virtual_dataset("x", l)',
    V108,
    /of \/x: its data are in other datasets/,
  ],
  ["a committed type", 'f["x"] = np.dtype("i4")', V108, /of \/x: it is a committed datatype/],
  [
    "a committed type in use",
    'f["y"] = np.dtype("i4"); f.create_dataset("x", (9,), f["y"])',
    V108,
    /its type is a committed datatype/,
  ],
  [
    "the order of links",
    'f.create_group("x", track_order=True)',
    V108,
    /of \/x: it keeps the order in which its/,
  ],
  [
    "a comment",
    'f["x"] = 1; h5py.h5o.set_comment(f["x"].id, b"c")',
    V108,
    /of \/x: its header has a message of type 0xd \(a comment\)/,
  ],
  [
    "compact data",
    'p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_layout(h5py.h5d.COMPACT); h5py.h5d.create(f.id, b"x", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((3,)), p)',
    V108,
    /of \/x: its data are in its object header/,
  ],
  [
    "early allocation",
    'p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY); h5py.h5d.create(f.id, b"x", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((3,)), p)',
    V108,
    /of \/x: its space is allocated early/,
  ],
  ["a user block", "", "userblock_size=512", /512 bytes that are not HDF5's/],
  [
    "a strategy for free space",
    "",
    'fs_strategy="page", fs_persist=True',
    /a strategy of its own for its free space/,
  ],
];

const pathOf = (what: string): string => temporary(`${what.replaceAll(" ", "-")}.h5`);

describeWith(h5py)("a file that cannot be copied exactly", () => {
  beforeAll(() => {
    const makers = REFUSED.map(
      ([what, work, options]) =>
        `with h5py.File(${JSON.stringify(pathOf(what))}, "w", ${options}) as f:\n    f["before"] = 1\n    ${work}\n`,
    );
    runPython(`import os\nos.chdir(${JSON.stringify(dirname(pathOf("any")))})\n${makers.join("")}`);
  });

  it.each(REFUSED)(
    "(%s) is refused with the object and the reason, and stays as it is",
    async (what, _work, _options, message) => {
      const path = pathOf(what);
      const before = nodeFs.readFileSync(path);
      const error: unknown = await compact(path).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "FILE_STORAGE", message: expect.stringMatching(message) });
      expect(error).toMatchObject({ message: expect.stringContaining(`${path} cannot be compacted`) });
      expect(nodeFs.readFileSync(path)).toEqual(before);
      expect(nodeFs.existsSync(`${path}.partial`)).toBe(false);
    },
  );
});
