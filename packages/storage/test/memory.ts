import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { bundled, run } from "./support/other-process.js";

const MIB = 1024 * 1024;

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

/** Exports and imports a project with a file of so many bytes; what the process needs more than for a small one. */
export async function expectLittleMemory(folder: string, mebibytes: number): Promise<void> {
  const at = (name: string): string => `${folder}/${name}`;
  const program = await bundled(PROGRAM, at("program.mjs"));
  for (const name of ["Small", "Large"]) {
    mkdirSync(at(`from/PROJECTS/${name}/1`), { recursive: true });
    writeFileSync(at(`from/PROJECTS/${name}/Project.xml`), `<tvb_data><name>${name}</name></tvb_data>`);
    const fd = openSync(at(`from/PROJECTS/${name}/1/values.bin`), "w");
    ftruncateSync(fd, name === "Large" ? mebibytes * MIB : 1);
    closeSync(fd);
  }
  const { output, errors } = await run(program, [at("from"), at("to")]);
  expect(errors).toBe("");
  expect(Number(output)).toBeGreaterThan(0);
  expect(Number(output)).toBeLessThan(100);
}
