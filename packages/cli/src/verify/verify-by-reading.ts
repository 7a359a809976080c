import { elementCount, isDataType, itemSize, type NodeInfo, type StorageManager } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { type LongOptions, reportProgress } from "@tvb-storage/files";
import { attributesOf } from "../attributes-of.js";
import { type Finding, isOfTheSystem } from "./finding.js";

/**
 * Reads all metadata and every element of every dataset.
 *
 * @throws FileStructureException it is missing, or may not be read.
 * @throws FileStorageException the disk or the network failed, or cancelled.
 */
export async function verifyByReading(
  manager: StorageManager,
  { signal, onProgress }: LongOptions,
): Promise<Finding[]> {
  let nodes: readonly NodeInfo[];
  try {
    nodes = await manager.listNodes();
  } catch (error) {
    if (!(await isForeign(manager))) throw error;
    return [{ kind: "damage", problem: messageOf(error) }];
  }
  const findings: Finding[] = [];
  const total = nodes.reduce((sum, node) => sum + bytesOf(node), 0);
  let done = 0;
  for (const node of [{ path: "/", kind: "group" } as const, ...nodes]) {
    signal?.throwIfAborted();
    findings.push(
      ...(await findingsOf(node.path, async () => void (await attributesOf(manager, node.path)))),
    );
    if (node.kind === "unreadable") {
      findings.push({ kind: "unjudged", node: node.path, problem: node.reason ?? "it cannot be read" });
      continue;
    }
    if (node.kind !== "dataset") continue;
    const read = async (): Promise<void> => {
      for await (const { block } of manager.streamData(node.path, signal === undefined ? {} : { signal })) {
        done += elementCount(block.shape) * itemSize(block.dtype);
        reportProgress(onProgress, Math.min(done, total), total);
      }
    };
    findings.push(...(await findingsOf(node.path, read)));
  }
  return findings;
}

/** What is there is damaged, or something else: it is not missing, and may be read. */
async function isForeign(manager: StorageManager): Promise<boolean> {
  try {
    await manager.getFileDataVersion();
    return false;
  } catch (error) {
    return isTVBException(error, "INCOMPATIBLE_FILE_MANAGER");
  }
}

async function findingsOf(node: string, read: () => Promise<void>): Promise<Finding[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (!isTVBException(error, "FILE_STORAGE") || isOfTheSystem(error)) throw error;
    return [{ kind: "damage", ...(node === "/" ? {} : { node }), problem: error.message }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function bytesOf({ kind, dtype, shape = [] }: NodeInfo): number {
  return kind === "dataset" && isDataType(dtype) ? elementCount(shape) * itemSize(dtype) : 0;
}
