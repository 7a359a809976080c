import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { ByteWriter } from "../../src/bytes/byte-writer.js";
import { HeaderEditor } from "../../src/edits/header-editor.js";
import { createObjectHeader } from "../../src/edits/new-object-header.js";
import { ATTRIBUTE, ATTRIBUTE_INFO } from "../../src/headers/message-type.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { verify } from "../../src/reader/hdf5-file.js";
import { runPython, temporaryFolder } from "./h5py.js";
import { MemoryPort } from "./memory-port.js";

const MAKE = `
import sys, h5py
with h5py.File(sys.argv[1], "w", libver=(sys.argv[2], sys.argv[3])) as f:
    g = f.create_group("g", track_order=sys.argv[4] == "True") if sys.argv[4] == "True" else f.create_group("g")
    g.attrs["a000"] = 7
    f["h"] = 1
`;
const LOOK = `
import sys, json, h5py
with h5py.File(sys.argv[1], "a") as f:
    g = f["g"]
    print(json.dumps([sorted(g.attrs), [int(v) for v in g.attrs.values()], sorted(f), h5py.h5o.get_info(g.id).rc]))
    for i in range(20):
        g.attrs["new%d" % i] = i
    for name in list(g.attrs)[::2]:
        del g.attrs[name]
`;
const COUNT = `
import sys, h5py
with h5py.File(sys.argv[1]) as f:
    print(len(f["g"].attrs))
`;

describeWith(h5py)("the header editor", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const STYLES = [
    ["earliest", "v108", "False"],
    ["v108", "v108", "False"],
    ["v110", "v110", "False"],
    ["earliest", "v108", "True"],
    ["v108", "v108", "True"],
  ] as const;

  it.each(STYLES)(
    "adds, replaces and removes messages of libver (%s, %s), creation order %s",
    async (...style) => {
      const path = join(folder.path, "file.h5");
      runPython(MAKE, path, ...style);
      const port = new MemoryPort(new Uint8Array(readFileSync(path)));
      const structure = new Hdf5Structure(port);
      const { file } = structure;
      const address = structure.resolve("/g")?.address ?? -1;
      const names = ["a000"];
      const editor = HeaderEditor.open(file, address);
      const body = editor.find(ATTRIBUTE)?.body.slice() ?? new Uint8Array();
      const at = body.findIndex((byte, i) => byte === 0x61 && body[i + 1] === 0x30);
      // As many as are in the header, and in version 1 headers some hundreds more.
      for (let i = 1; i < (editor.version === 1 ? 300 : 8); i += 1) {
        const name = `a${String(i).padStart(3, "0")}`;
        const named = body.slice();
        named.set(new TextEncoder().encode(name), at);
        editor.add({ type: ATTRIBUTE, body: named, creationOrder: i });
        names.push(name);
      }
      const second = editor.messages.find(
        (message) => message.type === ATTRIBUTE && new TextDecoder().decode(message.body).includes("a001"),
      );
      if (second === undefined) throw new Error("there is no second attribute");
      editor.remove(second);
      const info = editor.find(ATTRIBUTE_INFO);
      if (editor.tracksAttributeOrder && info !== undefined)
        editor.replace(info, new ByteWriter(info.body.slice(), 2).u16(names.length).bytes);
      names.splice(1, 1);
      editor.save();
      const again = HeaderEditor.open(file, address);
      again.linkCount = 2;
      again.linkCount = 1;
      again.save();
      file.space.save();
      expect(await verify(port.bytes)).toEqual([]);
      writeFileSync(path, port.bytes);
      expect(JSON.parse(runPython(LOOK, path))).toEqual([names, names.map(() => 7), ["g", "h"], 1]);
      expect(Number(runPython(COUNT, path))).toBe(Math.floor((names.length + 20) / 2));
    },
  );

  it("gives a new object the messages of another, with room for more", () => {
    const path = join(folder.path, "file.h5");
    runPython(MAKE, path, "v108", "v108", "False");
    const port = new MemoryPort(new Uint8Array(readFileSync(path)));
    const structure = new Hdf5Structure(port);
    const { file } = structure;
    const { messages } = HeaderEditor.open(file, structure.resolve("/g")?.address ?? -1);
    for (const room of [0, 3, 100, 400]) {
      const address = createObjectHeader(file, messages, { room });
      const before = file.space.allocate(0);
      const editor = HeaderEditor.open(file, address);
      expect(editor.messages).toHaveLength(messages.length);
      const attribute = editor.find(ATTRIBUTE);
      if (attribute === undefined) throw new Error("there is no attribute");
      editor.replace(attribute, new Uint8Array([...attribute.body, ...new Uint8Array(80)]));
      editor.save();
      // With room for it there is no continuation.
      expect(file.space.allocate(0) === before).toBe(room >= 100);
      expect(HeaderEditor.open(file, address).find(ATTRIBUTE)?.body).toHaveLength(attribute.body.length + 80);
    }
  });
});
