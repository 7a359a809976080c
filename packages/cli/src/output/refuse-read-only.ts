import type { BackendCapabilities } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";

/**
 * Before something is read for a target, or `--dry-run` says that it would be changed.
 *
 * @throws FileStructureException the target is only read.
 */
export function refuseReadOnly({
  path,
  supports,
}: {
  readonly path: string;
  readonly supports?: BackendCapabilities;
}): void {
  if (supports?.readOnly === true)
    throw new FileStructureException(
      `${path} is only read: archives and web servers are not written; give a folder (a.zarr), or an address that is written`,
    );
}
