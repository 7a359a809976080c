import type { NDArray } from "@tvb-storage/core";
import { encodeText } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

const file = temporaryFolder();

/** Five bytes each, as they are in the file. */
const ELEMENTS = [
  "a\0b\0\0",
  "a\0b  ",
  "ab \0 ",
  "ab\0  ",
  "     ",
  "\0\0\0\0\0",
  "\0a\0\0\0",
  " a\0\0\0",
  "abcde",
];
const PADDINGS = {
  NULLTERM: ["a", "a", "ab ", "ab", "     ", "", "", " a", "abcde"],
  NULLPAD: ["a\0b", "a\0b  ", "ab \0 ", "ab\0  ", "     ", "", "\0a", " a", "abcde"],
  SPACEPAD: ["a\0b", "a\0b", "ab ", "ab", "", "", "\0a", " a", "abcde"],
} as const;

const script = `
path, padding, elements = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
kind = h5py.h5t.C_S1.copy()
kind.set_size(5)
kind.set_strpad(getattr(h5py.h5t, "STR_" + padding))
raw = np.frombuffer("".join(elements).encode(), "S5")
space = h5py.h5s.create_simple((len(raw),))
with h5py.File(path, "w") as file:
    # In the file's own type, so that HDF5 converts nothing.
    h5py.h5d.create(file.id, b"data", kind, space).write(h5py.h5s.ALL, h5py.h5s.ALL, raw, kind)
    h5py.h5a.create(file.id, b"texts", kind, space).write(raw, kind)
with h5py.File(path) as file:
    print(json.dumps([[text.hex() for text in texts] for texts in (file["data"][()].tolist(), file.attrs["texts"].tolist())]))
`;

describeWith(h5py)("texts of fixed length", () => {
  it.each(Object.entries(PADDINGS))("%s lose their padding only, as in h5py", async (padding, expected) => {
    const path = file(`${padding}.h5`);
    const [data, attribute] = JSON.parse(
      runPython(script, path, padding, JSON.stringify(ELEMENTS)),
    ) as string[][];
    const hex = (array: NDArray): string[] =>
      (array.data as string[]).map((text) => Buffer.from(encodeText(text)).toString("hex")); // texts
    const m = new HDF5StorageManager(path);
    const read = await m.getData("data");
    expect(read.data).toEqual(expected);
    expect(hex(read)).toEqual(data);
    const { texts } = await m.getMetadata();
    expect(hex(texts as NDArray)).toEqual(attribute);
  });
});
