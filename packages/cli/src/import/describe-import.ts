import { FileStructureException } from "@tvb-storage/errors";
import { defaultFileSystem, pathStats } from "@tvb-storage/files";
import type { StorageInterface } from "@tvb-storage/storage";
import { XMLReader } from "@tvb-storage/xml-meta";
import type { EntryStream } from "@tvb-storage/zip";
import type { Context } from "../context.js";
import { printable } from "../terminal/printable.js";
import { countText } from "../trees/count-text.js";

const PROJECT_FILE = "Project.xml";
/** No Project.xml is so long. */
const MAX_XML_BYTES = 16 * 2 ** 20;

/**
 * Prints what an import would do. Data are not unpacked, so damage in them is not found.
 *
 * @throws FileStructureException it would be refused.
 */
export async function describeImport(
  context: Context,
  storage: StorageInterface,
  archive: string,
  { project, operation }: { readonly project: string | undefined; readonly operation: string | undefined },
): Promise<void> {
  if (project !== undefined && operation !== undefined) {
    const names = storage.endsWithTvbStorageFileExtension(archive)
      ? [archive]
      : (await storage.getFilenamesInZip(archive)).filter((name) =>
          storage.endsWithTvbStorageFileExtension(name),
        );
    await context.print(
      printable(
        `would import ${countText(names.length, "datatype")} of ${archive} into operation ${operation} of ${project}`,
      ),
    );
    return;
  }
  const zip = await storage.openTvbZip(archive);
  try {
    const names = zip.namelist();
    const found = names.filter((name) => name === PROJECT_FILE || name.endsWith(`/${PROJECT_FILE}`));
    const [file] = found;
    if (file === undefined || found.length > 1)
      throw new FileStructureException(
        `cannot import ${archive}: expected one ${PROJECT_FILE}, found ${found.length === 0 ? "none" : found.length}; datatypes need --project and --operation`,
      );
    const { name } = XMLReader.parse(await contentOf(await zip.open(file), `${PROJECT_FILE} of ${archive}`));
    if (typeof name !== "string")
      throw new FileStructureException(`cannot import ${archive}: its ${PROJECT_FILE} names no project`);
    const folder = `${storage.getProjectsFolder()}/${name}`;
    if ((await pathStats(defaultFileSystem(), folder)) !== undefined)
      throw new FileStructureException(`cannot import ${archive}: there is a project ${folder} already`);
    const inside = file.slice(0, -PROJECT_FILE.length);
    const files = names.filter((each) => each.startsWith(inside) && !each.endsWith("/"));
    await context.print(
      printable(`would import the project ${name} (${countText(files.length, "file")}) as ${folder}`),
    );
  } finally {
    await zip.close();
  }
}

async function contentOf(stream: EntryStream, what: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > MAX_XML_BYTES)
      throw new FileStructureException(`${what} has more than ${MAX_XML_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
