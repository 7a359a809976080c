import type { ReactNode } from "react";
import type { Datatype } from "../../project/datatypes.js";
import { CopyButton } from "../../shell/CopyButton.js";
import { FileLink } from "../../shell/FileLink.js";
import { byteText } from "../../text/byte-text.js";
import { TableScroll } from "../TableScroll.js";

export interface ListedOperation {
  readonly name: string;
  readonly datatypes: readonly Datatype[];
}

/** Datatypes by operation: what each is, and what it refers to. */
export function DatatypesTable({
  operations,
}: {
  readonly operations: readonly ListedOperation[];
}): ReactNode {
  const columns = columnsOf(operations.flatMap(({ datatypes }) => datatypes));
  const width = 4 + Object.values(columns).filter(Boolean).length;
  return (
    <TableScroll label="Operations and their datatypes">
      <table className="datatypes">
        <thead>
          <tr>
            <th scope="col">Datatype</th>
            {columns.title && <th scope="col">Title</th>}
            <th scope="col">GID</th>
            <th scope="col">Size</th>
            {columns.created && <th scope="col">Created</th>}
            <th scope="col">Largest data</th>
            {columns.links && <th scope="col">Refers to</th>}
          </tr>
        </thead>
        {operations.map(({ name, datatypes }) => (
          <tbody key={`${name} ${datatypes[0]?.file.id}`}>
            <tr>
              <th scope="rowgroup" colSpan={width}>
                {name}
              </th>
            </tr>
            {datatypes.map((datatype) => (
              <DatatypeRow key={datatype.file.id} datatype={datatype} columns={columns} />
            ))}
            {datatypes.length === 0 && (
              <tr>
                <td colSpan={width}>no datatypes</td>
              </tr>
            )}
          </tbody>
        ))}
      </table>
    </TableScroll>
  );
}

/** Columns that are left out where no datatype has anything for them. */
interface Columns {
  readonly title: boolean;
  readonly created: boolean;
  readonly links: boolean;
}

function columnsOf(datatypes: readonly Datatype[]): Columns {
  return {
    title: datatypes.some(({ title }) => title !== ""),
    created: datatypes.some(({ created }) => created !== ""),
    links: datatypes.some(({ links }) => links.length > 0),
  };
}

interface DatatypeRowProps {
  readonly datatype: Datatype;
  readonly columns: Columns;
}

function DatatypeRow({ datatype, columns }: DatatypeRowProps): ReactNode {
  const { file, className, title, gid, created, data, links, reason, isWaiting } = datatype;
  return (
    <tr>
      <th scope="row">
        <FileLink file={file}>{className}</FileLink>
      </th>
      {columns.title && <td>{title}</td>}
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
      <td className="short">{file.size === undefined ? "" : byteText(file.size)}</td>
      {reason === undefined ? (
        <>
          {columns.created && <td className="short">{created}</td>}
          <td>{isWaiting ? <span className="faint">not read yet</span> : data}</td>
          {columns.links && (
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
          )}
        </>
      ) : (
        <td colSpan={1 + Number(columns.created) + Number(columns.links)} className="reason">
          {reason}
        </td>
      )}
    </tr>
  );
}
