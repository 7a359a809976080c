import type { NodeInfo, StorageManager } from "@tvb-storage/core";
import { countText } from "../trees/count-text.js";

/** What is at a node and beneath it, in words. */
export async function countNodes(
  manager: StorageManager,
  node: string,
): Promise<{ readonly text: string; readonly storedBytes: number }> {
  const nodes = await manager.listNodes({ where: node });
  const count = (kind: NodeInfo["kind"]) => nodes.filter((each) => each.kind === kind).length;
  const storedBytes = nodes.reduce((sum, each) => sum + (each.storedBytes ?? 0), 0);
  const groups = count("group");
  const text = [countText(count("dataset"), "dataset"), ...(groups > 0 ? [countText(groups, "group")] : [])];
  return { text: text.join(" and "), storedBytes };
}
