import type { Figure } from "@tvb-storage/core";
import { optionRules, quoted } from "@tvb-storage/files";
import { checkArgument, readArgument } from "@tvb-storage/files/internal";

// TypeScript refuses these; callers in plain JavaScript get a message instead of a TypeError from inside.

/** @throws FileStructureException `value` is no object; `what` names it, and `example` shows one. */
export function checkObject(value: unknown, what: string, example: string): void {
  checkArgument(value, what, { ...optionRules.object, expected: `an object, as in ${example}` });
}

/** @throws FileStructureException `value` is no list of paths; one path alone is none. */
export function checkPathList(value: unknown): void {
  checkArgument(value, "the paths to remove", {
    ...optionRules.list,
    expected: 'a list, as in removeFiles(["a.h5", "b.h5"])',
    nameOf: (found) => (typeof found === "string" ? `the text ${quoted(found)}` : undefined),
  });
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
