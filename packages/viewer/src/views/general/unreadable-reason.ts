import { isDataType, type NodeInfo } from "@tvb-storage/core/arrays";

/** Why nothing of a node can be read; undefined where something can, as far as is known before. */
export function unreadableReason({ kind, path, dtype = "", reason }: NodeInfo): string | undefined {
  if (kind === "unreadable") return `${path} cannot be read: ${reason}`;
  if (kind !== "dataset") return undefined;
  if (reason !== undefined) return `The values of ${path} cannot be read: ${reason}`;
  // Of a compound, fields are read.
  if (isDataType(dtype) || dtype.startsWith("compound")) return undefined;
  return `The values of ${path} have the type ${dtype}, which is not read`;
}
