import { fileException } from "@tvb-storage/files";

/** What `work` gives. Every error that leaves it is one of ours; `what` begins the message of what the file system threw. */
export async function guarded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileException(error, what);
  }
}
