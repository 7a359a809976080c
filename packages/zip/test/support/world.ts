import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import type { FileSystem } from "@tvb-storage/files";
import { createMemoryFs } from "@tvb-storage/testkit";
import { afterAll, describe } from "vitest";

/** What node:fs and memfs share and the tests use beside the port. */
type TestFs = typeof nodeFs & Omit<FileSystem, keyof typeof nodeFs>;

export interface World {
  readonly fs: TestFs;
  /** An empty folder. */
  readonly root: string;
}

const folders: string[] = [];

/** A fresh folder on the disk, removed when the tests of the file are done. */
export function diskWorld(): World {
  const root = nodeFs.realpathSync(nodeFs.mkdtempSync(`${tmpdir()}/tvb-zip-`));
  folders.push(root);
  return { fs: nodeFs, root };
}

export function memoryWorld(): World {
  // memfs has all of node:fs that the tests call; only its types differ in details.
  return { fs: createMemoryFs({ "/work/.keep": "" }) as unknown as TestFs, root: "/work" };
}

function cleanUp(): void {
  for (const folder of folders.splice(0)) nodeFs.rmSync(folder, { recursive: true, force: true });
}

afterAll(cleanUp);

/** Runs the same tests on memfs and on the disk. */
export function describeOnBoth(name: string, tests: (world: () => World) => void): void {
  describe(`${name}, on memfs`, () => tests(() => emptied(memoryWorld())));
  describe(`${name}, on the disk`, () => tests(diskWorld));
}

function emptied(world: World): World {
  world.fs.unlinkSync(`${world.root}/.keep`);
  return world;
}

export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Writes files by relative path, with the folders they need; a path that ends in `/` is an empty folder. */
export function plant({ fs, root }: World, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const full = `${root}/${path}`;
    fs.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    if (!path.endsWith("/")) fs.writeFileSync(full, content);
  }
}

/** The tree below a path as text (bytes as characters); folders that are empty with a `/` at their end. */
export function harvest(
  fs: Pick<TestFs, "readdirSync" | "lstatSync" | "readFileSync">,
  path: string,
): Record<string, string> {
  const tree: Record<string, string> = {};
  const walk = (folder: string, below: string): void => {
    const names = fs.readdirSync(folder).map(String).sort();
    if (names.length === 0 && below !== "") tree[below] = "";
    for (const name of names) {
      const stats = fs.lstatSync(`${folder}/${name}`);
      if (stats.isDirectory()) walk(`${folder}/${name}`, `${below}${name}/`);
      else if (stats.isSymbolicLink()) tree[below + name] = "(link)";
      else tree[below + name] = Buffer.from(fs.readFileSync(`${folder}/${name}`)).toString("latin1");
    }
  };
  walk(path, "");
  return tree;
}
