import { writeNpy } from "@tvb-storage/core/internal";
import { type Context, withStorage } from "../context.js";
import { openDataset } from "../elements/dataset-view.js";
import { writeNewFile } from "../output/new-file.js";
import { withProgress } from "../terminal/progress.js";

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
    await writeNewFile(context, to, { overwrite }, (write) =>
      withProgress(terminal, "converting", (onProgress) => writeNpy(write, view, { signal, onProgress })),
    );
  });
}
