import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { checkFile, contentOf, textOf } from "./byte-texts.js";

const file = temporaryFolder();

/** Latin-1, parts of characters, what looks like surrogates, byte order marks, and valid UTF-8 between them. */
const TEXTS = [
  "636166e9",
  "636166e8",
  "c3a9",
  "",
  "ff",
  "61c3",
  "a9c3",
  "edb3a9",
  "efbbbf78",
  "fffe",
  "e29883e2",
];
const NAMES = ["636166e9", "636166e8", "efbbbf78", "78", "c3a9", "ff", "edb3a9", "80", "c3c3a9"];

describeWith(h5py)("texts that are no UTF-8", () => {
  it("are read as h5py reads them and written back as they were", async () => {
    await checkFile(file("table.h5"), TEXTS, NAMES);
    await checkFile(file("old-groups.h5"), TEXTS.slice(0, -1), [...NAMES].reverse());
  });

  it("are created, overwritten and removed under such names, in groups of every style", async () => {
    for (const [style, extra] of [
      ["v108", []],
      ["dense", Array.from({ length: 40 }, (_, index) => `more-${index}`)],
    ] as const) {
      const path = file(`created-${style}.h5`);
      const m = new HDF5StorageManager(path);
      for (const name of extra) await m.storeData([0], name, { where: "names" });
      for (const [index, name] of NAMES.entries()) {
        const text = textOf(name);
        await m.storeData([index], text, { where: "names" });
        await m.storeData([index], "x", { where: `names/group of ${text}` });
        await m.appendData([index], text, { where: "names" }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(IncompatibleFileManagerException);
        });
        await m.setMetadata({ [text]: text }, "names", { tvbSpecificMetadata: false });
        await m.setMetadata({ [text]: [text, "plain"] }, `names/${text}`);
        expect((await m.getData(text, { where: "names" })).data).toEqual(Float64Array.of(index));
        expect(await m.getMetadata(`names/${text}`)).toEqual({
          [text]: { dtype: "string", shape: [2], data: [text, "plain"] },
        });
        await m.storeData([index + 0.5], text, { where: "names" });
      }
      const content = contentOf(path);
      for (const [index, name] of NAMES.entries()) {
        expect(content.names[name]).toEqual([index + 0.5]);
        expect(content.names[Buffer.from("group of ").toString("hex") + name]).toBe("group");
        expect(content.attributeNames).toContain(name);
      }
      expect(Object.keys(content.names)).toHaveLength(2 * NAMES.length + extra.length);
      for (const name of NAMES) {
        await m.removeData(textOf(name), { where: "names" });
        await m.removeMetadata(textOf(name), "names", { tvbSpecificMetadata: false });
      }
      const rest = contentOf(path);
      expect(rest.attributeNames).toEqual([]);
      expect(Object.keys(rest.names)).toHaveLength(NAMES.length + extra.length);
      expect(await verify(path)).toEqual([]);
    }
  });
});

describe("texts in new datasets", () => {
  it.each<[string, number | undefined, string[]]>([
    ["of variable length", undefined, ["caf\udce9", "caf\udce8", "\ufeffé\udcc3", ""]],
    ["of fixed length", 4, ["caf\udce9", "caf\udce8"]],
  ])("%s may hold any bytes", async (what, stringLength, texts) => {
    const m = new HDF5StorageManager(file(`${what}.h5`));
    const layout = stringLength === undefined ? {} : { stringLength };
    await m.storeData(texts, "x", layout);
    expect((await m.getData("x")).data).toEqual(texts);
    await m.appendData(texts, "y", layout);
    await m.appendData(texts, "y");
    expect((await m.getData("y")).data).toEqual([...texts, ...texts]);
  });
});
