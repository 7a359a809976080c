import type { ReactNode } from "react";
import type { Source } from "../sources/source.js";
import { opening } from "./opening.js";
import { useWorkspace } from "./workspace.js";

/** What is open, each with what could not be opened of it, and a button that closes it. */
export function OpenSources(): ReactNode {
  const { sources, closeSource } = useWorkspace();
  if (sources.length === 0) return null;
  return (
    <ul className="open-sources" aria-label="Opened">
      {sources.map((source) => (
        <li key={source.id}>
          <div>
            <span>{source.name}</span>
            <button type="button" aria-label={`Close ${source.name}`} onClick={() => closeSource(source.id)}>
              ×
            </button>
          </div>
          <Archives {...source} />
          <Problems {...source} />
          <LeftOut {...source} />
        </li>
      ))}
    </ul>
  );
}

function Archives({ archives = [] }: Source): ReactNode {
  if (archives.length === 0) return null;
  return (
    <details>
      <summary>{archives.length === 1 ? "1 ZIP archive" : `${archives.length} ZIP archives`}</summary>
      <ul>
        {archives.map(({ path, open }) => (
          <li key={path}>
            <button
              type="button"
              className="link"
              aria-label={`Open ${path}`}
              onClick={() => opening([open()])}
            >
              {path}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Problems({ problems }: Source): ReactNode {
  if (problems.length === 0) return null;
  return (
    <details>
      <summary>
        {problems.length === 1 ? "1 cannot be opened" : `${problems.length} cannot be opened`}
      </summary>
      <ul>
        {problems.map(({ path, reason }, i) => (
          // Of an archive with several entries of one name, each is said.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes.
          <li key={i}>
            {path}: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Maximum names that are shown of files that are no data. */
const MAX_NAMES = 100;

function LeftOut({ leftOut = [] }: Source): ReactNode {
  if (leftOut.length === 0) return null;
  return (
    <details>
      <summary>{leftOut.length === 1 ? "1 other file" : `${leftOut.length} other files`}</summary>
      <ul>
        {leftOut.slice(0, MAX_NAMES).map((path) => (
          <li key={path}>{path}</li>
        ))}
        {leftOut.length > MAX_NAMES && <li>and {leftOut.length - MAX_NAMES} more</li>}
      </ul>
    </details>
  );
}
