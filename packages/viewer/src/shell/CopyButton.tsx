import { errorMessage } from "@tvb-storage/files/internal";
import { type ReactNode, useEffect, useState } from "react";
import { useWorkspace } from "./workspace.js";

interface CopyButtonProps {
  /** What is copied, made when it is. */
  readonly text: () => string;
  readonly children: ReactNode;
  /** Where `children` do not say what it copies. */
  readonly label?: string;
}

/** Copies a text to the clipboard, and says so for two seconds. */
export function CopyButton({ text, children, label }: CopyButtonProps): ReactNode {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied(true);
    } catch (error) {
      useWorkspace.getState().fail(`nothing was copied: ${errorMessage(error)}`);
    }
  };
  return (
    <button type="button" aria-label={isCopied ? undefined : label} onClick={() => void copy()}>
      {isCopied ? <span role="status">Copied</span> : children}
    </button>
  );
}
