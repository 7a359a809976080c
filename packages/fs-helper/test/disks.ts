import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import type { FileSystem } from "@tvb-storage/files";
import { createMemoryFs, type MemoryFileSystem } from "@tvb-storage/testkit";
import { afterEach, beforeEach, describe } from "vitest";
import { FilesHelper, type FilesHelperOptions } from "../src/index.js";

/** A fresh folder on some file system, what is asked of it in tests, and a helper whose storage root is in it. */
export class TestDisk {
  constructor(
    readonly fs: MemoryFileSystem,
    /** The storage root; its parent is for what lies outside. */
    readonly root: string,
    readonly isMemory: boolean,
  ) {}

  get outside(): string {
    return `${this.root.slice(0, this.root.lastIndexOf("/"))}/outside`;
  }

  helper(options: Partial<FilesHelperOptions> = {}): FilesHelper {
    return new FilesHelper({ storageRoot: this.root, fs: this.fs, ...options });
  }

  write(path: string, content: string | Uint8Array = "content"): string {
    this.fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.fs.writeFileSync(path, content);
    return path;
  }

  read(path: string): string {
    return String(this.fs.readFileSync(path, "utf8"));
  }

  /** Names in a folder, sorted. */
  list(path: string): string[] {
    return this.fs.readdirSync(path).map(String).sort();
  }

  mode(path: string): number {
    return Number(this.fs.statSync(path).mode) & 0o777;
  }

  /** Every path in a folder ("" is the root) with its content, folders with null. */
  tree(path: string): Record<string, string | null> {
    const found: Record<string, string | null> = {};
    const walk = (folder: string, prefix: string): void => {
      for (const name of this.list(folder || "/")) {
        const inner = `${folder}/${name}`;
        const isFolder = this.fs.lstatSync(inner).isDirectory();
        found[prefix + name] = isFolder ? null : this.read(inner);
        if (isFolder) walk(inner, `${prefix}${name}/`);
      }
    };
    walk(path, "");
    return found;
  }
}

/** What the calls of a file system are replaced by, in `promises`. */
type Replacements = Partial<FileSystem["promises"]>;

/** `fs` with some calls of `promises` replaced. */
export function withPromises<F extends FileSystem>(
  fs: F,
  replace: (promises: F["promises"]) => Replacements,
): F {
  const promises = bound(fs.promises, replace(fs.promises));
  return bound(fs, { promises });
}

function bound<T extends object>(target: T, replacements: object): T {
  return new Proxy(target, {
    get(_target, property) {
      if (property in replacements) return Reflect.get(replacements, property);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** Where a path of a call is: paths of open folders (`/proc/self/fd/N/name`) are known to the system alone. */
export function placeOf(fs: FileSystem, path: string): string {
  const cut = path.lastIndexOf("/");
  if (/^[/]proc[/]self[/]fd[/][0-9]+$/.test(path)) return String(fs.realpathSync?.(path));
  return `${fs.realpathSync?.(path.slice(0, cut) || "/")}${path.slice(cut)}`;
}

/** Folders that stand for devices: a rename from one to another fails as it does between devices. */
export function onDevices<F extends FileSystem>(fs: F, devices: readonly string[]): F {
  const deviceOf = (path: string): number => {
    const place = placeOf(fs, path);
    return devices.findIndex((device) => place.startsWith(`${device}/`));
  };
  return withPromises(fs, (promises) => ({
    rename: (from, to) =>
      deviceOf(from) === deviceOf(to) ? promises.rename(from, to) : Promise.reject(systemError("EXDEV")),
  }));
}

/** Runs tests on the disk and on memfs, each with a fresh folder. */
export function describeOnDisks(name: string, tests: (disk: () => TestDisk) => void): void {
  describe.each(["on disk", "on memfs"])(`${name}, %s`, (where) => {
    let disk: TestDisk | undefined;
    let folder = "";
    beforeEach(() => {
      if (where === "on memfs") {
        disk = new TestDisk(createMemoryFs(), "/data/storage", true);
        disk.fs.mkdirSync("/data");
        return;
      }
      folder = nodeFs.mkdtempSync(`${nodeFs.realpathSync(tmpdir())}/fs-helper-`);
      // memfs's type is that of node:fs but for overloads, which the tests do not use.
      disk = new TestDisk(nodeFs as unknown as MemoryFileSystem, `${folder}/storage`, false);
    });
    afterEach(() => {
      if (folder !== "") nodeFs.rmSync(folder, { recursive: true, force: true });
    });
    tests(() => {
      if (disk === undefined) throw new Error("only in tests");
      return disk;
    });
  });
}
