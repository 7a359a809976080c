import { type ReactNode, useEffect, useState } from "react";
import { dropped } from "../sources/dropped.js";
import { opening } from "./opening.js";

/** Takes files and folders that are dropped anywhere on the page, and says so while they are above it. */
export function OpenDrop(): ReactNode {
  const [isAbove, setAbove] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      setAbove(true);
    };
    const leave = ({ relatedTarget }: DragEvent): void => {
      // From one element of the page to another it is still above the page.
      if (relatedTarget === null) setAbove(false);
    };
    const drop = (event: DragEvent): void => {
      setAbove(false);
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      void opening(dropped(event.dataTransfer));
    };
    const leaves = new AbortController();
    const options = { signal: leaves.signal };
    window.addEventListener("dragover", over, options);
    window.addEventListener("dragleave", leave, options);
    window.addEventListener("drop", drop, options);
    return () => leaves.abort();
  }, []);
  return isAbove && <div className="drop-target">Drop files or folders to open them</div>;
}
