import type { NodeInfo } from "@tvb-storage/core/arrays";
import { errorMessage } from "@tvb-storage/files/internal";
import { type ReactNode, useState } from "react";
import { summaryOf } from "../data/file-summary.js";
import { useLoaded } from "../shell/use-loaded.js";
import { CodeBlock } from "./CodeBlock.js";
import { type CodeLines, codeLines } from "./code-lines.js";
import { download, downloadName } from "./download.js";
import { type ExportFormat, exportedBlob } from "./exported-blob.js";
import { axisIndices, indexText } from "./index-text.js";
import { pictureOf } from "./picture.js";
import type { SelectedData } from "./selected-data.js";
import { useExport } from "./use-export.js";
import "./export.css";

export interface ExportPanelProps extends SelectedData {
  /**
   * The element that shows the data, where its picture is offered: a canvas, or what has canvases and their labels in it.
   * Canvases of WebGL have `preserveDrawingBuffer`. Called when the user wants the picture.
   */
  readonly canvas?: (() => HTMLElement | null) | undefined;
}

/**
 * What is shown of a dataset, taken out of the page: as CSV, npy or PNG, and as the lines of Python and JavaScript that read
 * it. A view puts it below what it draws, with the selection that it shows:
 *
 *     <ExportPanel file={file} data={data} path="/weights" selection={[slice(0, 10)]}
 *       labels={[regions, regions]} canvas={() => plot.current} />
 */
export function ExportPanel(props: ExportPanelProps): ReactNode {
  const { data, path, file } = props;
  const loaded = useLoaded(async () => {
    const { nodes } = await summaryOf(file, data);
    const node = nodes.find((each) => each.path === path && each.kind === "dataset");
    return node && { node, fields: (await data.type?.(path))?.fields ?? [] };
  }, [file, data, path]);
  if (loaded.state !== "loaded" || loaded.value === undefined) return null; // the view says why it cannot be read
  const { node, fields } = loaded.value;
  return (
    <details className="export">
      <summary>Export and code</summary>
      <ExportControls {...props} key={path} node={node} fields={fields} />
    </details>
  );
}

interface ControlProps extends ExportPanelProps {
  readonly node: NodeInfo;
  readonly fields: readonly { readonly name: string; readonly path: readonly string[] }[];
}

function ExportControls({ canvas, node, fields, ...given }: ControlProps): ReactNode {
  const { file, path, selection } = given;
  const [chosen, choose] = useState(given.field ?? fields[0]?.name);
  const { state, run, cancel } = useExport();
  const field = given.field ?? chosen;
  const selected = { ...given, field };
  const isRunning = state.state === "running";

  const save = (format: ExportFormat) =>
    run(async (running) =>
      download(await exportedBlob(format, selected, node, running), downloadName(file.path, path, format)),
    );
  const savePicture = () =>
    run(async () => {
      const element = canvas?.();
      if (!element) throw new Error("nothing is drawn yet");
      download(await pictureOf(element), downloadName(file.path, path, "png"));
    });

  return (
    <>
      <p className="export-selection">
        Selected: <code>{selectionText(path, selection, node)}</code>
      </p>
      <fieldset aria-label="Export what is selected" className="export-buttons" disabled={isRunning}>
        {fields.length > 0 && given.field === undefined && (
          <label>
            Field{" "}
            <select value={chosen} onChange={(event) => choose(event.target.value)}>
              {fields.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <button type="button" onClick={() => save("csv")}>
          CSV
        </button>
        <button type="button" onClick={() => save("npy")}>
          npy
        </button>
        {canvas !== undefined && (
          <button type="button" onClick={savePicture}>
            PNG
          </button>
        )}
      </fieldset>
      {isRunning && (
        <p role="status">
          Exporting … <progress aria-label="Progress of the export" value={state.progress} />{" "}
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        </p>
      )}
      {state.state === "failed" && <p role="alert">{state.message}</p>}
      <Code {...selected} node={node} fieldPath={fields.find(({ name }) => name === field)?.path} />
    </>
  );
}

interface CodeProps extends SelectedData {
  readonly node: NodeInfo;
  readonly fieldPath: readonly string[] | undefined;
}

function Code({ file, data, path, selection, field, node, fieldPath }: CodeProps): ReactNode {
  let lines: CodeLines;
  try {
    lines = codeLines({
      path,
      selection,
      location: file.location,
      format: data.format,
      node,
      field: fieldPath ?? field?.split("."),
    });
  } catch (error) {
    return <p role="alert">{errorMessage(error)}</p>;
  }
  return (
    <>
      <CodeBlock title="Python" code={lines.python} />
      <CodeBlock title="JavaScript" code={lines.javaScript} />
    </>
  );
}

/** `/weights[0:10, :]`; the path alone where everything is selected. */
function selectionText(path: string, selection: SelectedData["selection"], node: NodeInfo): string {
  try {
    const text = indexText(axisIndices(selection, node.shape ?? []));
    return text === "" ? path : `${path}[${text}]`;
  } catch {
    return path; // below it is said what is wrong with the selection
  }
}
