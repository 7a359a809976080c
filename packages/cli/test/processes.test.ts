import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { inPipe } from "./support/program.js";

// Each command once as a process of the built program. Most other tests call the command in their own process.

const path = temporaryFolder("cli-processes");
const archive = fileURLToPath(new URL("../../../fixtures/exports/project-with-links.zip", import.meta.url));
const ATTRIBUTES = "NAME  TYPE    VALUE\nunit  string  mV\n";

beforeAll(async () => {
  const manager = new HDF5StorageManager(path("a.h5"));
  await manager.storeData([1, 2, 3], "data");
  await manager.setMetadata({ unit: "mV" }, "data");
  copyFileSync(archive, path("project.zip"));
});

// In this order: each goes on with what those before have made.
it.each([
  ["ls a.h5", "PATH   TYPE     SHAPE  STORED\n/data  float64  (3,)     24 B\n"],
  ["show a.h5 data", "[1. 2. 3.]\n"],
  ["plot a.h5 data -o data.png", ""],
  ["attrs a.h5 /data", ATTRIBUTES],
  ["set a.h5 /data rate 512", ""],
  ["unset a.h5 /data rate", ""],
  ["attrs a.h5 /data", ATTRIBUTES],
  ["convert a.h5 b.h5", ""],
  ["copy a.h5 /data b.h5 /more", ""],
  ["remove b.h5 /more", ""],
  ["diff a.h5 b.h5", ""],
  ["verify b.h5 project.zip", "2 files: 2 sound\n"],
  ["recover b.h5", "clean      b.h5: nothing was left\n"],
  ["compact b.h5", /^b\.h5: [\d.]+ KiB to [\d.]+ KiB, /],
  ["import project.zip --root storage", /\/storage\/PROJECTS\/Epilepsy\n$/],
  ["projects storage", /^NAME .*\nEpilepsy +2 +4 /],
  ["export storage/PROJECTS/Epilepsy again.zip", /\/again\.zip\n$/],
  ["complete fish", /^# fish completion for tvb-storage/],
])("tvb-storage %s", async (line, stdout) => {
  const { stderr, status, ...ran } = await inPipe(line.split(" "), { cwd: path() });
  expect([stderr, status]).toEqual(["", 0]);
  if (typeof stdout === "string") expect(ran.stdout).toBe(stdout);
  else expect(ran.stdout).toMatch(stdout);
});
