import { type ReactNode, useState } from "react";
import { fileOfDatatype, gidOf } from "../../project/related.js";
import { FileLink } from "../../shell/FileLink.js";
import { shownFile, useWorkspace } from "../../shell/workspace.js";
import type { ShownValue } from "./described-attribute.js";

// What is shown at first, and what is shown at most.
const SOME_ELEMENTS = 100;
const MAX_ELEMENTS = 10_000;
const SOME_LETTERS = 2000;
const MAX_LETTERS = 200_000;
/** Levels of a structure below which its JSON is shown. */
const MAX_DEPTH = 8;

/** The value of an attribute; of a long one the beginning, until all is asked for. */
export function AttributeValueText({ value }: { readonly value: ShownValue }): ReactNode {
  switch (value.kind) {
    case "text":
      return (
        <>
          <Text text={value.text} />
          {value.unit !== undefined && ` ${value.unit}`}
        </>
      );
    case "structure":
      return <Structure value={value.structure} depth={0} />;
    case "elements":
      return <Elements count={value.count} element={(index) => <Text text={value.element(index)} />} />;
    case "unreadable":
      return <span className="unreadable">a value of this type cannot be shown</span>;
  }
}

/** A text; the GID of a datatype that is open is a link to it. */
function Text({ text }: { readonly text: string }): ReactNode {
  const sources = useWorkspace((workspace) => workspace.sources);
  const own = useWorkspace((workspace) => shownFile(workspace.sources, workspace.shown));
  const [isAsked, setAsked] = useState(false);
  const gid = gidOf(text);
  const file = gid === undefined ? undefined : fileOfDatatype(sources, gid, own);
  if (file !== undefined && file !== own) return <FileLink file={file}>{text}</FileLink>;
  const length = isAsked ? MAX_LETTERS : SOME_LETTERS;
  if (text.length <= length) return text;
  return (
    <>
      {text.slice(0, length)}…{" "}
      <More
        isAsked={isAsked}
        ask={() => setAsked(true)}
        total={`${text.length} characters`}
        most={MAX_LETTERS}
      />
    </>
  );
}

interface ElementsProps {
  readonly count: number;
  readonly element: (index: number) => ReactNode;
}

function Elements({ count, element }: ElementsProps): ReactNode {
  const [isAsked, setAsked] = useState(false);
  const shown = Math.min(count, isAsked ? MAX_ELEMENTS : SOME_ELEMENTS);
  if (count === 0) return <span className="faint">empty</span>;
  return (
    <>
      <ul className="elements">
        {Array.from({ length: shown }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an element is known by its place.
          <li key={index}>{element(index)}</li>
        ))}
      </ul>
      {shown < count && (
        <More isAsked={isAsked} ask={() => setAsked(true)} total={`${count} elements`} most={MAX_ELEMENTS} />
      )}
    </>
  );
}

interface MoreProps {
  readonly isAsked: boolean;
  readonly ask: () => void;
  readonly total: string;
  readonly most: number;
}

function More({ isAsked, ask, total, most }: MoreProps): ReactNode {
  if (isAsked)
    return (
      <span className="faint">
        the first {most} of {total}
      </span>
    );
  return (
    <button type="button" onClick={ask}>
      Show all {total}
    </button>
  );
}

/** What JSON says: objects as names and values, lists as elements. */
function Structure({ value, depth }: { readonly value: unknown; readonly depth: number }): ReactNode {
  if (typeof value === "string") return <Text text={value} />;
  if (typeof value !== "object" || value === null) return String(value);
  if (depth === MAX_DEPTH) return <Text text={JSON.stringify(value)} />;
  if (Array.isArray(value))
    return (
      <Elements
        count={value.length}
        element={(index) => <Structure value={value[index]} depth={depth + 1} />}
      />
    );
  const entries = Object.entries(value);
  if (entries.length === 0) return <span className="faint">empty</span>;
  return (
    <dl>
      {entries.slice(0, SOME_ELEMENTS).map(([key, each]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>
            <Structure value={each} depth={depth + 1} />
          </dd>
        </div>
      ))}
      {entries.length > SOME_ELEMENTS && (
        <div className="faint">and {entries.length - SOME_ELEMENTS} more, which “as stored” shows</div>
      )}
    </dl>
  );
}
