import { isAbsolute, join, relative } from "node:path";

/**
 * The command lines that list the project that was made, and show it in the browser; they work in the folder that the user
 * typed `npm start` in.
 */
export function lookLines(repository: string, project: string, folder: string): string[] {
  const program = pathIn(folder, join(repository, "packages/cli/dist/main.js"));
  return [["ls", "--tree"], ["view"]].map((command) =>
    ["node", program, ...command, pathIn(folder, project)].map(quotedForShell).join(" "),
  );
}

/** What is elsewhere by its whole path, not by steps out of the folder. */
function pathIn(folder: string, path: string): string {
  const steps = relative(folder, path);
  return steps.startsWith("..") || isAbsolute(steps) ? path : steps;
}

function quotedForShell(word: string): string {
  if (/^[\w./\\:-]+$/.test(word)) return word;
  return process.platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
