import { isWithin, parentOf } from "@tvb-storage/files/internal";
import { createMemoryFs, type MemoryFileSystem } from "../memory-fs.js";

/** One change of a disk. Files are identified by number, so that a write finds its file after a rename. */
export type DiskOperation =
  | { readonly kind: "create"; readonly file: number; readonly path: string; readonly mode: number }
  | { readonly kind: "write"; readonly file: number; readonly position: number; readonly data: Uint8Array }
  | { readonly kind: "truncate"; readonly file: number; readonly length: number }
  | { readonly kind: "chmod"; readonly file: number; readonly mode: number }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "link"; readonly path: string; readonly existing: string }
  | { readonly kind: "unlink"; readonly path: string }
  | { readonly kind: "mkdir"; readonly path: string }
  | { readonly kind: "rmdir"; readonly path: string };

interface DiskFile {
  readonly content: Uint8Array;
  readonly mode: number;
}

/** The content of a disk at one moment. */
export interface DiskImage {
  readonly files: ReadonlyMap<number, DiskFile>;
  readonly names: ReadonlyMap<string, number>;
  readonly folders: ReadonlySet<string>;
  /** The number that the next file gets. */
  readonly nextFile: number;
}

export function imageOf(fs: MemoryFileSystem): DiskImage {
  const files = new Map<number, DiskFile>();
  const names = new Map<string, number>();
  const folders = new Set<string>();
  const walk = (folder: string): void => {
    for (const name of fs.readdirSync(folder || "/")) {
      const path = `${folder}/${String(name)}`;
      const stats = fs.statSync(path);
      if (stats.isDirectory()) {
        folders.add(path);
        walk(path);
        continue;
      }
      names.set(path, files.size);
      const content = fs.readFileSync(path);
      files.set(files.size, {
        content: new Uint8Array(Buffer.from(content)),
        mode: Number(stats.mode) & 0o7777,
      });
    }
  };
  walk("");
  return { files, names, folders, nextFile: files.size };
}

function resized(content: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(content.subarray(0, length));
  return result;
}

function written(content: Uint8Array, position: number, data: Uint8Array): Uint8Array {
  const result = resized(content, Math.max(content.length, position + data.length));
  result.set(data, position);
  return result;
}

/** The disk after `operations`; operations on a lost file or name are skipped. */
export function replay(start: DiskImage, operations: readonly DiskOperation[]): DiskImage {
  const files = new Map(start.files);
  const names = new Map(start.names);
  const folders = new Set(start.folders);
  const change = (file: number, next: (old: DiskFile) => DiskFile): void => {
    const old = files.get(file);
    if (old !== undefined) files.set(file, next(old));
  };
  for (const operation of operations) {
    switch (operation.kind) {
      case "create":
        files.set(operation.file, { content: new Uint8Array(), mode: operation.mode });
        names.set(operation.path, operation.file);
        break;
      case "write":
        change(operation.file, (old) => ({
          ...old,
          content: written(old.content, operation.position, operation.data),
        }));
        break;
      case "truncate":
        change(operation.file, (old) => ({ ...old, content: resized(old.content, operation.length) }));
        break;
      case "chmod":
        change(operation.file, (old) => ({ ...old, mode: operation.mode }));
        break;
      case "rename":
        rename(names, folders, operation.from, operation.to);
        break;
      case "link": {
        const file = names.get(operation.existing);
        if (file !== undefined) names.set(operation.path, file);
        break;
      }
      case "unlink":
        names.delete(operation.path);
        break;
      case "mkdir":
        folders.add(operation.path);
        break;
      case "rmdir":
        folders.delete(operation.path);
        break;
    }
  }
  return { files, names, folders, nextFile: start.nextFile };
}

function rename(names: Map<string, number>, folders: Set<string>, from: string, to: string): void {
  const moved = (path: string): string | undefined =>
    isWithin(from, path) ? to + path.slice(from.length) : undefined;
  for (const [path, file] of [...names]) {
    const target = moved(path);
    if (target === undefined) continue;
    names.delete(path);
    names.set(target, file);
  }
  for (const path of [...folders]) {
    const target = moved(path);
    if (target === undefined) continue;
    folders.delete(path);
    folders.add(target);
  }
}

export function imageToFs(image: DiskImage): MemoryFileSystem {
  const fs = createMemoryFs();
  for (const folder of [...image.folders].sort()) fs.mkdirSync(folder, { recursive: true });
  for (const [path, file] of image.names) {
    const found = image.files.get(file);
    if (found === undefined) continue;
    fs.mkdirSync(parentOf(path), { recursive: true });
    fs.writeFileSync(path, found.content);
    fs.chmodSync(path, found.mode & 0o7777);
  }
  return fs;
}
