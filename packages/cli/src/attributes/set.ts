import { encodeMetadata, type Metadata, type StorageManager, TVB_ATTRIBUTE_PREFIX } from "@tvb-storage/core";
import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { attributesOf } from "../attributes-of.js";
import { type Context, withStorage } from "../context.js";
import { refuseReadOnly } from "../output/refuse-read-only.js";
import { printable } from "../terminal/printable.js";
import { attributeRows } from "./attribute-rows.js";
import { parseValue } from "./parse-value.js";

export interface SetOptions {
  readonly type?: string;
  readonly raw?: true;
  readonly create?: true;
}

/** Sets one key of a node's metadata. */
export async function set(
  context: Context,
  path: string,
  node: string,
  key: string,
  text: string,
  { type, raw, create }: SetOptions,
): Promise<void> {
  const value = parseValue(text, type);
  const tvbSpecificMetadata = raw !== true;
  await withStorage(context, path, async (manager) => {
    refuseReadOnly(manager);
    const isThere = (await metadataOf(manager, node, create === true)) !== undefined;
    if (!context.dryRun) {
      await manager.setMetadata({ [key]: value }, node, { tvbSpecificMetadata });
      return;
    }
    const [row] = attributeRows(
      encodeMetadata({ [key]: value }, tvbSpecificMetadata),
      new Map(),
      raw === true,
    );
    if (row === undefined) return;
    const made = isThere ? "" : `would create the dataset ${node} of shape (1,); `;
    const what = `${row.storedAs} of ${node} in ${path} to ${row.text} (${row.type})`;
    await context.print(printable(`${made}would set ${what}`));
  });
}

/** Removes one key of a node's metadata. */
export async function unset(
  context: Context,
  path: string,
  node: string,
  key: string,
  { raw }: { readonly raw?: true },
): Promise<void> {
  const storedAs = (isRaw: boolean) => (isRaw ? key : `${TVB_ATTRIBUTE_PREFIX}${key}`);
  await withStorage(context, path, async (manager) => {
    refuseReadOnly(manager);
    const isRaw = raw === true;
    const names = await storedNames(manager, node);
    if (!names.has(storedAs(isRaw))) {
      const fix = isRaw ? "leave out --raw" : "add --raw";
      throw new FileStructureException(
        names.has(storedAs(!isRaw))
          ? `${path}: ${node} has no attribute "${storedAs(isRaw)}", but "${storedAs(!isRaw)}"; ${fix}`
          : `${path}: ${node} has no metadata "${key}"; "tvb-storage attrs" lists what it has`,
      );
    }
    if (context.dryRun)
      await context.print(printable(`would remove ${storedAs(isRaw)} of ${node} in ${path}`));
    else await manager.removeMetadata(key, node, { tvbSpecificMetadata: !isRaw });
  });
}

/** A missing node would become a dataset, as in TVB; a misspelled one should not. */
async function metadataOf(
  manager: StorageManager,
  node: string,
  mayBeMissing: boolean,
): Promise<Metadata | undefined> {
  try {
    return await manager.getMetadata(node, { skipUnreadable: true });
  } catch (error) {
    if (!isTVBException(error, "MISSING_DATASET")) throw error;
    if (mayBeMissing) return undefined;
    throw new FileStructureException(
      `${error.message}; --create makes a dataset of shape (1,) there, as TVB does`,
      { cause: error },
    );
  }
}

async function storedNames(manager: StorageManager, node: string): Promise<Set<string>> {
  const { arrays, unreadable } = await attributesOf(manager, node);
  return new Set([...arrays.keys(), ...unreadable.keys()]);
}
