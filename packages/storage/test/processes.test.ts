import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { bundled, run } from "./support/other-process.js";
import { filesBelow } from "./support/trees.js";

const at = temporaryFolder("storage-processes");
const archive = fileURLToPath(new URL("../../../fixtures/exports/project.zip", import.meta.url));

const PROGRAM = `
import { StorageInterface } from "@tvb-storage/storage";

const [storageRoot, archive, out] = process.argv.slice(2);
const storage = new StorageInterface({ storageRoot });
for (let round = 0; round < 5; round++) {
  const imported = await storage.importProject(archive).then(() => "imported", (error) => error.message);
  const { path } = await storage.exportProject("Epilepsy", { target: out + "-" + round + ".zip" });
  console.log(imported + "|" + (await storage.getFilenamesInZip(path)).length);
}
`;

it("processes that import one project and export it all the while: one imports it, all export it whole, nothing stays", async () => {
  const program = await bundled(PROGRAM, at("program.mjs"));
  const all = await Promise.all(
    [1, 2, 3, 4].map((number) => run(program, [at("root"), archive, at(`out/${number}`)])),
  );
  expect(all.map(({ errors }) => errors)).toEqual(["", "", "", ""]);
  const lines = all.flatMap(({ output }) => output.trim().split("\n"));
  expect(lines.filter((line) => line === "imported|6")).toHaveLength(1);
  for (const line of lines) if (line !== "imported|6") expect(line).toMatch(/(already|not empty).*\|6$/);
  expect(filesBelow(at("out"))).toHaveLength(20);
  expect(readdirSync(at("root"))).toEqual(["PROJECTS"]);
}, 60_000);
