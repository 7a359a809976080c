import { type ReactNode, useMemo, useState } from "react";
import { type Datatype, datatypeOf } from "../../project/datatypes.js";
import { isOperationName, type Operation } from "../../project/projects.js";
import { fileOfDatatype } from "../../project/related.js";
import { useDescribed } from "../../project/use-described.js";
import { useWorkspace } from "../../shell/workspace.js";
import type { SourceFile } from "../../sources/source.js";
import { byteText } from "../../text/byte-text.js";
import { DatatypesTable } from "./DatatypesTable.js";
import { ReferenceDiagram } from "./ReferenceDiagram.js";
import "./project.css";

/** Files that are opened without being asked for: each costs a request, or the inflation of an archive's entry. */
const MAX_FILES = 200;
const MAX_BYTES = 256 * 1024 * 1024;
/** Rows of the table at most; the list of files has all. */
const MAX_ROWS = 500;
/** Datatypes that are drawn at most; of more the table says the same. */
const MAX_BOXES = 150;

interface DatatypesProps {
  readonly operations: readonly Operation[];
  /** All of a file is read to open it, as of an entry of an archive. */
  readonly isReadWhole: boolean;
}

/** The datatypes of operations, with what refers to what. Each file is opened for what it says of itself. */
export function Datatypes({ operations, isReadWhole }: DatatypesProps): ReactNode {
  const sources = useWorkspace((workspace) => workspace.sources);
  const [isAsked, setAsked] = useState(false);
  const files = useMemo(() => operations.flatMap((operation) => operation.files), [operations]);
  const read = useMemo(
    () => (isAsked ? files : withoutAsking(files, isReadWhole)),
    [files, isAsked, isReadWhole],
  );
  const described = useDescribed(read);

  const byGid = new Map<string, SourceFile>();
  for (const file of files) {
    const each = described(file);
    if (each.state === "described" && each.summary.gid !== undefined)
      byGid.set(each.summary.gid.toLowerCase(), file);
  }
  const listed = firstFiles(operations).map(({ name, files: own }) => ({
    name: isOperationName(name) ? `Operation ${name}` : name || "Files",
    datatypes: own.map(
      (file): Datatype =>
        datatypeOf(file, described(file), (gid) => byGid.get(gid) ?? fileOfDatatype(sources, gid, file)),
    ),
  }));
  const left = files.slice(read.length);
  return (
    <>
      {files.length <= MAX_BOXES ? (
        <ReferenceDiagram operations={listed} />
      ) : (
        <p>{files.length} datatypes are too many for a picture of what refers to what; the table says it.</p>
      )}
      <h3>Operations and datatypes</h3>
      {left.length > 0 && (
        <p>
          <button type="button" onClick={() => setAsked(true)}>
            Open the other {left.length} files{isReadWhole ? ` (${byteText(bytesOf(left))})` : ""}
          </button>{" "}
          for their titles, dates and references.
        </p>
      )}
      <DatatypesTable operations={listed} />
      {files.length > MAX_ROWS && (
        <p>
          The first {MAX_ROWS} of {files.length}; the list of files has all.
        </p>
      )}
    </>
  );
}

function bytesOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { size = 0 }) => sum + size, 0);
}

/** As many operations, and files of the last one, as the table has. */
function firstFiles(operations: readonly Operation[]): readonly Operation[] {
  const first: Operation[] = [];
  let room = MAX_ROWS;
  for (const { name, files } of operations) {
    if (room === 0) break;
    first.push({ name, files: files.slice(0, room) });
    room -= Math.min(room, files.length);
  }
  return first;
}

function withoutAsking(files: readonly SourceFile[], isReadWhole: boolean): readonly SourceFile[] {
  const first = files.slice(0, MAX_FILES);
  if (!isReadWhole) return first;
  let bytes = 0;
  const end = first.findIndex(({ size = 0 }) => {
    bytes += size;
    return bytes > MAX_BYTES;
  });
  return end < 0 ? first : first.slice(0, end);
}
