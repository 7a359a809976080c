import type { Figure } from "@tvb-storage/core";
import { quoted } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";

// TypeScript refuses these; callers in plain JavaScript get a message in place of a TypeError from within.

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value;
}

/** @throws FileStructureException `value` is no object; `what` names it, and `example` shows one. */
export function checkObject(value: unknown, what: string, example: string): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new FileStructureException(`${what} must be an object, as in ${example}; found ${kindOf(value)}`);
}

/** @throws FileStructureException `value` is no list of paths; one path alone is none. */
export function checkPathList(value: unknown): void {
  if (Array.isArray(value)) return;
  const found = typeof value === "string" ? `the text ${quoted(value)}` : kindOf(value);
  throw new FileStructureException(
    `the paths to remove must be a list, as in removeFiles(["a.h5", "b.h5"]); found ${found}`,
  );
}

/** @throws FileStructureException `figure` does not say its project. */
export function checkFigure(figure: Figure): void {
  const example = '{ project: { name: "Epilepsy" }, filePath: "fig.png" }';
  checkObject(figure, "a figure", example);
  checkObject(figure.project, "the project of a figure", example);
}
