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
  const fileOf = (gid: string): SourceFile | undefined => byGid.get(gid) ?? fileOfDatatype(sources, gid);
  const listed = operations.map(({ name, files: own }) => ({
    name: isOperationName(name) ? `Operation ${name}` : name || "Files",
    datatypes: own.map((file): Datatype => datatypeOf(file, described(file), fileOf)),
  }));
  const left = files.slice(read.length);
  const bytes = left.reduce((sum, { size = 0 }) => sum + size, 0);
  return (
    <>
      <ReferenceDiagram operations={listed} />
      <h3>Operations and datatypes</h3>
      {left.length > 0 && (
        <p>
          <button type="button" onClick={() => setAsked(true)}>
            Open the other {left.length} files{isReadWhole ? ` (${byteText(bytes)})` : ""}
          </button>{" "}
          for their titles, dates and references.
        </p>
      )}
      <DatatypesTable operations={listed} />
    </>
  );
}

function withoutAsking(files: readonly SourceFile[], isReadWhole: boolean): readonly SourceFile[] {
  let bytes = 0;
  let count = 0;
  for (const { size = 0 } of files) {
    bytes += size;
    if (count === MAX_FILES || (isReadWhole && bytes > MAX_BYTES)) break;
    count += 1;
  }
  return files.slice(0, count);
}
