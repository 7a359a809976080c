import type { ReactNode } from "react";
import type { SourceFile } from "../sources/source.js";
import { useAddressOf } from "./use-address-of.js";
import { placeOfFile, useWorkspace } from "./workspace.js";

interface FileLinkProps {
  readonly file: SourceFile;
  readonly children: ReactNode;
}

/** A link to a file that is open. */
export function FileLink({ file, children }: FileLinkProps): ReactNode {
  const sources = useWorkspace((workspace) => workspace.sources);
  const addressOf = useAddressOf();
  return (
    <a href={addressOf(placeOfFile(sources, file))} title={file.path}>
      {children}
    </a>
  );
}
