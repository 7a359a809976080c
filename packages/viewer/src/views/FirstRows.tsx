import type { ReactNode } from "react";
import type { ViewProps } from "./view.js";

interface Props extends Pick<ViewProps, "setParams"> {
  readonly shown: number;
  readonly all: number;
}

/** Below a table that has its first rows only: how many there are, and a button for all of them (`all=yes` of the address). */
export function FirstRows({ shown, all, setParams }: Props): ReactNode {
  if (shown === all) return null;
  return (
    <p>
      The first {shown} of {all}.{" "}
      <button type="button" onClick={() => setParams({ all: "yes" })}>
        Show all
      </button>
    </p>
  );
}
