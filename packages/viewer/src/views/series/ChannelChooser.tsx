import { type ReactNode, useId, useRef, useState } from "react";
import { upTo } from "./series-params.js";
import { useClosedOutside } from "./use-closed-outside.js";

/** Entries that the list has at most; a filter finds the others. */
const MAX_LISTED = 300;

/** Chooses channels from a list that can be filtered. */
export function ChannelChooser({
  what,
  names,
  chosen,
  onChange,
}: {
  /** What one channel is called: `Region`. */
  readonly what: string;
  readonly names: readonly string[];
  readonly chosen: readonly number[];
  readonly onChange: (channels: readonly number[]) => void;
}): ReactNode {
  const [filter, setFilter] = useState("");
  const list = useId();
  const chooser = useRef<HTMLDetailsElement>(null);
  useClosedOutside(chooser);
  const isChosen = new Set(chosen);
  const wanted = filter.trim().toLowerCase();
  const found = upTo(names.length).filter((channel) => names[channel]?.toLowerCase().includes(wanted));
  const toggle = (channel: number) => {
    const next = new Set(chosen);
    if (!next.delete(channel)) next.add(channel);
    onChange([...next].sort((a, b) => a - b));
  };
  const add = (channels: readonly number[]) =>
    onChange([...new Set([...chosen, ...channels])].sort((a, b) => a - b));
  return (
    <details className="series-chooser" ref={chooser}>
      <summary>
        {what}: {chosen.length} of {names.length}
      </summary>
      <div className="series-chooser-list">
        <label>
          Filter{" "}
          <input
            type="search"
            value={filter}
            aria-controls={list}
            onChange={(event) => setFilter(event.target.value)}
          />
        </label>
        <span>
          <button type="button" onClick={() => (wanted === "" ? onChange(found) : add(found))}>
            {wanted === "" ? "All" : `Add these ${found.length}`}
          </button>
          <button type="button" onClick={() => onChange([])}>
            None
          </button>
        </span>
        <fieldset id={list}>
          <legend>{what}</legend>
          {found.slice(0, MAX_LISTED).map((channel) => (
            <label key={channel}>
              <input type="checkbox" checked={isChosen.has(channel)} onChange={() => toggle(channel)} />{" "}
              {names[channel]}
            </label>
          ))}
          {found.length > MAX_LISTED ? (
            <p>
              The first {MAX_LISTED} of {found.length.toLocaleString("en")}; a filter finds the others.
            </p>
          ) : null}
          {found.length === 0 ? <p>No name has this text in it.</p> : null}
        </fieldset>
      </div>
    </details>
  );
}
