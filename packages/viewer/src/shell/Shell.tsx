import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { nameOfPath } from "../text/path-name.js";
import { CopyButton } from "./CopyButton.js";
import { Failures } from "./Failures.js";
import { FileView } from "./FileView.js";
import { OpenControls } from "./OpenControls.js";
import { OpenDrop } from "./OpenDrop.js";
import { Resizer, useSidebarWidth } from "./Resizer.js";
import { Sidebar } from "./Sidebar.js";
import type { Shown } from "./shown.js";
import { ThemeSwitch } from "./ThemeSwitch.js";
import { useAddress } from "./use-address.js";
import { useAddressOf } from "./use-address-of.js";
import { useIsNarrow } from "./use-is-narrow.js";
import { ViewErrors } from "./ViewErrors.js";
import { Welcome } from "./Welcome.js";
import { shownFile, shownProject, useWorkspace } from "./workspace.js";

const ProjectView = lazy(() => import("../views/project/ProjectView.js"));
const OpenedView = lazy(() => import("../views/project/OpenedView.js"));

/** The page: what is opened, and what is looked at. */
export function Shell(): ReactNode {
  const hasFiles = useWorkspace(({ sources }) => sources.length > 0);
  const isNarrow = useIsNarrow();
  const [width, setWidth] = useSidebarWidth();
  // Until the user says so, files are listed where there is room beside what is shown.
  const [wanted, setWanted] = useState<boolean>();
  const isListed = hasFiles && (wanted ?? !isNarrow);
  useAddress();

  return (
    <div className="shell" style={isListed && !isNarrow ? { gridTemplateColumns: `${width}px 1fr` } : {}}>
      <header>
        <h1>TVB storage viewer</h1>
        <OpenControls />
        <div className="page-controls">
          {hasFiles && (
            <>
              <button
                type="button"
                aria-expanded={isListed}
                aria-controls="files"
                onClick={() => setWanted(!isListed)}
              >
                Files
              </button>
              <CopyButton text={() => location.href}>Copy address</CopyButton>
            </>
          )}
          <ThemeSwitch />
        </div>
      </header>
      {hasFiles && (
        <nav id="files" aria-label="Files" hidden={!isListed}>
          <Sidebar chosen={() => isNarrow && setWanted(false)} />
          {!isNarrow && <Resizer width={width} setWidth={setWidth} />}
        </nav>
      )}
      <main>
        <Failures />
        <Main />
      </main>
      <OpenDrop />
    </div>
  );
}

function Main(): ReactNode {
  const { sources, shown } = useWorkspace();
  const file = shownFile(sources, shown);
  const project = shownProject(sources, shown);
  const addressOf = useAddressOf();
  const missing = missingName(file ?? project, shown);
  const title = file === undefined ? project?.project.name : nameOfPath(file.path);

  useEffect(() => {
    document.title = title === undefined ? "TVB storage viewer" : `${title} – TVB storage viewer`;
  }, [title]);

  if (file !== undefined) return <FileView key={file.id} file={file} />;
  if (missing !== undefined)
    return (
      <div className="missing">
        <p>
          Open <strong>{missing}</strong> to see this view.
        </p>
        {sources.length === 0 ? (
          <Welcome />
        ) : (
          <p>
            <a href={addressOf({ params: {} }) || "#"}>See what is open</a>
          </p>
        )}
      </div>
    );
  if (sources.length === 0) return <Welcome />;
  return (
    <ViewErrors key={project?.project.projectFile.id}>
      <Suspense fallback={<p role="status">Loading the view …</p>}>
        {project === undefined ? (
          <OpenedView />
        ) : (
          <ProjectView key={project.project.projectFile.id} {...project} />
        )}
      </Suspense>
    </ViewErrors>
  );
}

/** What the address names and is not open. */
function missingName(found: unknown, { file, project }: Shown): string | undefined {
  if (found !== undefined) return undefined;
  return file ?? (project === "" ? "the project" : project);
}
