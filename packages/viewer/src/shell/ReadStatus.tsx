import { type ReactNode, useCallback, useSyncExternalStore } from "react";
import type { SourceFile } from "../sources/source.js";

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes in the unit that fits: `2 GiB`, `12.3 KiB`. */
function bytesText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 100 ? Number(value.toFixed(1)) : Math.round(value)} ${UNITS[power]}`;
}

/** How much of a file was read: no more than what was looked at. */
export function ReadStatus({ file }: { readonly file: SourceFile }): ReactNode {
  const { reads, size } = file;
  const subscribe = useCallback(
    (listener: () => void) => reads?.subscribe(listener) ?? (() => undefined),
    [reads],
  );
  const bytes = useSyncExternalStore(subscribe, () => reads?.bytes);
  if (bytes === undefined) return null;
  return (
    <p className="read-status" data-bytes-read={bytes}>
      {`Read ${bytesText(bytes)}${size === undefined ? "" : ` of ${bytesText(size)}`}`}
    </p>
  );
}
