import { errorMessage } from "@tvb-storage/files/internal";
import { type ReactNode, useRef } from "react";
import { ExportPanel } from "../../export/ExportPanel.js";
import { useLoaded } from "../../shell/use-loaded.js";
import { useWorkspace } from "../../shell/workspace.js";
import type { ViewProps } from "../view.js";
import { MappedSurface } from "./MappedSurface.js";
import { mappingsOf, readMapping } from "./region-mapping.js";
import { readSurface } from "./surface.js";

/** A surface, coloured by an open mapping that names it. In the address: `mapping` (its GID, or `none`), `camera`, `region`. */
export default function SurfaceView({ file, data, summary, params, setParams }: ViewProps): ReactNode {
  const { sources } = useWorkspace();
  const stage = useRef<HTMLDivElement>(null);
  const surface = useLoaded((signal) => readSurface(data, summary, signal), [data, summary]);
  const found = useLoaded(() => mappingsOf(sources, file, summary), [sources, file, summary]);
  const mappings = found.state === "loaded" ? found.value.mappings : [];
  const chosen =
    params["mapping"] === "none"
      ? undefined
      : (mappings.find((each) => each.summary.gid === params["mapping"]) ?? mappings[0]);
  const mapping = useLoaded(
    async (signal) => chosen && readMapping(sources, chosen.file, chosen.data, chosen.summary, signal),
    [sources, chosen],
  );

  if (surface.state === "failed") return <p role="alert">{errorMessage(surface.error)}</p>;
  if (surface.state === "loading" || found.state === "loading" || mapping.state === "loading")
    return <p role="status">Reading the surface …</p>;
  const problems = [
    ...(found.state === "failed" ? [errorMessage(found.error)] : found.value.problems),
    ...(mapping.state === "failed" ? [errorMessage(mapping.error)] : []),
  ];
  return (
    <>
      {mappings.length > 0 && (
        <label>
          Coloured by{" "}
          <select
            value={chosen?.summary.gid ?? "none"}
            onChange={({ target }) => setParams({ mapping: target.value, region: undefined })}
          >
            {mappings.map((each) => (
              <option key={each.file.id} value={each.summary.gid}>
                {each.file.path}
              </option>
            ))}
            <option value="none">nothing</option>
          </select>
        </label>
      )}
      {problems.map((problem) => (
        <p role="alert" key={problem}>
          {problem}
        </p>
      ))}
      {mappings.length === 0 && (
        <p>It is coloured by regions when its region mapping and its connectivity are open too.</p>
      )}
      <MappedSurface
        surface={surface.value}
        mapping={mapping.state === "loaded" ? mapping.value : undefined}
        params={params}
        setParams={setParams}
        stage={stage}
      />
      <ExportPanel file={file} data={data} path="/vertices" canvas={() => stage.current} />
    </>
  );
}
