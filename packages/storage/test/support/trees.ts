import { readdirSync } from "node:fs";

/** The relative paths of all files beneath a folder, sorted; empty where it is missing. */
export function filesBelow(
  folder: string,
  fs: { readdirSync: typeof readdirSync } = { readdirSync },
): string[] {
  let entries: ReturnType<typeof listed>;
  try {
    entries = listed(folder, fs);
  } catch {
    return [];
  }
  return entries
    .flatMap(({ name, isFolder }) =>
      isFolder ? filesBelow(`${folder}/${name}`, fs).map((below) => `${name}/${below}`) : [name],
    )
    .sort();
}

function listed(folder: string, fs: { readdirSync: typeof readdirSync }) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
}
