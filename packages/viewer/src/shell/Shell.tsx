import { type ReactNode, useEffect, useState } from "react";
import { nameOfPath } from "../text/path-name.js";
import { CopyButton } from "./CopyButton.js";
import { Failures } from "./Failures.js";
import { FileView } from "./FileView.js";
import { OpenControls } from "./OpenControls.js";
import { OpenDrop } from "./OpenDrop.js";
import { Resizer, useSidebarWidth } from "./Resizer.js";
import { Sidebar } from "./Sidebar.js";
import { ThemeSwitch } from "./ThemeSwitch.js";
import { useAddress } from "./use-address.js";
import { useIsNarrow } from "./use-is-narrow.js";
import { Welcome } from "./Welcome.js";
import { shownFile, useWorkspace } from "./workspace.js";

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
  const missing = file === undefined ? shown.file : undefined;

  useEffect(() => {
    document.title = [file && nameOfPath(file.path), "TVB storage viewer"].filter(Boolean).join(" – ");
  }, [file]);

  if (file !== undefined) return <FileView key={file.id} file={file} />;
  if (missing !== undefined)
    return (
      <div className="missing">
        <p>
          Open <strong>{missing}</strong> to see this view.
        </p>
        {sources.length === 0 && <Welcome />}
      </div>
    );
  if (sources.length === 0) return <Welcome />;
  return <p>Choose one of the files to look at it.</p>;
}
