import { errorMessage } from "@tvb-storage/files/internal";
import type { ReactNode } from "react";
import { MarkedFile } from "../data/marked-file.js";
import type { SourceFile } from "../sources/source.js";

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
      <h2>{file.path} cannot be opened</h2>
      <p role="alert">{errorMessage(error)}</p>
      {!isMarked && <p>{adviceFor(file)}</p>}
      <button type="button" onClick={open}>
        {isMarked ? "Open it as it is" : "Try again"}
      </button>
    </>
  );
}

function adviceFor({ size }: SourceFile): string {
  if (size === 0) return "The file is empty: copy or download it again, or store it again.";
  return "This page reads HDF5 files and Zarr hierarchies; a file of another format is opened by the program that wrote it. If this one was copied or downloaded, do so again and compare the sizes. “tvb-storage verify FILE” finds which parts of a file are damaged.";
}
