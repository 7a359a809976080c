import { join, relative } from "node:path";

/** The command line that lists the project that was made; it works in the folder that the user typed `npm start` in. */
export function lookLine(repository: string, project: string, folder: string): string {
  const program = relative(folder, join(repository, "packages/cli/dist/main.js"));
  return ["node", program, "ls", "--tree", relative(folder, project)].map(quotedForShell).join(" ");
}

function quotedForShell(word: string): string {
  if (/^[\w./\\:-]+$/.test(word)) return word;
  return process.platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
