import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createBackendRegistry } from "@tvb-storage/core";
import { h5Backend } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { npyBackend } from "../../../examples/npy-backend/src/index.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { tvbStorage } from "./support/program.js";

// A program that runs the commands with a registry of its own: here with a backend that stores a folder of .npy files.

const at = temporaryFolder("cli-backends");
const backends = createBackendRegistry([h5Backend, npyBackend]);

const ran = (...args: string[]) => tvbStorage(args, { backends });

const DONE = { stdout: "", stderr: "", status: 0 };

beforeAll(async () => {
  const manager = h5Backend.open(at("a.h5"));
  await manager.storeData(Float64Array.of(1, 2, 3), "group/data");
  await manager.setMetadata({ title: "x", number: 5 }, "group/data");
  await manager.closeFile();
});

describe("convert to a backend that stores a folder", () => {
  test("and back makes the same file", async () => {
    expect(await ran("convert", at("a.h5"), at("b.npyd"))).toEqual(DONE);
    expect(readdirSync(at())).toContain("b.npyd");
    expect(await ran("convert", at("b.npyd"), at("c.h5"))).toEqual(DONE);
    expect(await ran("diff", at("a.h5"), at("c.h5"))).toEqual(DONE);
  });

  test("replaces a folder only when asked, and leaves no temporary ones", async () => {
    const refused = await ran("convert", at("a.h5"), at("b.npyd"));
    expect(refused.stderr).toContain("b.npyd: it exists already; --overwrite replaces it");
    expect(refused.status).toBe(2);
    writeFileSync(at("b.npyd/own.txt"), "own");
    expect(await ran("convert", at("a.h5"), at("b.npyd"), "--overwrite")).toEqual(DONE);
    expect(readdirSync(at("b.npyd"))).not.toContain("own.txt");
    expect(readdirSync(at()).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("names what that cannot hold, and makes it only with --allow-loss", async () => {
    const options = ["convert", at("compressed.h5"), at("d.npyd")];
    const manager = h5Backend.open(at("compressed.h5"));
    await manager.storeData(new Float64Array(100), "data", { compression: "gzip" });
    await manager.closeFile();
    const refused = await ran(...options);
    expect(refused.stderr).toMatch(
      /^\/data: .*gzip.*\ntvb-storage: .*d\.npyd was not made, since 1 thing .*\n$/,
    );
    expect(refused.status).toBe(2);
    expect(readdirSync(at())).not.toContain("d.npyd");
    const made = await ran(...options, "--allow-loss");
    expect(made.stderr).toMatch(/^\/data: .*gzip.*\n$/);
    expect(made.status).toBe(1);
  });

  test("refuses a folder where a file is to be made", async () => {
    mkdirSync(at("folder.h5"));
    const { stderr, status } = await ran("convert", at("a.h5"), at("folder.h5"), "--overwrite");
    expect(stderr).toContain("folder.h5: a folder is there already");
    expect(status).toBe(2);
  });
});
