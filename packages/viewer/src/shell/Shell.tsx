import { type ReactNode, useEffect } from "react";
import { openedBy, writeAddress } from "./address.js";
import { FileView } from "./FileView.js";
import { OpenControls } from "./OpenControls.js";
import { OpenDrop } from "./OpenDrop.js";
import { OpenSources } from "./OpenSources.js";
import { openAddress } from "./opening.js";
import { ReadStatus } from "./ReadStatus.js";
import { fileAt, useWorkspace } from "./workspace.js";

/** The page: what is opened, and the file that is looked at. */
export function Shell(): ReactNode {
  const { sources, shown, failures, show } = useWorkspace();
  const file = fileAt(sources, shown.file);

  useEffect(() => {
    for (const address of openedBy(location.hash)) void openAddress(address);
  }, []);
  useEffect(() => {
    const opened = sources.flatMap(({ address }) => address ?? []);
    const address = writeAddress(shown, opened);
    // An address that names files which are not open yet stays until they are.
    if (sources.length > 0 && address !== location.hash) history.replaceState(null, "", address || "#");
  }, [shown, sources]);

  return (
    <div className="shell">
      <header>
        <h1>TVB storage viewer</h1>
        <OpenControls />
      </header>
      <nav aria-label="Files">
        <OpenSources />
        <ul>
          {sources.flatMap(({ files }) =>
            files.map(({ id, path }) => (
              <li key={id}>
                <button
                  type="button"
                  aria-current={path === shown.file}
                  onClick={() => show({ file: path, node: undefined, view: undefined, params: {} })}
                >
                  {path}
                </button>
              </li>
            )),
          )}
        </ul>
      </nav>
      <main>
        {failures.map((failure) => (
          <p role="alert" key={failure}>
            {failure}
          </p>
        ))}
        {file === undefined ? <p>Open a file to look at it.</p> : <FileView key={file.id} file={file} />}
        {file !== undefined && <ReadStatus file={file} />}
      </main>
      <OpenDrop />
    </div>
  );
}
