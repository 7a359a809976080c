import type { Selection } from "@tvb-storage/core/arrays";
import type { AxisLabels } from "@tvb-storage/core/internal";
import type { DataFile } from "../data/data-file.js";
import type { SourceFile } from "../sources/source.js";

/** What is shown of a dataset, and so what is exported. */
export interface SelectedData {
  readonly file: SourceFile;
  readonly data: DataFile;
  /** Of the dataset in the file. */
  readonly path: string;
  /** As in numpy, one entry for each axis of the dataset; everything where it is left out. */
  readonly selection?: Selection | undefined;
  /** A field of a compound type. */
  readonly field?: string | undefined;
  /**
   * Names of rows and columns, in the order of the selection's own axes (those that an integer dropped have no entry). An axis
   * without names is undefined; names that are not as many as the axis has elements are left out.
   */
  readonly labels?: AxisLabels | undefined;
}
