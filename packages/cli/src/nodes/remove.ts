import { type Context, withStorage } from "../context.js";
import { refuseReadOnly } from "../output/refuse-read-only.js";
import { byteText } from "../terminal/byte-text.js";
import { printable } from "../terminal/printable.js";
import { UsageError } from "../usage-error.js";
import { countNodes } from "./count-nodes.js";

/** Removes a node with all beneath it. */
export async function remove(context: Context, path: string, node: string): Promise<void> {
  if (/^[/.]*$/.test(node))
    throw new UsageError(`${path}: the root stays; name a group or dataset that is to be removed`);
  await withStorage(context, path, async (manager) => {
    refuseReadOnly(manager);
    if (!context.dryRun) {
      await manager.removeData(node);
      return;
    }
    const { text, storedBytes } = await countNodes(manager, node);
    await context.print(
      printable(`would remove ${node} of ${path}: ${text} (${byteText(storedBytes)} stored)`),
    );
  });
}
