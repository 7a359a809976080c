import type { Figure } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { readArgument } from "@tvb-storage/files/internal";

// TypeScript refuses these; callers in plain JavaScript get a message in place of a TypeError from within.

/** @throws FileStructureException `value` is no object; `what` names it, and `example` shows one. */
export function checkObject(value: unknown, what: string, example: string): void {
  const isObject = readArgument(
    what,
    () => typeof value === "object" && value !== null && !Array.isArray(value),
  );
  if (isObject) return;
  throw new FileStructureException(`${what} must be an object, as in ${example}; found ${quoted(value)}`);
}

/** @throws FileStructureException `value` is no list of paths; one path alone is none. */
export function checkPathList(value: unknown): void {
  if (readArgument("the paths to remove", () => Array.isArray(value))) return;
  const found = typeof value === "string" ? `the text ${quoted(value)}` : quoted(value);
  throw new FileStructureException(
    `the paths to remove must be a list, as in removeFiles(["a.h5", "b.h5"]); found ${found}`,
  );
}

/** @throws FileStructureException `figure` does not say its project. */
export function checkFigure(figure: Figure): { readonly projectName: string; readonly filePath: string } {
  const example = '{ project: { name: "Epilepsy" }, filePath: "fig.png" }';
  checkObject(figure, "a figure", example);
  return readArgument("a figure", () => {
    const { project, filePath } = figure;
    checkObject(project, "the project of a figure", example);
    return { projectName: project.name, filePath };
  });
}
