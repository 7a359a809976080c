import { type CopyReport, type NodeInfo, nodePath, type StorageManager } from "@tvb-storage/core";
import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  type LongOptions,
  nameInError,
  type OptionRules,
  optionRules,
} from "@tvb-storage/files";
import { longOptionRules } from "@tvb-storage/files/internal";
import { type CopyLayout, copyValues } from "./copy/copy-values.js";

export interface CopyStorageOptions extends LongOptions {
  /** The node that is copied, a group with all beneath it; default `"/"`. */
  readonly from?: string;
  /** The path that it gets in the target; default that of `from`. */
  readonly to?: string;
  /** Of each node beneath `from`: false leaves it out, a group with all in it. */
  readonly include?: (node: NodeInfo) => boolean;
  /**
   * What is at `to` is replaced; default false: nothing may be there. Between managers of one backend, where that is one
   * commit; elsewhere remove it first, or copy to another file.
   */
  readonly overwrite?: boolean;
  /**
   * How a dataset is to be stored, where that is to differ from the source; an empty object changes nothing. With it
   * values are copied, also between files of one backend.
   */
  readonly layout?: (node: NodeInfo) => CopyLayout;
}

const OPTIONS: OptionRules<CopyStorageOptions> = {
  from: optionRules.text,
  to: optionRules.text,
  include: optionRules.function,
  overwrite: optionRules.boolean,
  layout: optionRules.function,
  ...longOptionRules,
};

/**
 * Copies a file, or a node with all beneath it, from any storage manager to any other, also within one file.
 *
 * Between files of one backend that offers it (HDF5), nodes are copied as they are stored: types, byte order, filters,
 * layout, attributes, links; in one commit, so a copy that fails or is cancelled leaves the target as it was. Rows that
 * were appended to the source and are not committed yet are committed first.
 *
 * Elsewhere values are copied: groups, datasets with their type, chunks, growing axis, length of strings and gzip, and
 * attributes as they are stored. Each dataset is a commit of its own; where the copy fails, what it made is removed
 * again (a file that it made stays, empty). Data are streamed in blocks of some MiB.
 *
 * What the copy does not have as the source has it is in `problems`, one entry for each; nothing else differs, but the
 * times of objects, and where values are copied the byte order, the fill value and the order of creation, null
 * dataspaces, which are empty arrays in the copy, and of attributes how their values are stored: fixed lengths of texts,
 * half precision, array types.
 * A new file has the data version of the source, if that has one. Progress is in bytes of data.
 *
 * @throws MissingDataSetException nothing is at `from`.
 * @throws FileStructureException something is at `to` (for `"/"`: nodes, or attributes other than the data version), `to`
 *   is within `from` in one file, or a file cannot be opened.
 * @throws FileStorageException something cannot be read or written, or cancelled.
 */
export async function copyStorage(
  source: StorageManager,
  target: StorageManager,
  given: CopyStorageOptions = {},
): Promise<CopyReport> {
  const options = checkCallOptions(given, OPTIONS, "copyStorage");
  checkManager(source, "source");
  checkManager(target, "target");
  try {
    const from = nodePath("/", options.from ?? "");
    const to = nodePath("/", options.to ?? from);
    const { signal, onProgress, overwrite = false, include, layout } = options;
    const copy = {
      from,
      to,
      overwrite,
      include,
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    };
    const exact = layout === undefined ? await target.copyNodes?.(source, copy) : undefined;
    return exact ?? (await copyValues(source, target, { ...copy, layout }));
  } catch (error) {
    // Those of the managers name their file and node.
    throw isTVBException(error) ? error : nameInError(error, `copying ${source.path} to ${target.path}`);
  }
}

function checkManager(manager: unknown, name: string): void {
  const path = (manager as { path?: unknown } | null | undefined)?.path; // any value may be asked so
  if (typeof path !== "string")
    throw new FileStructureException(
      `expected a storage manager as the ${name} of copyStorage, found ${manager === null ? "null" : typeof manager}`,
    );
}
