import { createMemoryFs, interceptFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { mergeFolder, replaceFolder } from "../src/put-in-place.js";
import { harvest, type World } from "./support/world.js";

type TestFs = World["fs"];

/** A file system whose renames to `path` fail as `code` says, as long as `when` holds. */
function failing(fs: TestFs, path: string, code: string, when: () => boolean): TestFs {
  return interceptFs(fs, {
    before: ({ kind, args }) =>
      kind === "rename" && args[1] === path && when()
        ? { part: "none", error: Object.assign(new Error(`${code}: refused`), { code }) }
        : undefined,
  });
}

/** memfs has all that the port needs; only its types differ. */
const memory = (files: Record<string, string>) => createMemoryFs(files) as unknown as TestFs;

/** True the first time it is asked. */
function once(): () => boolean {
  let asked = 0;
  return () => asked++ === 0;
}

const empty = { path: "/out", state: "empty", mode: 0o750, replaceable: true } as const;

describe("replacing an empty folder", () => {
  it("works where the system renames no folder to an existing one, as Windows", async () => {
    const fs = memory({ "/new/a": "a" });
    fs.mkdirSync("/out");
    await replaceFolder(
      failing(fs, "/out", "EPERM", () => fs.existsSync("/out")),
      "/new",
      empty,
    );
    expect(harvest(fs, "/out")).toEqual({ a: "a" });
  });

  it("leaves the empty folder where it does not work at all", async () => {
    const fs = memory({ "/new/a": "a" });
    fs.mkdirSync("/out");
    await expect(
      replaceFolder(
        failing(fs, "/out", "EPERM", () => true),
        "/new",
        empty,
      ),
    ).rejects.toThrow("EPERM");
    expect(harvest(fs, "/out")).toEqual({});
    expect(fs.statSync("/out").mode & 0o777).toBe(0o750);
  });
});

describe("merging a folder into another", () => {
  it("moves whole folders where none is there, and single files where one is", async () => {
    const fs = memory({ "/new/d/a": "new", "/new/n/m/b": "new", "/out/d/x": "old" });
    await mergeFolder(fs, "/new", "/out");
    expect(harvest(fs, "/out")).toEqual({ "d/a": "new", "d/x": "old", "n/m/b": "new" });
  });

  it("undoes all steps where one fails", async () => {
    const fs = memory({
      "/new/a": "new",
      "/new/b/c": "new",
      "/new/z": "new",
      "/out/a": "old",
      "/out/z": "old",
    });
    await expect(mergeFolder(failing(fs, "/out/z", "EIO", once()), "/new", "/out")).rejects.toThrow("EIO");
    expect(harvest(fs, "/out")).toEqual({ a: "old", z: "old" });
    expect(harvest(fs, "/new")).toEqual({ a: "new", "b/c": "new", z: "new" });
  });
});
