import type { StorageManager } from "@tvb-storage/core";

/** What a step is told besides the file. */
export interface MigrationContext {
  /** The file that is migrated. The step changes a copy of it, and must not open the file itself. */
  readonly path: string;
  /** To be obeyed by a step that takes long; for the options of calls on the manager. */
  readonly signal?: AbortSignal;
}

/** Changes a file of one data version into one of a later version. */
export interface MigrationStep {
  readonly from: number;
  readonly to: number;
  /**
   * Changes a copy of the file through its manager; it need not set the version. What it throws ends the migration, and
   * the file is as before.
   */
  migrate(manager: StorageManager, context: MigrationContext): Promise<void>;
}
