import { holdFolder } from "@tvb-storage/files/internal";
import { createMemoryFs, interceptFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { oneAfterAnother, putNew, replaceFolder } from "../src/put-in-place.js";
import { holdTarget } from "../src/unpack-target.js";
import { describeOnBoth, harvest, plant, type World } from "./support/world.js";

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

async function replace(fs: TestFs, root: string): Promise<void> {
  const target = await holdTarget(fs, `${root}/out`, (folder) => folder);
  await replaceFolder(fs, target, "new", await holdFolder(fs, `${root}/new`));
}

describe("replacing an empty folder", () => {
  it("works where a folder cannot be renamed to an existing one, as on Windows", async () => {
    const fs = memory({ "/new/a": "a" });
    fs.mkdirSync("/out");
    await replace(
      failing(fs, "/out", "EPERM", () => fs.existsSync("/out")),
      "",
    );
    expect(harvest(fs, "/out")).toEqual({ a: "a" });
  });

  it("leaves the empty folder where it does not work at all", async () => {
    const fs = memory({ "/new/a": "a" });
    fs.mkdirSync("/out", { mode: 0o750 });
    await expect(
      replace(
        failing(fs, "/out", "EPERM", () => true),
        "",
      ),
    ).rejects.toThrow("EPERM");
    expect(harvest(fs, "/out")).toEqual({});
    expect(fs.statSync("/out").mode & 0o777).toBe(0o750);
  });
});

describeOnBoth("what came to the place of a folder that was missing or empty", (world) => {
  const arrivals: Record<string, (fs: TestFs, out: string) => void> = {
    "a file": (fs, out) => {
      if (fs.existsSync(out)) fs.rmdirSync(out);
      fs.writeFileSync(out, "theirs");
    },
    "a folder with a file": (fs, out) => {
      fs.mkdirSync(out, { recursive: true });
      fs.writeFileSync(`${out}/x`, "theirs");
    },
    "a link": (fs, out) => {
      if (fs.existsSync(out)) fs.rmdirSync(out);
      fs.symlinkSync("/nowhere", out);
    },
  };
  for (const [what, arrive] of Object.entries(arrivals))
    for (const state of ["missing", "empty"])
      it(`stays where the folder was ${state}: ${what}`, async () => {
        const place = world();
        const { fs, root } = place;
        plant(place, { "new/a": "a", ...(state === "empty" ? { "out/": "" } : {}) });
        const target = await holdTarget(fs, `${root}/out`, (folder) => folder);
        const staged = await holdFolder(fs, `${root}/new`);
        arrive(fs, `${root}/out`);
        const before = harvest(fs, root);
        await expect(replaceFolder(fs, target, "new", staged)).rejects.toThrow(
          /found that another program put something there meanwhile/,
        );
        expect(harvest(fs, root)).toEqual(before);
        for (const held of [target.folder, target.parent, staged]) await held?.close();
      });
});

describeOnBoth("a file that gets a new name", (world) => {
  for (const links of [true, false])
    it(`replaces nothing, on a disk ${links ? "with" : "without"} links`, async () => {
      const place = world();
      const { fs, root } = place;
      plant(place, { a: "ours", b: "theirs" });
      const disk = links
        ? fs
        : interceptFs(fs, {
            before: ({ kind }) =>
              kind === "link"
                ? { part: "none", error: Object.assign(new Error("EPERM"), { code: "EPERM" }) }
                : undefined,
          });
      await expect(putNew(disk, `${root}/a`, `${root}/b`)).rejects.toMatchObject({ code: "EEXIST" });
      await putNew(disk, `${root}/a`, `${root}/c`);
      expect(harvest(fs, root)).toMatchObject({ b: "theirs", c: "ours" });
    });
});

it("work on one file system runs one after another, also after a failure", async () => {
  const fs = memory({});
  const seen: number[] = [];
  const slow = oneAfterAnother(fs, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(1);
    throw new Error("failed");
  });
  const next = oneAfterAnother(fs, async () => seen.push(2));
  await expect(slow).rejects.toThrow("failed");
  await next;
  expect(seen).toEqual([1, 2]);
});
