import { shapeText } from "@tvb-storage/core";
import { mayGrowTo, sameShape } from "@tvb-storage/core/internal";
import type { SyncFileSystem } from "@tvb-storage/files";
import { spaceIdentity } from "@tvb-storage/files/internal";
import type { Extent } from "@tvb-storage/hdf5/internal";
import { valueText } from "@tvb-storage/hdf5/internal";
import type { DatasetInfo } from "./dataset-info.js";
import { openStreams } from "./open-sessions.js";

/**
 * Checks whether a path still leads to the dataset that a stream of blocks began with. The address
 * alone is not enough: a new dataset can get that of a removed one. So removals by this process are
 * noted here too.
 */
export class StreamedDataset {
  readonly #space: object;
  #isRemoved = false;

  /** @param file The resolved path of the file that the dataset is in; links may have led there. */
  constructor(
    fs: SyncFileSystem,
    private readonly file: string,
    private readonly before: DatasetInfo,
  ) {
    this.#space = spaceIdentity(fs);
    openStreams.add(this);
  }

  /** To be called with the space that a removal in `file` freed. */
  static noteFreed(fs: SyncFileSystem, file: string, freed: readonly Extent[]): void {
    const space = spaceIdentity(fs);
    for (const streamed of openStreams) {
      if (streamed.#space !== space || streamed.file !== file) continue;
      const { address } = streamed.before;
      if (freed.some((extent) => address >= extent.address && address < extent.address + extent.size))
        streamed.#isRemoved = true;
    }
  }

  /** What keeps the stream from going on with `now`; undefined where nothing does. */
  changeTo(now: DatasetInfo | undefined): string | undefined {
    const { before } = this;
    if (now === undefined) return "it is gone";
    if (valueText(now.type) !== valueText(before.type)) return "its type is another";
    if (!mayGrowTo(before.shape, now.shape)) return `its shape is ${shapeText(now.shape)}`;
    if (this.#isRemoved || now.address !== before.address || !mayFollow(before.chunks, now.chunks))
      return "another was stored in its place, or the file was compacted";
    return undefined;
  }

  /** The stream ended. */
  release(): void {
    openStreams.delete(this);
  }
}

/** Whether a dataset may have got these chunks since: those of one that grows become longer along one axis. */
function mayFollow(before: readonly number[] | undefined, now: readonly number[] | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  if (sameShape(before, now)) return true;
  const changed = now.flatMap((length, axis) => (length === before[axis] ? [] : [axis]));
  return changed.length === 1 && changed.every((axis) => (now[axis] ?? 0) > (before[axis] ?? 0));
}
