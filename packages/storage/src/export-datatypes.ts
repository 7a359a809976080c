import { namedBackend } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import { baseName, LongCall, parentOf } from "@tvb-storage/files/internal";
import { checkName } from "@tvb-storage/fs-helper/internal";
import { type ArchivePart, type Exported, refuseIncomplete, writeArchive } from "./archive-export.js";
import { parseDataFileName } from "./data-file-name.js";
import { copyDatatype, copyWithoutBurst, hasParentBurst } from "./datatype-copy.js";
import { datatypePaths } from "./datatype-paths.js";
import type { DatatypeExportOptions } from "./export-options.js";
import { type LinkedDatatypes, linkedDatatypes } from "./linked-datatypes.js";
import { longOptionsOf } from "./long-options.js";
import { publish } from "./publish.js";
import type { StorageContext } from "./storage-context.js";

/** What is in an export, and where: the prefixes are empty, or end with `/`. */
interface Layout {
  /** For messages. */
  readonly kind: string;
  /** The folder in the archive of a file that the caller named. */
  readonly own: (path: string) => string;
  readonly linked: string;
  readonly withoutBurst: boolean;
  /** Whether a file without links is exported as it is, without an archive. */
  readonly alone: boolean;
}

const FLAT: Layout = { kind: "datatypes", own: () => "", linked: "", withoutBurst: true, alone: true };
const GROUP: Layout = {
  kind: "group of datatypes",
  own: (path) => `${baseName(parentOf(path))}/`,
  linked: "",
  withoutBurst: true,
  alone: false,
};
const SIMULATOR: Layout = {
  kind: "simulator configuration",
  own: () => "",
  linked: "datatypes/",
  withoutBurst: false,
  alone: false,
};

export const LAYOUTS = { FLAT, GROUP, SIMULATOR } as const;

/** Exports data files in one of the layouts; `options` are checked. Throws as the methods of `StorageInterface` do. */
export async function exportDatatypes(
  context: StorageContext,
  given: readonly string[],
  layout: Layout,
  options: DatatypeExportOptions,
): Promise<Exported> {
  const what = `cannot export the ${layout.kind}`;
  const call = new LongCall(what, options);
  const files = await datatypePaths(context, given, `the ${layout.kind}`);
  const [first] = files;
  if (first === undefined) throw new FileStructureException(`${what}: the list is empty`);
  const title = titleOf(context, first, options.className);
  call.check();
  const links = await linksOf(context, files, options, call);
  refuseIncomplete(what, links, options.incomplete);
  const { target } = options;
  const { missing, unreadable } = links;
  if (layout.alone && files.length === 1 && links.linked.length === 0) {
    // The extension of a backend, by the check of the paths.
    const extension = namedBackend(context.backends, first)?.fileExtension ?? "";
    const path = await publish(context, { call, title, extension, target }, async (file) => {
      const copy = (await hasParentBurst(context, first)) ? copyWithoutBurst : copyDatatype;
      await copy(context, first, file, longOptionsOf(options));
    });
    return { path, missing, unreadable };
  }
  const parts: ArchivePart[] = [
    ...files.map((path) => ({ path, prefix: layout.own(path), withoutBurst: layout.withoutBurst })),
    ...links.linked.map((path) => ({ path, prefix: layout.linked, withoutBurst: layout.withoutBurst })),
  ];
  const path = await publish(context, { call, title, extension: ".zip", target }, (file, work) =>
    writeArchive({ context, options, what, parts }, file, work),
  );
  return { path, missing, unreadable };
}

/** What goes along: what the caller named, or what is found by references. */
async function linksOf(
  context: StorageContext,
  files: readonly string[],
  options: DatatypeExportOptions,
  call: LongCall,
): Promise<LinkedDatatypes> {
  if (options.linked === undefined) return linkedDatatypes(context, files, { call });
  const own = new Set(files);
  const linked = (await datatypePaths(context, options.linked, "the option linked")).filter(
    (path) => !own.has(path),
  );
  const { missing, unreadable } = await linkedDatatypes(context, [...files, ...linked], {
    call,
    finds: false,
  });
  return { linked, missing, unreadable };
}

function titleOf(context: StorageContext, first: string, className: string | undefined): string {
  if (className !== undefined) return checkName(className, "class name of the export");
  const name = baseName(first);
  return parseDataFileName(context.backends, name)?.className ?? name.slice(0, name.lastIndexOf("."));
}
