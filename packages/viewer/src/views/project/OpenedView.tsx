import { type ReactNode, useMemo } from "react";
import { folderOperations, projectsOf } from "../../project/projects.js";
import { useAddressOf } from "../../shell/use-address-of.js";
import { placeOfProject, useWorkspace } from "../../shell/workspace.js";
import { Datatypes } from "./Datatypes.js";

/** What is open, where nothing of it is chosen: projects as links, and the datatypes of what is no project. */
export default function OpenedView(): ReactNode {
  const sources = useWorkspace((workspace) => workspace.sources);
  const addressOf = useAddressOf();
  const projects = sources.flatMap((source) => projectsOf(source).map((project) => ({ source, project })));
  const others = useMemo(() => sources.filter((source) => projectsOf(source).length === 0), [sources]);
  const operations = useMemo(() => others.flatMap(folderOperations), [others]);
  return (
    <section aria-label="What is open" className="project">
      {projects.length > 0 && (
        <>
          <h2>Projects</h2>
          <ul>
            {projects.map(({ source, project: { path, name, operations: all } }) => (
              <li key={`${source.id}/${path}`}>
                <a href={addressOf(placeOfProject(sources, source, path))}>{name}</a>, operations:{" "}
                {all.length}
                {path !== "" && <span className="faint"> in {path}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      {operations.length > 0 && (
        <>
          <h2>Files</h2>
          <Datatypes operations={operations} isReadWhole={others.some(({ kind }) => kind === "archive")} />
        </>
      )}
    </section>
  );
}
