import { FileStorageException } from "@tvb-storage/errors";
import { nextTurn, type Progress, tellProgress, throwIfAborted } from "@tvb-storage/files";
import { type WalkedObject, walkObjects, walkStructure } from "@tvb-storage/hdf5/internal";
import type { H5Handle } from "../session/h5-handle.js";
import { fileUnsupported, objectUnsupported, refuseUnsupported } from "./check-copyable.js";
import { compareObjects } from "./compare-objects.js";
import { type CopiedDataset, compareElements, copyElements, dataBytes } from "./copy-elements.js";
import { ObjectCopier } from "./copy-object.js";
import type { SlabControl } from "./dataset-writer.js";

export interface CopyControl {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: Progress | undefined;
}

/** After so many objects others may run. */
const OBJECTS_PER_TURN = 32;

/**
 * Runs `work` for each object, giving way to the event loop now and then.
 *
 * @throws FileStorageException cancelled.
 */
async function forEachObject(
  objects: Iterable<WalkedObject>,
  what: string,
  { signal }: CopyControl,
  work: (object: WalkedObject) => void,
): Promise<void> {
  let count = 0;
  for (const object of objects) {
    work(object);
    count += 1;
    if (count % OBJECTS_PER_TURN === 0) await nextTurn();
    throwIfAborted(signal, what);
  }
}

const whatOf = (source: H5Handle): string => `compacting ${source.label}`;

/**
 * Whether all that a file holds can be copied exactly.
 *
 * @returns Bytes of data that are stored in its datasets.
 * @throws FileStorageException it cannot; names the object and the reason.
 */
export async function checkCopyable(source: H5Handle, control: CopyControl): Promise<number> {
  const { structure, label } = source;
  refuseUnsupported(label, undefined, fileUnsupported(structure));
  let bytes = 0;
  await forEachObject(walkObjects(structure), whatOf(source), control, (walked) => {
    refuseUnsupported(label, walked.path, objectUnsupported(structure, walked));
    if (walked.object.kind === "dataset") bytes += dataBytes(walked.object);
  });
  return bytes;
}

/** Tells how many bytes went by, of which each counts twice: when it is copied, and when it is compared. */
class Counter implements SlabControl {
  #done = 0;

  constructor(
    readonly control: CopyControl,
    readonly what: string,
    readonly total: number,
  ) {}

  check(): void {
    throwIfAborted(this.control.signal, this.what);
  }

  wrote(bytes: number): void {
    this.#done += bytes;
    // Texts in memory are pointers: fewer bytes than in the file.
    tellProgress(this.control.onProgress, Math.min(this.#done, this.total), this.total, this.what);
  }

  finish(): void {
    tellProgress(this.control.onProgress, this.total, this.total, this.what);
  }
}

/**
 * Copies all that `source` holds into the new file `copy`, and compares the two.
 *
 * @param bytes What `checkCopyable` said of the source.
 * @throws FileStorageException something cannot be read or written, the copy is not the same, or cancelled.
 */
export async function copyFile(
  source: H5Handle,
  copy: H5Handle,
  bytes: number,
  control: CopyControl,
): Promise<void> {
  const { structure } = source;
  const what = whatOf(source);
  const counter = new Counter(control, what, 2 * bytes);
  const copier = new ObjectCopier(structure, copy);
  const datasets: CopiedDataset[] = [];
  // HDF5 makes the file also where there is nothing but the root group.
  copy.forWriting().flush();
  await forEachObject(walkObjects(structure), what, control, (walked) => {
    copier.add(walked);
    if (walked.object.kind === "dataset")
      datasets.push({ path: walked.path, dataset: walked.object, structure });
  });
  copier.finish();
  for (const dataset of datasets) await copyElements(dataset, source, copy.forWriting(), counter);
  copy.closeFile();
  copy.forget();

  const [problem] = walkStructure(copy.port, copy.label);
  if (problem !== undefined)
    throw new FileStorageException(`the copy is damaged at ${problem.path}: ${problem.problem}`);
  const compared = compareObjects(structure, copy.structure);
  await forEachObject(compared, what, control, () => undefined);
  for (const dataset of datasets) await compareElements(dataset, source, copy, counter);
  counter.finish();
}
