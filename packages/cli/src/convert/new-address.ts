import { type StorageManager, TVB_ATTRIBUTE_PREFIX } from "@tvb-storage/core";
import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { DATA_VERSION_KEY } from "@tvb-storage/files/internal";
import { attributesOf } from "../attributes-of.js";

const VERSION_ATTRIBUTE = `${TVB_ATTRIBUTE_PREFIX}${DATA_VERSION_KEY}`;

/** @throws FileStructureException something is there, which cannot be replaced in one step. */
export async function checkAddress(target: StorageManager, overwrite: boolean): Promise<void> {
  const content = await contentOf(target);
  if (content.nodes.length === 0 && content.attributes.length === 0) return;
  throw new FileStructureException(
    overwrite
      ? `cannot make ${target.path}: it exists already, and nothing replaces it in one step; remove what is in it first (tvb-storage remove), or give another address`
      : `cannot make ${target.path}: it exists already; give another address`,
  );
}

interface Content {
  readonly nodes: readonly string[];
  /** Names of attributes of the root, as they are stored. */
  readonly attributes: readonly string[];
}

/** What is in a file; nothing where there is none. */
async function contentOf(target: StorageManager): Promise<Content> {
  try {
    await target.getFileDataVersion();
  } catch (error) {
    if (isTVBException(error, "MISSING_DATA_FILE")) return { nodes: [], attributes: [] };
    // One without a version is asked, too; what is wrong with it is said there.
  }
  const nodes = await target.listNodes({ depth: 1 });
  const { arrays, unreadable } = await attributesOf(target, "/");
  const attributes = [...arrays.keys(), ...unreadable.keys()].filter((name) => name !== VERSION_ATTRIBUTE);
  return { nodes: nodes.map(({ path }) => path), attributes };
}

/** Removes what a copy has stored at an address, where nothing was; the file stays, empty, which counts as nothing. */
export async function clearAddress(target: StorageManager): Promise<void> {
  const { nodes, attributes } = await contentOf(target);
  for (const node of nodes) await target.removeData(node);
  for (const name of attributes) await target.removeMetadata(name, "/", { tvbSpecificMetadata: false });
  await target.closeFile();
}
