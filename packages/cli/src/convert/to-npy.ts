import { elementCount, itemSize, shapeText } from "@tvb-storage/core";
import { defaultFileSystem } from "@tvb-storage/files";
import { writeAll } from "@tvb-storage/files/internal";
import { type Context, withStorage } from "../context.js";
import { openDataset } from "../elements/dataset-view.js";
import { writeNpy } from "../npy/write-npy.js";
import { byteText } from "../terminal/byte-text.js";
import { withProgress } from "../terminal/progress.js";
import { atNewPlace, checkPlace } from "./new-place.js";

export interface SourceDataset {
  readonly file: string;
  readonly dataset: string;
  readonly field: string | undefined;
}

/** Writes a dataset as a .npy file, which appears when it is complete. */
export async function convertToNpy(
  context: Context,
  { file, dataset, field }: SourceDataset,
  to: string,
  overwrite: boolean,
): Promise<void> {
  const { terminal } = context;
  const { signal } = terminal;
  await withStorage(context, file, async (manager) => {
    const view = await openDataset(manager, dataset, { field, signal });
    if (context.dryRun) {
      await checkPlace(to, overwrite);
      const bytes = byteText(elementCount(view.shape) * itemSize(view.dtype));
      await context.print(
        `would convert ${file} ${dataset} (${view.dtype} ${shapeText(view.shape)}, ${bytes}) to ${to}`,
      );
      return;
    }
    await atNewPlace(to, overwrite, (path) =>
      withProgress(terminal, "converting", async (onProgress) => {
        const handle = await defaultFileSystem().promises.open(path, "wx", 0o644);
        try {
          let position = 0;
          const write = async (bytes: Uint8Array): Promise<void> => {
            await writeAll(handle, bytes, position);
            position += bytes.length;
          };
          await writeNpy(write, view, { signal, onProgress });
          await handle.datasync();
        } finally {
          await handle.close();
        }
      }),
    );
  });
}
