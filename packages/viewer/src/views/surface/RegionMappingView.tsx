import { errorMessage } from "@tvb-storage/files/internal";
import { type ReactNode, useRef } from "react";
import { ExportPanel } from "../../export/ExportPanel.js";
import { referencesOf, relatedDatatype } from "../../project/related.js";
import { useLoaded } from "../../shell/use-loaded.js";
import { useWorkspace } from "../../shell/workspace.js";
import { indexParam } from "../index-param.js";
import type { ViewProps } from "../view.js";
import { MappedSurface } from "./MappedSurface.js";
import { RegionTable } from "./RegionTable.js";
import { readMapping } from "./region-mapping.js";
import { readSurface } from "./surface.js";

/** A mapping on its surface, where that is open; else its regions alone. In the address: `camera`, `region`. */
export default function RegionMappingView({ file, data, summary, params, setParams }: ViewProps): ReactNode {
  const { sources } = useWorkspace();
  const stage = useRef<HTMLDivElement>(null);
  const mapping = useLoaded(
    (signal) => readMapping(sources, file, data, summary, signal),
    [sources, file, data, summary],
  );
  const surface = useLoaded(
    async (signal) => {
      const related = await relatedDatatype(sources, file, summary, "surface");
      return related && readSurface(related.data, related.summary, signal);
    },
    [sources, file, summary],
  );
  if (mapping.state === "failed") return <p role="alert">{errorMessage(mapping.error)}</p>;
  if (mapping.state === "loading" || surface.state === "loading")
    return <p role="status">Reading the mapping …</p>;
  const isDrawn = surface.state === "loaded" && surface.value !== undefined;
  const gid = referencesOf(summary.metadata).find(({ name }) => name === "surface")?.gid;
  return (
    <>
      {surface.state === "failed" && <p role="alert">{errorMessage(surface.error)}</p>}
      {surface.state === "loaded" && surface.value !== undefined ? (
        <MappedSurface
          surface={surface.value}
          mapping={mapping.value}
          params={params}
          setParams={setParams}
          stage={stage}
        />
      ) : (
        <>
          <p>
            {gid === undefined
              ? "The mapping does not say of which surface it is."
              : `The mapping is of the surface ${gid}: open its file too, whose name ends in _${gid}.h5.`}
          </p>
          <RegionTable
            mapping={mapping.value}
            region={indexParam(params["region"], mapping.value.labels.length)}
            setRegion={(region) => setParams({ region: region?.toString() })}
          />
        </>
      )}
      <ExportPanel
        file={file}
        data={data}
        path="/array_data"
        canvas={isDrawn ? () => stage.current : undefined}
      />
    </>
  );
}
