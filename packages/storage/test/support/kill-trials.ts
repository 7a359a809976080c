import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { seededRandom } from "@tvb-storage/testkit";
import { expect } from "vitest";
import { StorageInterface } from "../../src/index.js";
import { datatype } from "./datatypes.js";
import { bundled, run } from "./other-process.js";
import { filesBelow } from "./trees.js";

const PROGRAM = `
import { StorageInterface } from "@tvb-storage/storage";

const [storageRoot, what, archive, target] = process.argv.slice(2);
const storage = new StorageInterface({ storageRoot });
process.stdout.write("ready\\n");
if (what === "import") await storage.importProject(archive);
else await storage.exportProject("P", { target });
process.stdout.write("done\\n");
`;

export interface KillResults {
  readonly killed: number;
  readonly whole: number;
  readonly swept: number;
}

/** Kills processes at random moments while they import and export, looks at what is there, and then lets another process work. */
export async function killTrials(folder: string, trials: number): Promise<KillResults> {
  const program = await bundled(PROGRAM, `${folder}/program.mjs`);
  const storageRoot = `${folder}/source`;
  const source = new StorageInterface({ storageRoot });
  for (let number = 0; number < 15; number++) {
    await datatype(await source.getProjectFolder("P", String(number)), "Signal", number);
    writeFileSync(`${storageRoot}/PROJECTS/P/${number}/filler`, Buffer.alloc(600_000, number));
  }
  await source.writeProjectMetadata({ name: "P" }, "Project.xml");
  const complete = filesBelow(`${storageRoot}/PROJECTS/P`);
  const { path: archive } = await source.exportProject("P", { target: `${folder}/archive.zip` });
  const random = seededRandom(20_261_127);
  const counts = { killed: 0, whole: 0, swept: 0 };
  let longest = 300;
  for (let trial = 0; trial < trials; trial++) {
    const what = trial % 2 === 0 ? "import" : "export";
    const root = what === "import" ? `${folder}/into-${trial}` : storageRoot;
    const target = `${folder}/out-${trial}`;
    for (const made of [root, target]) mkdirSync(made, { recursive: true });
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const delay = random() * longest;
    const ended = await run(program, [root, what, archive, target], (child) => {
      timer ??= setTimeout(() => child.kill("SIGKILL"), delay);
    });
    clearTimeout(timer);
    if (ended.signal === "SIGKILL") counts.killed += 1;
    else {
      expect(ended.errors).toBe("");
      longest = Math.min(longest, performance.now() - started);
    }
    const left = readdirSync(root).includes("EXPORT_TMP") ? readdirSync(`${root}/EXPORT_TMP`) : [];
    if (what === "import") {
      const found = filesBelow(`${root}/PROJECTS/P`);
      expect([[], complete]).toContainEqual(found);
      if (found.length > 0) counts.whole += 1;
      // The next call clears away what is left, whatever it does.
      if (found.length === 0) await new StorageInterface({ storageRoot: root }).importProject(archive);
      else await new StorageInterface({ storageRoot: root }).exportProject("P", { target });
    } else {
      const visible = readdirSync(target).filter((name) => !name.startsWith("."));
      expect(visible.length).toBeLessThanOrEqual(1);
      for (const name of visible) {
        counts.whole += 1;
        expect((await source.getFilenamesInZip(`${target}/${name}`)).sort()).toEqual(complete);
      }
      await source.exportProject("P", { target: `${target}/again.zip` });
    }
    counts.swept += left.length;
    expect(readdirSync(root)).toEqual(["PROJECTS"]);
    if (root !== storageRoot) rmSync(root, { recursive: true });
    rmSync(target, { recursive: true });
  }
  return counts;
}
