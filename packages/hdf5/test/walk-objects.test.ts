import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { describeWith, h5py } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { open } from "../src/index.js";
import { Hdf5Structure } from "../src/objects/hdf5-structure.js";
import { walkObjects } from "../src/objects/walk-objects.js";
import { MemoryPort } from "./format/memory-port.js";

/** The group /a/g has a second, longer path, which comes first where groups are followed to their end. */
const SCRIPT = `
import h5py, sys
with h5py.File(sys.argv[1], "w") as f:
    f["a/g/data"] = [1.0]
    f["z/y/g"] = f["a/g"]
    f["z/up"] = f["a"]
    f["soft"] = h5py.SoftLink("/a")
`;

describeWith(h5py)("objects with several paths", () => {
  const file = temporaryFolder("walk-objects");
  let bytes: Uint8Array;

  beforeAll(() => {
    execFileSync(h5py.command, ["-c", SCRIPT, file("links.h5")]);
    bytes = new Uint8Array(readFileSync(file("links.h5")));
  });

  it("are met once each, by the path with the least number of names, and groups before what is in them", () => {
    const walked = [...walkObjects(new Hdf5Structure(new MemoryPort(bytes)))];
    expect(walked.map(({ path }) => path)).toEqual(["/", "/a", "/z", "/a/g", "/z/y", "/a/g/data"]);
    expect(walked.flatMap(({ links }) => links).map(({ path, target }) => `${path} > ${target}`)).toEqual([
      "/a > /a",
      "/soft > undefined",
      "/z > /z",
      "/a/g > /a/g",
      "/z/up > /a",
      "/z/y > /z/y",
      "/a/g/data > /a/g/data",
      "/z/y/g > /a/g",
    ]);
  });

  it("are listed by that path, and with what is in them as deep as it allows", async () => {
    const opened = await open(bytes);
    const listed = async (path: string, depth?: number) =>
      (await opened.list(path, depth === undefined ? {} : { depth })).map((node) => node.path);
    expect(await listed("/")).toEqual(["/a", "/a/g", "/a/g/data", "/soft", "/z", "/z/y"]);
    expect(await listed("/", 3)).toEqual(["/a", "/a/g", "/a/g/data", "/soft", "/z", "/z/y"]);
    expect(await listed("/", 2)).toEqual(["/a", "/a/g", "/soft", "/z", "/z/y"]);
    expect(await listed("/z")).toEqual(["/z/up", "/z/up/g", "/z/up/g/data", "/z/y"]);
    expect(await listed("/a/g/data")).toEqual(["/a/g/data"]);
  });
});
