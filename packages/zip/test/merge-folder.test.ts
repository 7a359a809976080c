import { interceptFs } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { TvbZip } from "../src/index.js";
import { rawZip } from "./support/raw-zip.js";
import { describeOnBoth, harvest, plant, type World } from "./support/world.js";

type TestFs = World["fs"];

const bytes = rawZip([
  { name: "a", data: "ours" },
  { name: "d/b", data: "ours" },
  { name: "n/c", data: "ours" },
  { name: "z", data: "ours" },
]);

async function unpack(fs: TestFs, root: string, overwrite: boolean): Promise<void> {
  const zip = await TvbZip.open(`${root}/a.zip`, "r", { fs });
  try {
    await zip.unpackZip(`${root}/out`, { overwrite });
  } finally {
    await zip.close();
  }
}

/** What another program does when `path`, relative to the target, is about to get its name. */
function meanwhile(fs: TestFs, path: string, act: () => void): TestFs {
  let acted = false;
  return interceptFs(fs, {
    before: ({ kind, args }) => {
      const isPlacing = kind === "link" || kind === "rename" || (kind === "open" && args[1] === "wx");
      const to = isPlacing ? String(args[kind === "open" ? 0 : 1]) : "";
      const name = path.slice(path.lastIndexOf("/"));
      // On Linux the path goes through a descriptor.
      if (
        !acted &&
        isPlacing &&
        !to.includes(".tmp") &&
        (to.endsWith(path) || new RegExp(`^/proc/self/fd/\\d+${name}$`).test(to))
      )
        if (kind !== "open" || !to.includes("/fd/")) {
          acted = true;
          act();
        }
      return undefined;
    },
  });
}

const noLinks = (fs: TestFs): TestFs =>
  interceptFs(fs, {
    before: ({ kind }) =>
      kind === "link"
        ? { part: "none", error: Object.assign(new Error("EPERM"), { code: "EPERM" }) }
        : undefined,
  });

describeOnBoth("adding to a filled folder", (world) => {
  for (const [disk, made] of Object.entries({
    "a disk with links": (fs: TestFs) => fs,
    "a disk without links": noLinks,
  })) {
    it(`moves whole folders, puts single files, and replaces with overwrite, on ${disk}`, async () => {
      const place = world();
      const { fs, root } = place;
      plant(place, { "a.zip": bytes, "out/d/b": "old", "out/d/x": "old", "out/z": "old" });
      await unpack(made(fs), root, true);
      expect(harvest(fs, `${root}/out`)).toEqual({
        a: "ours",
        "d/b": "ours",
        "d/x": "old",
        "n/c": "ours",
        z: "ours",
      });
      expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "out"]);
    });

    it(`undoes all steps where one fails, on ${disk}`, async () => {
      const place = world();
      const { fs, root } = place;
      plant(place, { "a.zip": bytes, "out/a": "old", "out/d/b": "old", "out/mine": "mine" });
      const before = harvest(fs, `${root}/out`);
      let failed = false;
      const broken = interceptFs(made(fs), {
        before: ({ kind, args }) => {
          if (failed || (kind !== "link" && kind !== "rename") || !/\/z$/.test(String(args[1])))
            return undefined;
          failed = true;
          return { part: "none", error: Object.assign(new Error("EIO"), { code: "EIO" }) };
        },
      });
      await expect(unpack(broken, root, true)).rejects.toThrow(/input\/output error/);
      expect(harvest(fs, `${root}/out`)).toEqual(before);
      expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "out"]);
    });
  }

  for (const name of ["a", "d/b", "z"])
    it(`neither replaces nor removes ${name}, which another program makes at the last moment`, async () => {
      const place = world();
      const { fs, root } = place;
      plant(place, { "a.zip": bytes, "out/d/mine": "mine" });
      const other = meanwhile(fs, `/out/${name}`, () => fs.writeFileSync(`${root}/out/${name}`, "theirs"));
      await expect(unpack(other, root, false)).rejects.toThrow(`${name} is there already`);
      expect(harvest(fs, `${root}/out`)).toEqual({ "d/mine": "mine", [name]: "theirs" });
      expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "out"]);
    });

  it("replaces a file that was created at the last moment only with overwrite", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": bytes, "out/d/mine": "mine" });
    const other = meanwhile(fs, "/out/d/b", () => fs.writeFileSync(`${root}/out/d/b`, "theirs"));
    await unpack(other, root, true);
    expect(harvest(fs, `${root}/out`)).toMatchObject({ "d/b": "ours", "d/mine": "mine" });
  });

  it("leaves files of another program in a folder of ours when a merge is undone", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": bytes, "out/d/mine": "mine" });
    const other = meanwhile(fs, "/out/z", () => {
      fs.writeFileSync(`${root}/out/n/theirs`, "theirs");
      fs.writeFileSync(`${root}/out/z`, "theirs");
    });
    await expect(unpack(other, root, false)).rejects.toThrow("z is there already");
    expect(harvest(fs, `${root}/out`)).toEqual({ "d/mine": "mine", "n/theirs": "theirs", z: "theirs" });
  });

  it("adds to a folder that another program makes at the last moment", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": bytes, "out/d/mine": "mine" });
    let made = false;
    const other = interceptFs(fs, {
      after: ({ kind, args }) => {
        if (made || kind !== "link" || !/\/a$/.test(String(args[1]))) return;
        made = true;
        fs.mkdirSync(`${root}/out/n`);
        fs.writeFileSync(`${root}/out/n/theirs`, "theirs");
      },
      before: () => undefined,
    });
    await unpack(other, root, false);
    expect(harvest(fs, `${root}/out`)).toMatchObject({ "n/c": "ours", "n/theirs": "theirs" });
  });

  it("lets one of two simultaneous unpackings succeed, and the other change nothing", async () => {
    const place = world();
    const { fs, root } = place;
    for (const state of ["missing", "empty", "filled"]) {
      fs.rmSync(`${root}/out`, { recursive: true, force: true });
      plant(place, {
        "a.zip": bytes,
        ...(state === "empty" ? { "out/": "" } : {}),
        ...(state === "filled" ? { "out/x": "" } : {}),
      });
      const results = await Promise.allSettled([unpack(fs, root, false), unpack(fs, root, false)]);
      expect(results.map(({ status }) => status).sort(), state).toEqual(["fulfilled", "rejected"]);
      expect(harvest(fs, `${root}/out`)).toMatchObject({
        a: "ours",
        "d/b": "ours",
        "n/c": "ours",
        z: "ours",
      });
      expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "out"]);
    }
  });

  it("never goes through a folder that became a link, in the target or in what is being unpacked", async () => {
    for (const when of ["open", "link", "mkdir"]) {
      const place = world();
      const { fs, root } = place;
      plant(place, { "a.zip": bytes, "out/d/mine": "mine", "outside/": "" });
      let swapped = false;
      const attacker = interceptFs(fs, {
        before: ({ kind, args }) => {
          const to = String(args[kind === "link" ? 1 : 0]);
          if (swapped || kind !== when || to.endsWith(".zip") || to.endsWith(".tmp")) return undefined;
          for (const folder of [
            `${root}/out`,
            ...fs
              .readdirSync(root)
              .filter((name) => String(name).endsWith(".tmp"))
              .map((name) => `${root}/${name}`),
          ]) {
            if (!fs.existsSync(`${folder}/d`)) continue;
            swapped = true;
            fs.renameSync(`${folder}/d`, `${folder}/aside`);
            fs.symlinkSync(`${root}/outside`, `${folder}/d`);
          }
          return undefined;
        },
      });
      await unpack(attacker, root, false).catch(() => undefined);
      // On memfs a folder is compared before each step, not held: what is exchanged within the step is not seen.
      if (root !== "/work") expect(harvest(fs, `${root}/outside`), when).toEqual({});
    }
  });
});
