import type { FilePort } from "@tvb-storage/files";
import type { LongCall } from "@tvb-storage/files/internal";
import { DatasetReader } from "../data/dataset-reader.js";
import type { FilterDecoders } from "../filters/filter.js";
import { CheckSink } from "./check-sink.js";
import { problemOf, type StructureProblem, type WalkedDataset, walkSteps } from "./walk-structure.js";

/**
 * What is wrong with a file: its superblock, the checksums of its structures, and whether the
 * stored data of every dataset can be decoded to what its shape needs. The work is bounded by the
 * size of the file and what its chunks decode to, not by the shapes that it states. Progress is in
 * bytes of the file; that all is done is left to the caller.
 *
 * @param name Names the file in messages.
 * @param decoders The caller's, of filters.
 * @throws FileStorageException cancelled.
 */
export async function verifyFile(
  port: FilePort,
  name: string,
  call: LongCall,
  decoders?: FilterDecoders,
): Promise<StructureProblem[]> {
  const problems: StructureProblem[] = [];
  call.total = port.size;
  call.check();
  for (const step of walkSteps(port, name)) {
    if (step === undefined) await call.pause();
    else if ("found" in step) problems.push(step.found);
    else {
      const problem = await checkData(step.dataset, name, call, decoders);
      if (problem !== undefined) problems.push(problem);
      call.advanceTo(step.dataset.file.bytesRead);
    }
  }
  return problems;
}

/** Decodes all that is stored of a dataset; what is wrong with it. */
async function checkData(
  { path, file, dataset }: WalkedDataset,
  name: string,
  call: LongCall,
  decoders: FilterDecoders | undefined,
): Promise<StructureProblem | undefined> {
  // What lies in other files is not this file's.
  if (dataset.hasExternalFiles || dataset.layout.class === "virtual") return undefined;
  if (dataset.dataspace.kind === "null") return undefined;
  const reader = new DatasetReader(file, dataset, `${name}: ${path}`, decoders);
  try {
    await reader.readStored(new CheckSink(file, dataset.datatype), call.quiet());
    return undefined;
  } catch (error) {
    call.check();
    const { kind, problem } = problemOf(path, error);
    return { path, kind, problem: `its data cannot be read: ${problem}` };
  }
}
