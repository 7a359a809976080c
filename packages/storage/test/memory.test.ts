import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { bundled, run } from "./support/other-process.js";

const at = temporaryFolder("memory");
const MIB = 1024 * 1024;
const FILE = 256 * MIB;

const PROGRAM = `
import { StorageInterface } from "@tvb-storage/storage";

const [from, to, small, large] = process.argv.slice(2);
const exporter = new StorageInterface({ storageRoot: from });
const importer = new StorageInterface({ storageRoot: to });
const roundTrip = async (name) => importer.importProject((await exporter.exportProject(name)).path);
await roundTrip("Small");
const before = process.resourceUsage().maxRSS;
await roundTrip("Large");
console.log((process.resourceUsage().maxRSS - before) / 1024);
`;

it("a file of 256 MiB is exported and imported in a part of its memory", async () => {
  const program = await bundled(PROGRAM, at("program.mjs"));
  for (const name of ["Small", "Large"]) {
    mkdirSync(at(`from/PROJECTS/${name}/1`), { recursive: true });
    writeFileSync(at(`from/PROJECTS/${name}/Project.xml`), `<tvb_data><name>${name}</name></tvb_data>`);
    const fd = openSync(at(`from/PROJECTS/${name}/1/values.bin`), "w");
    ftruncateSync(fd, name === "Large" ? FILE : 1);
    closeSync(fd);
  }
  const { output, errors } = await run(program, [at("from"), at("to")]);
  expect(errors).toBe("");
  expect(Number(output)).toBeGreaterThan(0);
  expect(Number(output)).toBeLessThan(100);
}, 60_000);
