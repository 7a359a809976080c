import type { ReactNode } from "react";
import { useWorkspace } from "./workspace.js";

/** What could not be opened, until the user has read it. */
export function Failures(): ReactNode {
  const { failures, dismissFailure, dismissFailures } = useWorkspace();
  if (failures.length === 0) return null;
  return (
    <div className="failures">
      {failures.map((failure) => (
        <div role="alert" key={failure}>
          <span>{failure}</span>
          <button type="button" onClick={() => dismissFailure(failure)} aria-label={`Dismiss: ${failure}`}>
            Dismiss
          </button>
        </div>
      ))}
      {failures.length > 1 && (
        <button type="button" onClick={dismissFailures}>
          Dismiss all {failures.length}
        </button>
      )}
    </div>
  );
}
