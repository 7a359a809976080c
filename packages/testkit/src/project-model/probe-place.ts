import type { TreeFs } from "./observe-tree.js";

/** The bits that new folders do not get here; memfs has no umask. */
export function umaskOf(fs: TreeFs, folder: string): number {
  const probe = `${folder}/umask`;
  fs.mkdirSync(probe, { mode: 0o777 });
  const mode = Number(fs.lstatSync(probe).mode) & 0o777;
  fs.rmSync(probe, { recursive: true });
  return 0o777 & ~mode;
}

/** memfs cannot rename in a folder that a link leads to. */
export function canRenameThroughLinks(fs: TreeFs, folder: string): boolean {
  const [real, link] = [`${folder}/real`, `${folder}/link`];
  fs.mkdirSync(`${real}/a`, { recursive: true });
  fs.symlinkSync(real, link);
  try {
    fs.renameSync(`${link}/a`, `${link}/b`);
    return true;
  } catch {
    return false;
  } finally {
    fs.unlinkSync(link);
    fs.rmSync(real, { recursive: true });
  }
}
