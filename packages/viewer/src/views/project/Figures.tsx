import { errorMessage } from "@tvb-storage/files/internal";
import { type ReactNode, useEffect, useState } from "react";
import { useLoaded } from "../../shell/use-loaded.js";
import type { SourceFile } from "../../sources/source.js";
import { nameOfPath } from "../../text/path-name.js";

const MAX_BYTES = 16 * 1024 * 1024;
/** Figures that are shown without being asked for. */
const MAX_FIGURES = 12;

/** The figures of a project. */
export function Figures({ figures }: { readonly figures: readonly SourceFile[] }): ReactNode {
  const [isAsked, setAsked] = useState(false);
  if (figures.length === 0) return null;
  const shown = isAsked ? figures : figures.slice(0, MAX_FIGURES);
  return (
    <>
      <h3>Figures</h3>
      <div className="figures">
        {shown.map((file) => (
          <Figure key={file.id} file={file} />
        ))}
      </div>
      {shown.length < figures.length && (
        <button type="button" onClick={() => setAsked(true)}>
          Show the other {figures.length - shown.length}
        </button>
      )}
    </>
  );
}

function Figure({ file }: { readonly file: SourceFile }): ReactNode {
  const name = nameOfPath(file.path);
  const [problem, setProblem] = useState<string>();
  const bytes = useLoaded(() => file.bytes(MAX_BYTES), [file]);
  const content = bytes.state === "loaded" ? bytes.value : undefined;
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (content === undefined) return undefined;
    // As an image nothing in it runs, whatever it is.
    const type = /\.png$/i.test(name) ? "image/png" : "image/jpeg";
    const made = URL.createObjectURL(new Blob([content.slice()], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [content, name]);
  const reason = problem ?? (bytes.state === "failed" ? errorMessage(bytes.error) : undefined);
  return (
    <figure>
      {reason !== undefined && <p role="alert">{reason}</p>}
      {reason === undefined && url !== undefined && (
        <img
          src={url}
          alt={name}
          onError={() => setProblem(`${name} is no image that the browser can show`)}
        />
      )}
      <figcaption>{name}</figcaption>
    </figure>
  );
}
