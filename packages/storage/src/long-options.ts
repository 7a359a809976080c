import type { LongOptions } from "@tvb-storage/files";

/** Those of a call's options that another call takes too, which refuses the rest. */
export function longOptionsOf({ signal, onProgress }: LongOptions): LongOptions {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}
