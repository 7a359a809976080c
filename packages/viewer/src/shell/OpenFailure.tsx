import type { ReactNode } from "react";
import { MarkedFile } from "../data/hdf5-data-file.js";
import type { SourceFile } from "../sources/source.js";
import { messageOf } from "./message.js";

interface OpenFailureProps {
  readonly file: SourceFile;
  readonly error: unknown;
  /** Opens the file once more. */
  readonly again: () => void;
}

/** Why a file was not opened. One that a program may be writing is opened where the user says so. */
export function OpenFailure({ file, error, again }: OpenFailureProps): ReactNode {
  const isMarked = error instanceof MarkedFile;
  const open = (): void => {
    // What it gives is asked for by `again`, also if it fails.
    if (isMarked) file.data({ ignoreMarks: true }).catch(() => undefined);
    again();
  };
  return (
    <>
      <p role="alert">{messageOf(error)}</p>
      <button type="button" onClick={open}>
        {isMarked ? "Open it as it is" : "Try again"}
      </button>
    </>
  );
}
