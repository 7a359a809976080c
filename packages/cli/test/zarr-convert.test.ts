import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { h5Backend } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { h5diff, itWith, noRoot } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { tvbStorage } from "./support/program.js";
import { hiddenNames, zarrPlaces } from "./support/zarr-places.js";

// From files to Zarr hierarchies and back.

const at = temporaryFolder("cli-zarr-convert");
const places = zarrPlaces(() => at());
const ran = (...args: string[]) => tvbStorage(args, { cwd: at(), env: places.env });

const DONE = { stdout: "", stderr: "", status: 0 };

beforeAll(async () => {
  const manager = h5Backend.open(at("a.h5"));
  const data = Float64Array.from({ length: 300 }, (_, i) => Math.sin(i));
  await manager.appendData({ dtype: "float64", shape: [100, 3], data }, "run/data", {
    growDimension: 0,
    chunks: [10, 3],
    compression: { gzip: 4, shuffle: true },
  });
  await manager.storeData(["left", "right"], "labels");
  await manager.storeData(5, "scalar");
  await manager.setMetadata({ unit: "mV" }, "run/data");
  await manager.closeFile();
});

// That h5diff finds nothing for version 3 and in folders is also in test/zarr-copies.
describe.each(["two.zarr", "s3://bucket/a.zarr"])("a file that is converted to %s", (path) => {
  itWith(h5diff)("and back is the same to h5diff, with the same chunks and filters", async () => {
    const options = path === "two.zarr" ? ["--zarr-format", "2"] : [];
    expect(await ran("convert", "a.h5", path, ...options)).toEqual(DONE);
    expect(await ran("convert", path, "back.h5", "--overwrite")).toEqual(DONE);
    execFileSync(h5diff.command, [at("a.h5"), at("back.h5")]);
    expect(await ran("diff", "a.h5", "back.h5", "--layout")).toEqual(DONE);
  });

  test("is there already, and only replaced where that can be done in one step", async () => {
    const other = path.replace(/\w+\.zarr$/, "there.zarr");
    expect(await ran("convert", "a.h5", other)).toEqual(DONE);
    const there = await ran("convert", "a.h5", other);
    expect(there.stderr).toContain(`cannot make ${other}: it exists already`);
    const replaced = await ran("convert", "a.h5", other, "--overwrite");
    if (path.startsWith("s3:"))
      expect(replaced.stderr).toBe(
        `tvb-storage: cannot make ${other}: it exists already, and nothing replaces it in one step; remove what is in it first (tvb-storage remove), or give another address\n`,
      );
    else expect(replaced).toEqual(DONE);
    expect(hiddenNames(at())).toEqual([]);
  });
});

describe("what only Zarr has", () => {
  test("blosc is how all datasets are compressed", async () => {
    expect(await ran("convert", "a.h5", "c.zarr", "--blosc", "lz4")).toEqual(DONE);
    const { stdout } = await ran("ls", "c.zarr", "/run");
    expect(stdout).toMatch(/\(10, 3\) +blosc\n$/);
    expect(await ran("diff", "a.h5", "c.zarr")).toEqual(DONE);
  });

  test("is not carried over to HDF5, unless another compression is given", async () => {
    expect((await ran("convert", "a.h5", "only.zarr", "--zstd", "3")).status).toBe(0);
    const { stderr } = await ran("convert", "only.zarr", "only.h5");
    expect(stderr).toContain("/run/data: it is stored without zstd\n");
    expect(stderr).toContain("--allow-loss converts without");
    expect(await ran("convert", "only.zarr", "only.h5", "--gzip", "4")).toEqual(DONE);
    expect(await ran("diff", "a.h5", "only.h5")).toEqual(DONE);
  });

  test("shards hold so many chunks", async () => {
    const options = ["--chunks", "10,3", "--shards", "50,3", "--overwrite"];
    expect(await ran("convert", "a.h5", "s.zarr", ...options)).toEqual(DONE);
    expect(readdirSync(at("s.zarr/run/data/c"))).toEqual(["0", "1"]);
    expect(await ran("diff", "a.h5", "s.zarr")).toEqual(DONE);
  });

  test.each([
    [["b.h5", "--zarr-format", "2"], "are for Zarr hierarchies: give a folder such as a.zarr"],
    [["b.zarr", "--zarr-format", "1"], "Allowed choices are 2, 3"],
    [["b.zarr", "--zstd", "3", "--gzip", "3"], "give one of --gzip, --zstd and --blosc"],
    [["b.zarr", "--zstd", "23"], "--zstd"],
    [["b.zarr", "--blosc", "lzma"], "Allowed choices are blosclz, lz4, lz4hc, zlib, zstd"],
    [["b.zarr", "--shards", "50,3"], "--shards needs --chunks"],
    [["b.zarr", "--shards", "55,3", "--chunks", "10,3"], "a shard is made of whole chunks"],
    [["b.zarr", "--shards", "50", "--chunks", "10,3"], "a shard is made of whole chunks"],
    [["b.zarr", "--shards", "50,3", "--chunks", "10,3", "--zarr-format", "2"], "for Zarr version 3"],
    [["b.npy", "--dataset", "/labels", "--zstd", "3"], "not for .npy files"],
  ])("%j is refused", async (options, reason) => {
    const { stderr, status } = await ran("convert", "a.h5", ...options);
    expect(stderr).toContain(reason);
    expect(status).toBe(2);
    expect(existsSync(at("b.zarr"))).toBe(false);
  });
});

describe("a conversion that fails", () => {
  test("for what cannot be carried over leaves nothing, and --allow-loss makes it without", async () => {
    const manager = h5Backend.open(at("bytes.h5"));
    await manager.storeData([1, 2], "sound");
    await manager.setMetadata({ text: "\udcff", whole: 1 });
    await manager.closeFile();
    for (const path of ["lossy.zarr", "s3://bucket/lossy.zarr"]) {
      const refused = await ran("convert", "bytes.h5", path);
      expect(refused.stderr).toMatch(/^\/ @TVB_text: it has bytes that are not UTF-8/);
      expect(refused.stderr).toContain(
        "lossy.zarr was not made, since 1 thing in bytes.h5 cannot be carried over",
      );
      expect(refused.status).toBe(2);
      if (path === "lossy.zarr") expect(readdirSync(at())).not.toContain("lossy.zarr");
      else expect((await ran("ls", path)).stdout).toBe("");
      const made = await ran("convert", "bytes.h5", path, "--allow-loss");
      expect(made.status).toBe(1);
      expect((await ran("attrs", path)).stdout).toMatch(/^whole/m);
    }
  });

  test("since a file is where the folder should be, or a folder of something else, changes neither", async () => {
    writeFileSync(at("file.zarr"), "own");
    const { stderr } = await ran("convert", "a.h5", "file.zarr", "--overwrite");
    expect(stderr).toContain("cannot make file.zarr: a file is there already");
    expect(readFileSync(at("file.zarr"), "utf8")).toBe("own");
    expect((await ran("convert", "a.h5", "none/a.zarr")).stderr).toContain("there is no folder none");
  });

  itWith(noRoot)("since the folder may not be written leaves nothing", async () => {
    mkdirSync(at("shut"), { mode: 0o500 });
    const { stderr, status } = await ran("convert", "a.h5", "shut/a.zarr");
    expect(stderr).toContain("cannot make shut/a.zarr");
    expect(status).toBe(2);
    expect(readdirSync(at("shut"))).toEqual([]);
  });

  test("since the store refuses a request removes what it stored", async () => {
    places.s3.onRequest = ({ method, key }) =>
      method === "PUT" && key.startsWith("half.zarr/run/data/c/5") ? "denied" : undefined;
    const failed = await ran("convert", "a.h5", "s3://bucket/half.zarr");
    places.s3.onRequest = undefined;
    expect(failed.stderr).toContain("403");
    expect(failed.status).toBe(2);
    expect(await ran("convert", "a.h5", "s3://bucket/half.zarr")).toEqual(DONE);
    expect(await ran("diff", "a.h5", "s3://bucket/half.zarr")).toEqual(DONE);
  });

  test("is said by --dry-run, which makes nothing", async () => {
    const { stdout } = await ran("convert", "a.h5", "d.zarr", "--dry-run");
    expect(stdout).toMatch(/^would convert a\.h5 \(3 datasets, .* stored\) to d\.zarr\n$/);
    expect(existsSync(at("d.zarr"))).toBe(false);
    const address = "s3://bucket/dry.zarr";
    expect(await ran("convert", "a.h5", address)).toEqual(DONE);
    expect((await ran("convert", "a.h5", address, "--dry-run")).stderr).toContain(
      "it exists already; give another address",
    );
  });

  test("to itself is refused", async () => {
    await ran("convert", "a.h5", "self.zarr");
    expect((await ran("convert", "self.zarr", "self.zarr/", "--overwrite")).stderr).toContain(
      "are the same file",
    );
    const address = "s3://bucket/a.zarr";
    expect((await ran("convert", address, `${address}/`)).stderr).toContain("are the same address");
  });
});
