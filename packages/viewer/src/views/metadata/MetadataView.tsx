import { errorMessage } from "@tvb-storage/files/internal";
import { type ReactNode, useMemo } from "react";
import { useLoaded } from "../../shell/use-loaded.js";
import { FirstRows } from "../FirstRows.js";
import { TableScroll } from "../TableScroll.js";
import type { ViewProps } from "../view.js";
import { AttributeValueText } from "./AttributeValues.js";
import { describeAttributes } from "./described-attribute.js";
import "./metadata.css";

/** Rows that are shown before the user asks for all. */
const MAX_ROWS = 500;

/** The attributes of the chosen node, else of the root: decoded, or as they are stored. */
export default function MetadataView({ data, node = "/", params, setParams }: ViewProps): ReactNode {
  const asStored = params["stored"] === "yes";
  const loaded = useLoaded(() => data.attributes(node), [data, node]);
  const all = useMemo(
    () => (loaded.state === "loaded" ? describeAttributes(loaded.value, { asStored }) : []),
    [loaded, asStored],
  );
  if (loaded.state === "loading") return <p role="status">Reading the attributes of {node} …</p>;
  if (loaded.state === "failed")
    return (
      <p role="alert">
        The attributes of {node} cannot be read: {errorMessage(loaded.error)}
      </p>
    );
  const rows = params["all"] === "yes" ? all : all.slice(0, MAX_ROWS);
  return (
    <>
      <p className="metadata-of">
        {node === "/" ? "Attributes of the whole file" : `Attributes of ${node}`}
        <label>
          <input
            type="checkbox"
            checked={asStored}
            onChange={({ target }) => setParams({ stored: target.checked ? "yes" : undefined })}
          />{" "}
          as stored
        </label>
      </p>
      {all.length === 0 ? (
        <p>There are none.</p>
      ) : (
        <TableScroll label="Attributes">
          <table className="metadata">
            <thead>
              <tr>
                <th scope="col">{asStored ? "Name" : "Key"}</th>
                <th scope="col">Value</th>
                <th scope="col">Type</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, key, type, value }) => (
                <tr key={name}>
                  <th scope="row" title={name}>
                    {asStored ? name : key}
                  </th>
                  <td>
                    <AttributeValueText key={String(asStored)} value={value} />
                  </td>
                  <td>{type}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      <FirstRows shown={rows.length} all={all.length} setParams={setParams} />
    </>
  );
}
