import { type ReactNode, useState } from "react";
import { summaryOf } from "../data/file-summary.js";
import { messageOf } from "../shell/message.js";
import { useLoaded } from "../shell/use-loaded.js";
import { codeLines } from "./code-lines.js";
import { download, downloadName } from "./download.js";
import { pictureOf } from "./picture.js";
import type { SelectedData } from "./selected-data.js";
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
export function ExportPanel({ canvas, ...shown }: ExportPanelProps): ReactNode {
  const { file, data, path, selection, field } = shown;
  const [failure, setFailure] = useState<string>();
  const summary = useLoaded(() => summaryOf(file, data), [file, data]);
  if (summary.state !== "loaded") return null; // the view says why
  const node = summary.value.nodes.find((each) => each.path === path && each.kind === "dataset");
  if (node === undefined) return null;
  const lines = codeLines({
    path,
    selection,
    location: file.location,
    format: data.format,
    node,
    field: field?.split("."),
  });

  const savePicture = async (): Promise<void> => {
    setFailure(undefined);
    try {
      const element = canvas?.();
      if (element) download(await pictureOf(element), downloadName(file.path, path, "png"));
      else setFailure("Nothing is drawn yet.");
    } catch (error) {
      setFailure(messageOf(error));
    }
  };

  return (
    <details className="export">
      <summary>Export and code</summary>
      <fieldset aria-label="Export what is shown" className="export-buttons">
        {canvas !== undefined && (
          <button type="button" onClick={savePicture}>
            PNG
          </button>
        )}
      </fieldset>
      {failure !== undefined && <p role="alert">{failure}</p>}
      <CodeBlock title="Python" code={lines.python} />
      <CodeBlock title="JavaScript" code={lines.javaScript} />
    </details>
  );
}

function CodeBlock({ title, code }: { readonly title: string; readonly code: string }): ReactNode {
  const [said, say] = useState("");
  const copy = (): void => {
    navigator.clipboard.writeText(code).then(
      () => say("Copied"),
      () => say("The browser refused; select the text and copy it"),
    );
  };
  return (
    <section aria-label={title} className="export-code">
      <header>
        <h3>{title}</h3>
        <button type="button" onClick={copy} aria-label={`Copy the lines of ${title}`}>
          Copy
        </button>
        <span role="status">{said}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard, too. */}
      <pre tabIndex={0}>{code}</pre>
    </section>
  );
}
