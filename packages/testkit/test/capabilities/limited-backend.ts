import type { BackendCapabilities, StorageBackend } from "@tvb-storage/core";
import { memoryBackend } from "../../src/index.js";

/** The reference backend with some of its capabilities changed. */
export function limitedBackend(changed: Partial<BackendCapabilities>): StorageBackend {
  const supports = { ...memoryBackend.supports, ...changed };
  return {
    ...memoryBackend,
    supports,
    open: (path, options) => memoryBackend.open(path, { ...options, supports }),
  };
}
