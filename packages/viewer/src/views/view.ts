import type { ComponentType } from "react";
import type { DataFile } from "../data/data-file.js";
import type { FileSummary } from "../data/file-summary.js";
import type { SourceFile } from "../sources/source.js";

/** What is looked at, as far as the address of the page holds it: names to short texts. Each view reads its own names. */
export type ViewParams = Readonly<Record<string, string>>;

export interface ViewProps {
  readonly file: SourceFile;
  readonly data: DataFile;
  readonly summary: FileSummary;
  /** The node that was chosen in the tree, if one was. */
  readonly node: string | undefined;
  readonly params: ViewParams;
  /** Changes what the address holds; `undefined` removes a name. */
  readonly setParams: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** One way to look at a file. Its component, with the libraries that it needs, is loaded when it is shown. */
export interface View {
  /** In the address. */
  readonly id: string;
  /** On its tab. */
  readonly title: string;
  /** Views with the same text here read the same names of the address: to change between them keeps what was chosen. */
  readonly paramsOf?: string;
  /**
   * Whether it can show this file, or the node that is chosen. One that shows a file as a whole says no to a node that is
   * no part of what it shows, so that another one shows the node.
   */
  readonly shows: (summary: FileSummary, node: string | undefined) => boolean;
  /** Whether it is shown where the user has chosen no view, and none before it is; true where this is left out. */
  readonly isDefault?: (summary: FileSummary, node: string | undefined) => boolean;
  readonly load: () => Promise<{ readonly default: ComponentType<ViewProps> }>;
}
