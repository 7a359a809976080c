import { isTVBException } from "@tvb-storage/errors";
import { type LongOptions, throwIfAborted } from "@tvb-storage/files";
import { verify } from "@tvb-storage/h5-backend";
import { XMLReader } from "@tvb-storage/xml-meta";
import { TvbZip } from "@tvb-storage/zip";
import { filters } from "../backends.js";
import { type Context, withStorage } from "../context.js";
import type { CollectedFile } from "../trees/collect-files.js";
import { type Finding, isOfTheSystem } from "./finding.js";
import { verifyByReading } from "./verify-by-reading.js";

/**
 * Checks a file by its format.
 *
 * @throws FileStructureException it is missing, or may not be read.
 * @throws FileStorageException the disk failed, another program writes the file, or cancelled.
 */
export async function verifyFile(
  context: Context,
  file: CollectedFile,
  options: LongOptions,
): Promise<Finding[]> {
  switch (file.format) {
    case "zarr":
      return withStorage(context, file.path, (manager) => verifyByReading(manager, options));
    case "hdf5": {
      const problems = await verify(file.path, { ...options, filters });
      return problems.map(({ kind, path, problem }) => ({
        kind,
        ...(path === "/" ? {} : { node: path }),
        problem,
      }));
    }
    case "zip":
      return verifyArchive(file, options);
    case "xml":
      return findingOf(async () => {
        await new XMLReader(file.path).readMetadataFromXml();
      });
  }
}

/** Reads every entry to its end, which checks its length and its CRC. */
async function verifyArchive({ path, size }: CollectedFile, options: LongOptions): Promise<Finding[]> {
  const { signal, onProgress } = options;
  const findings: Finding[] = [];
  const opening = await findingOf(async () => {
    const archive = await TvbZip.open(path, "r", signal === undefined ? {} : { signal });
    try {
      const names = [...new Set(archive.namelist())];
      for (const [done, name] of names.entries()) {
        throwIfAborted(signal, `verifying ${path}`);
        if (!name.endsWith("/"))
          findings.push(...(await findingOf(async () => readToEnd(await archive.open(name)), name)));
        onProgress?.((size * (done + 1)) / names.length, size);
      }
    } finally {
      await archive.close();
    }
  });
  return [...findings, ...opening];
}

async function readToEnd(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

/** What `read` finds wrong with the content of a file. What is wrong with reading it is thrown. */
async function findingOf(read: () => Promise<void>, node?: string): Promise<Finding[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (!isTVBException(error, "FILE_STRUCTURE") || isOfTheSystem(error.cause)) throw error;
    const kind = REFUSED.test(error.message) ? "unjudged" : "damage";
    return [{ kind, ...(node === undefined ? {} : { node }), problem: error.message }];
  }
}

/** What is beyond a limit of ours, encrypted, or packed in a way that is not known here: no fault of the file. */
const REFUSED = / is refused: |limits\.\w+ allows|the limit `\w+`/;
