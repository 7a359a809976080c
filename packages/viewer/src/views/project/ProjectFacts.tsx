import type { XmlMetadata } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";
import { XMLReader } from "@tvb-storage/xml-meta";
import type { ReactNode } from "react";
import type { Project } from "../../project/projects.js";
import { useLoaded } from "../../shell/use-loaded.js";

const MAX_BYTES = 1024 * 1024;

/** What Project.xml says. */
export function ProjectFacts({ project }: { readonly project: Project }): ReactNode {
  const { projectFile } = project;
  const read = useLoaded(async () => XMLReader.parse(await projectFile.bytes(MAX_BYTES)), [projectFile]);
  if (read.state === "failed")
    return (
      <>
        <h2>{project.name}</h2>
        <p role="alert">
          {projectFile.path}: {errorMessage(read.error)}
        </p>
      </>
    );
  const { name, ...facts }: XmlMetadata = read.state === "loaded" ? read.value : {};
  return (
    <>
      <h2>{typeof name === "string" && name !== "" ? name : project.name}</h2>
      <dl className="facts">
        {Object.entries(facts).map(([key, value]) => (
          <div key={key}>
            <dt>{key.replaceAll("_", " ")}</dt>
            <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
