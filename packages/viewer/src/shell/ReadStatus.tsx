import { type ReactNode, useCallback, useSyncExternalStore } from "react";
import type { SourceFile } from "../sources/source.js";
import { byteText } from "../text/byte-text.js";

/** How much of a file was read: no more than what was looked at. */
export function ReadStatus({ file }: { readonly file: SourceFile }): ReactNode {
  const { reads } = file;
  const subscribe = useCallback(
    (listener: () => void) => reads?.subscribe(listener) ?? (() => undefined),
    [reads],
  );
  const bytes = useSyncExternalStore(subscribe, () => reads?.bytes);
  if (bytes === undefined) return null;
  const size = file.size ?? reads?.size;
  return (
    <p className="read-status" data-bytes-read={bytes}>
      {`Read ${byteText(bytes)}${size === undefined ? "" : ` of ${byteText(size)}`}`}
    </p>
  );
}
