import { App, DataProvider, enableBigIntSerialization } from "@h5web/app";
import type { Selection } from "@tvb-storage/core/arrays";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { ExportPanel } from "../../export/ExportPanel.js";
import type { ViewProps } from "../view.js";
import { DataFileApi } from "./data-file-api.js";
import { firstShown } from "./first-shown.js";
import { unreadableReason } from "./unreadable-reason.js";
import { useTabStates } from "./use-tab-states.js";
import "@h5web/lib/styles.css";
import "@h5web/app/styles.css";
import "./general.css";

enableBigIntSerialization();

interface ShownData {
  readonly path: string;
  readonly selection: Selection;
}

/** Any dataset by h5web: lines, heat maps, matrices, slices of more axes; and what of it is shown, to be exported. */
export default function GeneralView({ file, data, summary, node }: ViewProps): ReactNode {
  const path = node ?? firstShown(summary);
  const plot = useRef<HTMLDivElement>(null);
  useTabStates(plot);
  const [shown, show] = useState<ShownData>();
  const api = useMemo(
    () =>
      new DataFileApi(file, data, summary.nodes, (path, selection) =>
        show((before) => (isSame(before, path, selection) ? before : { path, selection })),
      ),
    [file, data, summary],
  );
  const info = summary.nodes.find((each) => each.path === path);
  const reason = info && unreadableReason(info);
  if (reason !== undefined) return <p role="alert">{reason}</p>;
  const exported = shown ?? (info?.kind === "dataset" ? { path, selection: [] } : undefined);
  return (
    <>
      <div className="general-plots" data-inverts="" ref={plot}>
        <DataProvider api={api}>
          <App key={path} initialPath={path} sidebarOpen={false} disableDarkMode propagateErrors={false} />
        </DataProvider>
      </div>
      {exported !== undefined && (
        <ExportPanel
          file={file}
          data={data}
          path={exported.path}
          selection={exported.selection}
          canvas={() => drawingIn(plot.current)}
        />
      )}
    </>
  );
}

function isSame(before: ShownData | undefined, path: string, selection: Selection): boolean {
  return before?.path === path && JSON.stringify(before.selection) === JSON.stringify(selection);
}

/** What h5web has drawn, with its axes and without its tool bars; null where it shows a table or nothing. */
function drawingIn(plot: HTMLElement | null): HTMLElement | null {
  const canvas = plot?.querySelector("canvas");
  return canvas?.closest<HTMLElement>("figure") ?? canvas ?? null;
}
