import { FileStorageException } from "@tvb-storage/errors";
import type { LongCall } from "@tvb-storage/files/internal";
import { type WalkedObject, walkObjects, walkStructure } from "@tvb-storage/hdf5/internal";
import type { H5Handle } from "../session/h5-handle.js";
import { fileUnsupported, objectUnsupported, refuseUnsupported } from "./check-copyable.js";
import { compareObjects } from "./compare-objects.js";
import { type CopiedDataset, compareElements, copyElements, dataBytes } from "./copy-elements.js";
import { ObjectCopier } from "./copy-object.js";

/** After so many objects others may run. */
const OBJECTS_PER_TURN = 32;

/**
 * Runs `work` for each object, yielding to the event loop now and then.
 *
 * @throws FileStorageException cancelled.
 */
async function forEachObject(
  objects: Iterable<WalkedObject>,
  call: LongCall,
  work: (object: WalkedObject) => void,
): Promise<void> {
  let count = 0;
  for (const object of objects) {
    work(object);
    count += 1;
    if (count % OBJECTS_PER_TURN === 0) await call.pause();
    else call.check();
  }
}

/**
 * Whether all that a file holds can be copied exactly.
 *
 * @returns Bytes of data that are stored in its datasets.
 * @throws FileStorageException it cannot; names the object and the reason.
 */
export async function checkCopyable(source: H5Handle, call: LongCall): Promise<number> {
  const { structure, label } = source;
  refuseUnsupported(label, undefined, fileUnsupported(structure));
  let bytes = 0;
  await forEachObject(walkObjects(structure), call, (walked) => {
    refuseUnsupported(label, walked.path, objectUnsupported(structure, walked));
    if (walked.object.kind === "dataset") bytes += dataBytes(walked.object);
  });
  return bytes;
}

/**
 * Copies all that `source` holds into the new file `copy`, and compares the two.
 *
 * @param bytes What `checkCopyable` returned for the source.
 * @throws FileStorageException something cannot be read or written, the copy is not the same, or cancelled.
 */
export async function copyFile(
  source: H5Handle,
  copy: H5Handle,
  bytes: number,
  call: LongCall,
): Promise<void> {
  const { structure } = source;
  // Each byte counts when it is copied, and when it is compared.
  call.total = 2 * bytes;
  const copier = new ObjectCopier(structure, copy);
  const datasets: CopiedDataset[] = [];
  // HDF5 makes the file also where there is nothing but the root group.
  copy.forWriting().flush();
  await forEachObject(walkObjects(structure), call, (walked) => {
    copier.add(walked);
    if (walked.object.kind === "dataset")
      datasets.push({ path: walked.path, dataset: walked.object, structure });
  });
  copier.finish();
  for (const dataset of datasets) await copyElements(dataset, source, copy.forWriting(), call);
  copy.closeFile();
  copy.forget();

  const [problem] = walkStructure(copy.port, copy.label);
  if (problem !== undefined)
    throw new FileStorageException(`the copy is damaged at ${problem.path}: ${problem.problem}`);
  const compared = compareObjects(structure, copy.structure);
  await forEachObject(compared, call, () => undefined);
  for (const dataset of datasets) await compareElements(dataset, source, copy, call);
  call.finish();
}
