import type { ReactNode } from "react";
import type { Project } from "../../project/projects.js";
import type { Source } from "../../sources/source.js";
import { byteText } from "../../text/byte-text.js";
import { Datatypes } from "./Datatypes.js";
import { Figures } from "./Figures.js";
import { ProjectFacts } from "./ProjectFacts.js";

interface ProjectViewProps {
  readonly source: Source;
  readonly project: Project;
}

/** A project: what it says of itself, its operations with their datatypes, and its figures. */
export default function ProjectView({ source, project }: ProjectViewProps): ReactNode {
  const files = project.operations.flatMap((operation) => operation.files);
  const bytes = files.reduce((sum, { size = 0 }) => sum + size, 0);
  const counts = [
    counted(project.operations.length, "operation"),
    counted(files.length, "datatype"),
    byteText(bytes),
  ];
  return (
    <section aria-label={`Project ${project.name}`} className="project">
      <ProjectFacts project={project} />
      <p>{counts.join(" · ")}</p>
      <Datatypes operations={project.operations} isReadWhole={source.kind === "archive"} />
      <Figures figures={project.figures} />
    </section>
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
