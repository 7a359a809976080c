import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { elementId } from "./tree-element-id.js";
import { type TreeStep, treeStep } from "./tree-keys.js";
import type { TreeRow } from "./tree-rows.js";
import "./tree.css";

interface FileTreeProps {
  readonly rows: readonly TreeRow[];
  /** The row of what is shown. */
  readonly selected: string | undefined;
  readonly toggle: (row: TreeRow, isExpanded: boolean) => void;
  readonly choose: (row: TreeRow) => void;
  readonly close: (row: TreeRow) => void;
}

/** Of a row, in pixels; as in tree.css. */
const ROW_HEIGHT = 28;
/** Rows beyond the visible ones, so that scrolling shows no gaps. */
const MORE_ROWS = 10;
/** Letters that are typed within this time, in milliseconds, belong together. */
const TYPING_MS = 500;

/**
 * A tree by the pattern of WAI-ARIA. Only rows in sight are elements of the page, so the tree keeps the focus itself and
 * names the row that the keys act on.
 */
export function FileTree({ rows, selected, toggle, choose, close }: FileTreeProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState({ top: 0, height: 600 });
  const [reached, setReached] = useState<string>();
  const typing = useRef({ text: "", at: 0 });

  // The first one where it is not among them any more.
  const at = Math.max(
    rows.findIndex(({ id }) => id === (reached ?? selected)),
    0,
  );
  const pageRows = Math.max(1, Math.floor(scrolled.height / ROW_HEIGHT) - 1);
  const first = Math.max(0, Math.floor(scrolled.top / ROW_HEIGHT) - MORE_ROWS);
  const last = Math.min(rows.length, first + pageRows + 2 * MORE_ROWS + 2);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      setScrolled({ top: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const selectedAt = rows.findIndex(({ id }) => id === selected);
  useEffect(() => {
    setReached(selected);
  }, [selected]);
  useEffect(() => {
    if (selectedAt >= 0) scrollTo(box.current, selectedAt);
  }, [selectedAt]);

  const act = (step: TreeStep): void => {
    switch (step.does) {
      case "move":
        setReached(rows[step.to]?.id);
        scrollTo(box.current, step.to);
        return;
      case "expand":
      case "collapse":
        toggle(step.row, step.does === "expand");
        return;
      case "choose":
        chooseRow(step.row);
        return;
      case "close":
        close(step.row);
    }
  };
  const chooseRow = (row: TreeRow): void => {
    setReached(row.id);
    if (row.target.kind === "folder") toggle(row, row.isExpanded === false);
    else choose(row);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { key, timeStamp } = event;
    const isLetter = key.length === 1 && key !== " ";
    const { text, at: lastAt } = typing.current;
    const typed = isLetter ? (timeStamp - lastAt < TYPING_MS ? text : "") + key : "";
    if (isLetter) typing.current = { text: typed, at: timeStamp };
    const step = treeStep(rows, at, key, { pageRows, typed });
    if (step === undefined) return;
    event.preventDefault();
    act(step);
  };

  const active = at >= first && at < last ? rows[at] : undefined;
  return (
    <div
      role="tree"
      aria-label="Files and their contents"
      className="tree"
      ref={box}
      tabIndex={0}
      {...(active === undefined ? {} : { "aria-activedescendant": elementId(active) })}
      onKeyDown={press}
      onScroll={({ currentTarget }) =>
        setScrolled({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })
      }
    >
      <div role="presentation" style={{ height: rows.length * ROW_HEIGHT }}>
        {rows.slice(first, last).map((row, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the tree.
          // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names its active row.
          <div
            role="treeitem"
            key={row.id}
            id={elementId(row)}
            className={row === active ? "active" : undefined}
            title={row.title}
            style={{ top: (first + index) * ROW_HEIGHT, paddingInlineStart: `${row.level - 0.6}rem` }}
            aria-level={row.level}
            aria-posinset={row.position}
            aria-setsize={row.siblings}
            aria-selected={row.id === selected}
            {...(row.isExpanded === undefined ? {} : { "aria-expanded": row.isExpanded })}
            onClick={() => chooseRow(row)}
          >
            <Row row={row} toggle={toggle} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Row({ row, toggle }: { readonly row: TreeRow } & Pick<FileTreeProps, "toggle">): ReactNode {
  return (
    <>
      <span
        className="fold"
        aria-hidden="true"
        onClick={(event) => {
          if (row.isExpanded === undefined) return;
          event.stopPropagation();
          toggle(row, !row.isExpanded);
        }}
      />
      <span className="label">{row.label}</span>
      <span className="detail">{row.detail()}</span>
    </>
  );
}

function scrollTo(box: HTMLDivElement | null, index: number): void {
  if (box === null) return;
  const top = index * ROW_HEIGHT;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW_HEIGHT > box.scrollTop + box.clientHeight)
    box.scrollTop = top + ROW_HEIGHT - box.clientHeight;
}
