import type { ReactNode } from "react";
import type { Datatype } from "../../project/datatypes.js";
import { CopyButton } from "../../shell/CopyButton.js";
import { FileLink } from "../../shell/FileLink.js";
import { byteText } from "../../text/byte-text.js";
import { TableScroll } from "../TableScroll.js";

interface DatatypesTableProps {
  readonly operations: readonly { readonly name: string; readonly datatypes: readonly Datatype[] }[];
}

/** Rows of one table at most; the list of files has all. */
const MAX_ROWS = 500;

/** Datatypes by operation: what each is, and what it refers to. */
export function DatatypesTable({ operations }: DatatypesTableProps): ReactNode {
  const count = operations.reduce((sum, { datatypes }) => sum + datatypes.length, 0);
  let rows = 0;
  return (
    <>
      <TableScroll label="Operations and their datatypes">
        <table className="datatypes">
          <thead>
            <tr>
              <th scope="col">Datatype</th>
              <th scope="col">Title</th>
              <th scope="col">GID</th>
              <th scope="col">Size</th>
              <th scope="col">Created</th>
              <th scope="col">Largest data</th>
              <th scope="col">Refers to</th>
            </tr>
          </thead>
          {operations.map(({ name, datatypes }) => {
            const shown = datatypes.slice(0, Math.max(0, MAX_ROWS - rows));
            rows += shown.length;
            if (shown.length === 0 && datatypes.length > 0) return null;
            return (
              <tbody key={`${name} ${datatypes[0]?.file.id}`}>
                <tr>
                  <th scope="rowgroup" colSpan={7}>
                    {name}
                  </th>
                </tr>
                {shown.map((datatype) => (
                  <DatatypeRow key={datatype.file.id} datatype={datatype} />
                ))}
                {datatypes.length === 0 && (
                  <tr>
                    <td colSpan={7}>no datatypes</td>
                  </tr>
                )}
              </tbody>
            );
          })}
        </table>
      </TableScroll>
      {count > MAX_ROWS && (
        <p>
          The first {MAX_ROWS} of {count}; the list of files has all.
        </p>
      )}
    </>
  );
}

function DatatypeRow({ datatype }: { readonly datatype: Datatype }): ReactNode {
  const { file, className, title, gid, created, data, links, reason, isWaiting } = datatype;
  return (
    <tr>
      <th scope="row">
        <FileLink file={file}>{className}</FileLink>
      </th>
      <td>{title}</td>
      <td>
        {gid !== undefined && (
          <span className="gid">
            <code title={gid}>{gid.slice(0, 8)}</code>
            <CopyButton text={() => gid} label={`Copy the GID of ${className} ${gid.slice(0, 8)}`}>
              Copy
            </CopyButton>
          </span>
        )}
      </td>
      <td>{file.size === undefined ? "" : byteText(file.size)}</td>
      {reason === undefined ? (
        <>
          <td>{isWaiting ? <span className="faint">not read yet</span> : created}</td>
          <td>{data}</td>
          <td>
            {links.length > 0 && (
              <ul>
                {links.map(({ name, gid: other, file: linked }) => (
                  <li key={`${name} ${other}`}>
                    {linked === undefined ? (
                      <span title={other}>
                        {name.replaceAll("_", " ")} {other.slice(0, 8)} (not open)
                      </span>
                    ) : (
                      <FileLink file={linked}>{name.replaceAll("_", " ")}</FileLink>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </td>
        </>
      ) : (
        <td colSpan={3} className="reason">
          {reason}
        </td>
      )}
    </tr>
  );
}
