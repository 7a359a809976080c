import {
  type BackendOptions,
  type LayoutOptions,
  type NodeInfo,
  nodePath,
  type StorageManager,
  shapeText,
} from "@tvb-storage/core";
import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { defaultFileSystem } from "@tvb-storage/files";
import { type Context, withStorage } from "../context.js";
import { type NpyContent, readNpy } from "../npy/read-npy.js";
import { refuseReadOnly } from "../output/refuse-read-only.js";
import { printable } from "../terminal/printable.js";
import { withProgress } from "../terminal/progress.js";

export interface TargetDataset {
  readonly file: string;
  readonly dataset: string;
  /** Of the backend of the file. */
  readonly options: BackendOptions | undefined;
}

/** Stores a .npy file as a dataset, in a new file or one that is there, in one commit. */
export async function convertFromNpy(
  context: Context,
  from: string,
  { file, dataset, options }: TargetDataset,
  { overwrite, ...layout }: LayoutOptions & { readonly overwrite: boolean },
): Promise<void> {
  const { terminal } = context;
  const { signal } = terminal;
  await withProgress(terminal, "converting", (onProgress) =>
    readNpy(
      defaultFileSystem(),
      from,
      (content) =>
        withStorage(
          context,
          file,
          async (manager) => {
            refuseReadOnly(manager);
            await checkNode(manager, dataset, content, overwrite);
            if (context.dryRun) {
              const { dtype, shape } = content;
              const what = `${from} (${dtype} ${shapeText(shape)})`;
              await context.print(printable(`would convert ${what} to ${file} ${dataset}`));
              return;
            }
            await manager.storeData(content, dataset, { ...layout, signal });
          },
          options,
        ),
      { signal, onProgress },
    ),
  );
}

/**
 * Refuses what `storeData` would not: a dataset that is there, unless it is to be overwritten by values of its own
 * type and shape.
 */
async function checkNode(
  manager: StorageManager,
  dataset: string,
  { dtype, shape }: NpyContent,
  overwrite: boolean,
): Promise<void> {
  const found = await nodeAt(manager, dataset);
  if (found === undefined) return;
  const at = `${manager.path} has a ${found.kind} ${dataset}`;
  if (found.kind !== "dataset")
    throw new FileStructureException(`${at}, which no dataset can replace; give another --dataset`);
  if (!overwrite) throw new FileStructureException(`${at} already; --overwrite replaces its values`);
  const [has, gets] = [found, { dtype, shape }].map((each) => `${each.dtype} ${shapeText(each.shape ?? [])}`);
  if (has !== gets)
    throw new FileStructureException(
      `${at} of ${has}, and the values are ${gets}: remove it first (tvb-storage remove)`,
    );
}

async function nodeAt(manager: StorageManager, path: string): Promise<NodeInfo | undefined> {
  if (!(await manager.isValidTvbFile())) return undefined; // missing; what is no such file is refused by storeData
  try {
    const nodes = await manager.listNodes({ where: path, depth: 1 });
    const absolute = nodePath("/", path);
    return nodes.find((node) => node.path === absolute) ?? { path, kind: "group" };
  } catch (error) {
    if (isTVBException(error, "MISSING_DATASET")) return undefined;
    throw error;
  }
}
