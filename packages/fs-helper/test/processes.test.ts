import { spawn } from "node:child_process";
import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packages, programOptions } from "../../../test/support/sources.mjs";

const PROCESSES = 32;
/** What each process does: the same folders, files of its own, and the same metadata. */
const PROGRAM = `
import { FilesHelper } from "@tvb-storage/fs-helper";
import { writeFile } from "node:fs/promises";

const [storageRoot, number] = process.argv.slice(2);
const helper = new FilesHelper({ storageRoot });
const figure = { project: { name: "Shared" }, filePath: "fig.png" };
for (let operation = 1; operation <= 5; operation++) {
  await Promise.all([
    helper.checkCreated(),
    helper.getAllenMouseCacheFolder("Shared"),
    helper.writeProjectMetadata({ name: "Shared", by: Number(number), filler: "x".repeat(5000) }, "Project.xml"),
    helper.writeImageMetadata(figure, { by: Number(number) }, "IMAGES"),
  ]);
  const folder = await helper.getProjectFolder("Shared", "TEMP", String(operation), String(number));
  await writeFile(folder + "/data_" + number + ".h5", "data of " + number);
  await helper.moveDatatype("Shared", operation, folder + "/data_" + number + ".h5");
  await helper.removeFolder(folder);
}
`;

let folder: string;
let program: string;

beforeAll(async () => {
  folder = nodeFs.mkdtempSync(`${nodeFs.realpathSync(tmpdir())}/fs-helper-`);
  program = `${folder}/program.mjs`;
  // From the sources, as all tests run.
  await build({
    stdin: { contents: PROGRAM, resolveDir: `${packages}fs-helper`, loader: "js" },
    outfile: program,
    ...programOptions,
  });
});
afterAll(() => nodeFs.rmSync(folder, { recursive: true, force: true }));

function run(root: string, number: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, root, String(number)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors += String(chunk);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? "" : `process ${number}: ${errors}`));
  });
}

test("32 processes that create and fill one project at the same time lose nothing and do not fail", async () => {
  const root = `${folder}/storage`;
  const failures = await Promise.all(Array.from({ length: PROCESSES }, (_, number) => run(root, number)));
  expect(failures.filter((failure) => failure !== "")).toEqual([]);
  const project = `${root}/PROJECTS/Shared`;
  const names = Array.from({ length: PROCESSES }, (_, number) => `data_${number}.h5`).sort();
  for (let operation = 1; operation <= 5; operation++) {
    expect(nodeFs.readdirSync(`${project}/${operation}`).sort()).toEqual(names);
    for (const name of names)
      expect(nodeFs.readFileSync(`${project}/${operation}/${name}`, "utf8")).toBe(
        `data of ${/\d+/.exec(name)}`,
      );
    expect(nodeFs.readdirSync(`${project}/TEMP/${operation}`)).toEqual([]);
  }
  expect(nodeFs.readFileSync(`${project}/Project.xml`, "utf8")).toMatch(
    /^<\?xml version="1.0" \?>\n<tvb_data Data_version="5">\n\t<name>Shared<\/name>\n\t<by>\d+<\/by>\n\t<filler>x{5000}<\/filler>\n<\/tvb_data>\n$/,
  );
  expect(nodeFs.readdirSync(project).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  expect(nodeFs.readdirSync(`${project}/IMAGES`)).toEqual(["fig.xml"]);
}, 120_000);
