import { writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { FilesHelper } from "@tvb-storage/fs-helper";
import type { CommandLine } from "./command-line.js";
import { generateConnectome } from "./connectome.js";
import {
  findSeries,
  functionalConnectivity,
  type Series,
  storeFunctionalConnectivity,
} from "./functional-connectivity.js";
import { heatMap } from "./heat-map.js";
import { withProgressBar } from "./progress-bar.js";
import { byteSize, comparisonTable, isVerified, pythonLines, remarks } from "./report.js";
import { simulateAndStore } from "./simulate-and-store.js";
import { IMAGES_FOLDER, PROJECT_FILE, Storage, TEMP_FOLDER } from "./storage.js";
import { storeConnectome } from "./store-connectome.js";
import { importUserFiles } from "./user-files.js";
import { compareProjects, unexpectedFiles } from "./verify.js";

const REGIONS = 76;
const CONNECTOME_SEED = 1;
const PROJECT = "Quickstart";
const STORAGE = "storage";
const RENAMED_PROJECT = "Quickstart published";

type Say = (line: string) => void;

/** The datatypes of the project, and the one of them that is analysed. */
interface Content {
  readonly datatypes: readonly string[];
  readonly series: Series | undefined;
}

/** The folder of the project that `quickstart` makes below an output folder. */
export function projectFolder(output: string): string {
  return join(output, STORAGE, FilesHelper.PROJECTS_FOLDER, RENAMED_PROJECT);
}

/**
 * The whole program: a project is filled, analysed, rearranged, exported, imported
 * under a second storage root, and compared.
 *
 * @param output an empty folder for everything that is made.
 * @returns whether every file came back as it was.
 */
export async function quickstart(options: CommandLine, output: string, say: Say): Promise<boolean> {
  const storage = new Storage(join(output, STORAGE));
  await createProject(storage);
  say(`1. project "${PROJECT}" created in ${storage.root}`);

  const content =
    options.files.length === 0
      ? await simulate(storage, options.steps, say)
      : await takeIn(storage, options.files, say);
  const analysed = await analyse(storage, content, say);

  const rearranged = await rearrange(storage, analysed, say);
  const { path, missing } = await storage.files.exportProject(RENAMED_PROJECT, { target: output });
  const second = new Storage(join(output, "second-storage"));
  const { folder: copy } = await second.files.importProject(path);
  say(`6. exported to ${path} (without ${TEMP_FOLDER})`);
  for (const { gid, key } of missing) say(`   without the ${key} ${gid}, which is not there`);
  say(`   and imported as ${copy}`);

  const verified = await verify(rearranged.folder, copy, say);
  const { shown } = rearranged;
  say("\nTo open the result in Python:\n");
  for (const line of pythonLines(shown, content.series?.dataset ?? "/")) say(`    ${line}`);
  say("");
  return verified;
}

async function createProject({ files }: Storage): Promise<void> {
  await files.getProjectFolder(PROJECT);
  const description = "A small brain simulation, stored, exported, imported and verified";
  await files.writeProjectMetadata({ name: PROJECT, description, last_updated: new Date() }, PROJECT_FILE);
  const temp = await files.getProjectFolder(PROJECT, TEMP_FOLDER);
  await writeFile(join(temp, "scratch.txt"), "Not for export.\n");
}

async function simulate(storage: Storage, steps: number, say: Say): Promise<Content> {
  const connectome = generateConnectome(REGIONS, CONNECTOME_SEED);
  const connectivity = await storage.newDatatype(PROJECT, 1, "Connectivity");
  await storeConnectome(connectome, connectivity);
  say(`2. connectome of ${REGIONS} regions stored as 1/${basename(connectivity.path)}`);

  const simulated = await storage.newDatatype(PROJECT, 2, "TimeSeriesRegion");
  await withProgressBar("simulating and storing", steps, "steps", (onProgress) =>
    simulateAndStore(connectome, connectivity, simulated, steps, onProgress),
  );
  say(`   ${steps} steps of a delay-coupled Kuramoto network stored as 2/${basename(simulated.path)}`);
  const series = await findSeries(simulated.path);
  return {
    datatypes: [connectivity.path, simulated.path],
    series: series === undefined ? undefined : { ...series, gid: simulated.gid },
  };
}

async function takeIn(storage: Storage, files: readonly string[], say: Say): Promise<Content> {
  const datatypes = await importUserFiles(storage, PROJECT, 1, files);
  say(`2. ${files.length} file(s) of yours taken in as datatypes:`);
  for (const [index, file] of files.entries()) say(`   ${file} as 1/${basename(datatypes[index] ?? "")}`);
  for (const path of datatypes) {
    const series = await findSeries(path);
    if (series !== undefined) return { datatypes, series };
  }
  return { datatypes, series: undefined };
}

/** Adds the functional connectivity of the series, where there is one, with its picture. */
async function analyse(storage: Storage, content: Content, say: Say): Promise<Content> {
  const { series } = content;
  if (series === undefined) {
    say(
      "3. functional connectivity left out: none of the files holds samples over time that are real numbers",
    );
    return content;
  }
  const result = await functionalConnectivity(series);
  const stored = await storage.newDatatype(PROJECT, 2, "FunctionalConnectivity");
  await storeFunctionalConnectivity(result, series, stored);
  const { path } = stored;
  say(
    `3. functional connectivity of ${series.dataset} in ${basename(series.file)}: ${result.channels} channels,`,
  );
  say(`   ${result.samples} samples, stored as 2/${basename(path)}`);

  const figure = { project: { name: PROJECT }, filePath: "functional-connectivity.png" };
  const images = await storage.files.getImagesFolder(PROJECT, IMAGES_FOLDER);
  await writeFile(join(images, figure.filePath), heatMap(result.matrix, result.channels));
  const metadata = {
    name: "Functional connectivity",
    file_format: "png",
    file_path: figure.filePath,
    source: basename(path),
    create_date: new Date(),
  };
  await storage.files.writeImageMetadata(figure, metadata, IMAGES_FOLDER);
  say(`   and drawn as ${IMAGES_FOLDER}/${figure.filePath}`);
  return { ...content, datatypes: [...content.datatypes, path] };
}

/** Renames the project and moves its last datatype into an operation of its own. */
async function rearrange(
  { files }: Storage,
  { datatypes, series }: Content,
  say: Say,
): Promise<{ folder: string; shown: string }> {
  const [oldFolder, folder] = await files.renameProjectStructure(PROJECT, RENAMED_PROJECT);
  const metadata = await files.readProjectMetadata(folder, PROJECT_FILE);
  await files.writeProjectMetadata({ ...metadata, name: RENAMED_PROJECT }, PROJECT_FILE);
  const placeNow = (path: string): string => join(folder, relative(oldFolder, path));
  const last = datatypes.at(-1) ?? "";
  const moved = await files.moveDatatype(RENAMED_PROJECT, 3, placeNow(last));
  say(`4. project renamed to "${RENAMED_PROJECT}", ${basename(last)} moved to 3/`);

  const usage = await files.computeRecursiveH5DiskUsage(folder);
  say(`5. its HDF5 files take ${byteSize(usage * 1024)} on disk`);
  const shown = series?.file ?? datatypes[0] ?? "";
  return { folder, shown: shown === last ? moved : placeNow(shown) };
}

async function verify(original: string, copy: string, say: Say): Promise<boolean> {
  const compared = await compareProjects(original, copy);
  const surplus = await unexpectedFiles(copy, compared);
  say("7. compared, every dataset, attribute and file:");
  say(comparisonTable(compared, process.stdout.isTTY === true));
  for (const remark of remarks(compared)) say(`   ${remark}`);
  for (const name of surplus) say(`   ${name}: should not have been exported`);
  return compared.every(isVerified) && surplus.length === 0;
}
