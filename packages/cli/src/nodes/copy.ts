import { copyStorage } from "@tvb-storage/storage";
import { type Context, withStorage } from "../context.js";
import { EXIT } from "../exit-status.js";
import { refuseReadOnly } from "../output/refuse-read-only.js";
import { byteText } from "../terminal/byte-text.js";
import { printable } from "../terminal/printable.js";
import { withProgress } from "../terminal/progress.js";
import { checkCopy } from "./check-copy.js";
import { countNodes } from "./count-nodes.js";

/** Copies a node with all beneath it, within a file or to another one. */
export async function copy(
  context: Context,
  from: { readonly path: string; readonly node: string },
  to: { readonly path: string; readonly node: string },
  { overwrite }: { readonly overwrite?: true },
): Promise<void> {
  const { terminal } = context;
  await withStorage(context, from.path, async (source) => {
    // The errors of the copy itself name the target, too.
    await source.listNodes({ where: from.node, depth: 0 });
    refuseReadOnly({ path: to.path, supports: (await context.backends.at(to.path)).supports });
    if (context.dryRun) {
      await checkCopy(context, from, to, overwrite === true);
      const { text, storedBytes } = await countNodes(source, from.node);
      const what = `${text} (${byteText(storedBytes)} stored) from ${from.path} ${from.node} to ${to.path} ${to.node}`;
      await context.print(printable(`would copy ${what}`));
      return;
    }
    const { problems } = await withStorage(context, to.path, (target) =>
      withProgress(terminal, "copying", (onProgress) =>
        copyStorage(source, target, {
          from: from.node,
          to: to.node,
          overwrite: overwrite === true,
          signal: terminal.signal,
          onProgress,
        }),
      ),
    );
    for (const { path, key, problem } of problems)
      await context.note(printable(`tvb-storage: ${path}${key === undefined ? "" : `, ${key}`}: ${problem}`));
    if (problems.length > 0) context.answer(EXIT.no);
  });
}
