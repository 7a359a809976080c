import { createMemoryFs, type MemoryFileSystem } from "@tvb-storage/testkit";
import { TvbZip } from "@tvb-storage/zip";
import type { StorageInterface } from "../../src/index.js";
import { BURST, datatype, gid, urn } from "./datatypes.js";

/** What is on the disk: the paths of all files, with their content. */
export type Files = Record<string, string>;

const PROJECT_XML = '<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t<name>P</name>\n</tvb_data>\n';

/** The bytes of a data file. */
async function bytesOf(className: string, number: number, attributes: Record<string, string> = {}) {
  const fs = createMemoryFs({ "/x/keep": "" });
  const path = await datatype("/x", className, number, attributes, fs);
  return { name: path.slice("/x/".length), bytes: new Uint8Array(Buffer.from(fs.readFileSync(path))) };
}

export interface Scenario {
  readonly start: () => MemoryFileSystem;
  readonly run: (storage: StorageInterface) => Promise<unknown>;
  /** The files that are there when it is done, beside those of the start, in names that do not say the time. */
  readonly made: readonly string[];
}

/** On every one of them a fault is tried at every call of the file system. */
export async function scenarios(): Promise<Record<string, Scenario>> {
  const series = await bytesOf("TimeSeries", 1, { surface: urn(gid(2)), parent_burst: BURST });
  const surface = await bytesOf("Surface", 2);
  const project = {
    "/s/PROJECTS/P/Project.xml": PROJECT_XML,
    [`/s/PROJECTS/P/1/${series.name}`]: series.bytes,
    [`/s/PROJECTS/Q/1/${surface.name}`]: surface.bytes,
  };
  const archive = await zipped({ "Project.xml": PROJECT_XML, [`1/${series.name}`]: series.bytes });
  const datatypes = await zipped({ [series.name]: series.bytes, [`2/${surface.name}`]: surface.bytes });
  return {
    "exporting a project": {
      start: () => createMemoryFs(project),
      run: (storage) => storage.exportProject("P", { target: "/out/p.zip" }),
      made: ["/out/p.zip"],
    },
    "exporting a datatype": {
      start: () => createMemoryFs(project),
      run: (storage) =>
        storage.exportDatatypes(`/s/PROJECTS/P/1/${series.name}`, { target: "/out/one.h5", linked: [] }),
      made: ["/out/one.h5"],
    },
    "exporting datatypes": {
      start: () => createMemoryFs(project),
      run: (storage) => storage.exportDatatypes(`/s/PROJECTS/P/1/${series.name}`),
      made: ["/s/EXPORT_TMP/*/*_TimeSeries.zip"],
    },
    "importing a project": {
      start: () => createMemoryFs({ "/p.zip": archive, "/s/keep": "" }),
      run: (storage) => storage.importProject("/p.zip"),
      made: ["/s/PROJECTS/P/Project.xml", `/s/PROJECTS/P/1/${series.name}`],
    },
    "importing datatypes": {
      start: () => createMemoryFs({ "/d.zip": datatypes, "/s/PROJECTS/P/Project.xml": PROJECT_XML }),
      run: (storage) => storage.importDatatypes("/d.zip", "P", 7),
      made: [`/s/PROJECTS/P/7/${series.name}`, `/s/PROJECTS/P/7/${surface.name}`],
    },
  };
}

async function zipped(files: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const fs = createMemoryFs(
    Object.fromEntries(Object.entries(files).map(([name, data]) => [`/x/${name}`, data])),
  );
  const zip = await TvbZip.open("/x.zip", "w", { fs });
  await zip.writeZipFolder("/x");
  await zip.close();
  return new Uint8Array(Buffer.from(fs.readFileSync("/x.zip")));
}

/** Every file on a disk but those of `EXPORT_TMP` that a later run clears away, which are counted. */
export function filesOn(fs: MemoryFileSystem): { files: Files; left: number } {
  const files: Files = {};
  let left = 0;
  const walk = (folder: string): void => {
    for (const name of fs.readdirSync(folder || "/")) {
      const path = `${folder}/${String(name)}`;
      if (/^\/s\/EXPORT_TMP\/\.work\..*\.tmp$/.test(path)) left += 1;
      else if (fs.statSync(path).isDirectory()) walk(path);
      else files[path] = Buffer.from(fs.readFileSync(path)).toString("latin1");
    }
  };
  walk("");
  return { files, left };
}

/** Names that say the time, as in `Scenario.made`. */
export function timeless(path: string): string {
  return path.replace(/(EXPORT_TMP)\/[^./][^/]*\/[\d-]+_[\d-]+_/, "$1/*/*_");
}
