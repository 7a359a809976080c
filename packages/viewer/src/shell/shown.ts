import type { ViewParams } from "../views/view.js";

/** What the page shows: a file, or a project, or neither. All of it is in the page's address. */
export interface Shown {
  /** The identity of the source, where files of several have the path of the chosen one. */
  readonly source?: string | undefined;
  /** The folder of the chosen project in its source, empty for the source itself. Not together with `file`. */
  readonly project?: string | undefined;
  /** Of the chosen file, by the path in its source, so that an address means the same on another machine. */
  readonly file?: string | undefined;
  /** Of the chosen node in the file. */
  readonly node?: string | undefined;
  /** Of the chosen view; the first that shows the file where there is none. */
  readonly view?: string | undefined;
  readonly params: ViewParams;
}

/** Whether both show the same thing, however it is looked at. */
export function isSamePlace(a: Shown, b: Shown): boolean {
  return (
    a.source === b.source &&
    a.project === b.project &&
    a.file === b.file &&
    a.node === b.node &&
    a.view === b.view
  );
}
