import type { FilePort } from "@tvb-storage/files";
import { systemErrorCode } from "@tvb-storage/files";
import type { Wasm, WasmNode, WasmStream } from "./h5wasm.js";
import { checkHeapRead } from "./heap-guard.js";

/** Emscripten's error numbers (not Linux's). */
const ERRNO: Readonly<Record<string, number>> = {
  EACCES: 2,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ENOENT: 44,
  ENOSPC: 51,
  EPERM: 63,
  EROFS: 69,
};

/** stdin, stdout, stderr. */
const LAST_STANDARD_STREAM = 2;
const DIRECTORY_MODE = 0o40777;
const FILE_MODE = 0o100666;
/** A device number of our own; with the number of the session as inode, HDF5 never takes one file for another. */
const DEVICE = 0x7476;

/** The siblings of a file, which may hold its external content. */
export interface SiblingFiles {
  /** The file's own absolute path, with `/` separators. */
  readonly path: string;
  /** What is at an absolute path: a port for reading, a directory, or nothing. */
  find(path: string): FilePort | "directory" | undefined;
}

/** A port under the virtual name by which HDF5 opens it. */
export interface MountedFile {
  readonly name: string;
  /** The virtual directory that the file is in, where it has siblings. */
  readonly directory: string | undefined;
  /** The first error that the port threw; the cause of the errors that HDF5 reports after it. */
  failure: unknown;
  /** It is only read, and can be opened again. */
  isReadOnly: boolean;
  /** Drops writes from now on, so that HDF5 can close a file whose session is being rolled back. */
  discard(): void;
  unmount(): void;
}

/** (`mounted` would be Emscripten's own mark of a mount point.) */
interface PortNode extends WasmNode {
  portFile: PortFile;
}

interface DirectoryNode extends WasmNode {
  portDirectory: { readonly path: string; readonly mounted: Mounted };
}

/** The file of a node; failures are reported for the session that it belongs to. */
interface PortFile {
  readonly inode: number;
  readonly port: FilePort;
  readonly session: Mounted;
}

class Mounted implements MountedFile {
  failure: unknown;
  isReadOnly = false;
  discarding = false;
  size = 0;
  /** Its own first, then those of its siblings. */
  readonly nodes: WasmNode[] = [];

  constructor(
    readonly name: string,
    readonly directory: string | undefined,
    readonly port: FilePort,
    readonly siblings: SiblingFiles | undefined,
    readonly remove: (mounted: Mounted) => void,
  ) {}

  discard(): void {
    this.size = this.port.size;
    this.discarding = true;
  }

  unmount(): void {
    this.remove(this);
  }
}

/**
 * Our ports as files of Emscripten: one flat directory in which each session has a name of its own.
 * Nothing else is in it, so that links to other files find nothing. A session with siblings has a
 * directory instead, in which the siblings are found at their paths.
 */
export class PortMount {
  readonly #wasm: Wasm;
  readonly #point: string;
  readonly #root: WasmNode;
  readonly #fileOps: Pick<WasmNode, "node_ops" | "stream_ops">;
  readonly #directoryOps: Pick<WasmNode, "node_ops" | "stream_ops">;
  #inodes = 0;
  readonly #sessions = new Set<Mounted>();

  constructor(wasm: Wasm, point: string) {
    this.#wasm = wasm;
    this.#point = point;
    this.#fileOps = this.#fileOperations();
    this.#directoryOps = this.#directoryOperations();
    wasm.FS.mkdir(point);
    this.#root = wasm.FS.mount({ mount: () => this.#rootNode() }, {}, point);
  }

  add(port: FilePort, siblings?: SiblingFiles): MountedFile {
    if (siblings !== undefined) return this.#addWithin(port, siblings);
    const name = String(this.#inodes + 1);
    const mounted = new Mounted(`${this.#point}/${name}`, undefined, port, undefined, (file) =>
      this.#remove(file),
    );
    this.#addFile(mounted, this.#root, name, port);
    this.#sessions.add(mounted);
    return mounted;
  }

  #addWithin(port: FilePort, siblings: SiblingFiles): MountedFile {
    // Random: a path with `..` must not lead from one session into another.
    const session = crypto.randomUUID();
    const parts = siblings.path.split("/");
    const [drive = "", ...directories] = parts.slice(0, -1);
    const directory = [this.#point, session, ...directories].join("/");
    const fileName = parts.at(-1) ?? "";
    const mounted = new Mounted(`${directory}/${fileName}`, directory, port, siblings, (file) =>
      this.#remove(file),
    );
    let node = this.#addDirectory(mounted, this.#root, session, drive);
    let path = drive;
    for (const name of directories) {
      path = `${path}/${name}`;
      node = this.#addDirectory(mounted, node, name, path);
    }
    this.#addFile(mounted, node, fileName, port);
    this.#sessions.add(mounted);
    return mounted;
  }

  /** Whether HDF5 has no file open that is still used: none of ours, none of another user of h5wasm in this process. */
  get isIdle(): boolean {
    return !this.#isInUse(() => true);
  }

  /** Whether HDF5 has no file open that would be lost where it is reset. */
  get isLosable(): boolean {
    return !this.#isInUse(({ isReadOnly }) => !isReadOnly);
  }

  #isInUse(counts: (session: Mounted) => boolean): boolean {
    const isForeign = (stream: WasmStream | null | undefined, fd: number): boolean =>
      fd > LAST_STANDARD_STREAM && !!stream && !("portFile" in stream.node);
    return [...this.#sessions].some(counts) || this.#wasm.FS.streams.some(isForeign);
  }

  /** Closes what HDF5 has open here, without HDF5. */
  closeStreams(): void {
    const { FS } = this.#wasm;
    for (const stream of [...FS.streams]) {
      if (stream && "portFile" in stream.node) FS.close(stream);
    }
  }

  #remove(mounted: Mounted): void {
    this.#sessions.delete(mounted);
    for (const node of mounted.nodes.splice(0)) this.#wasm.FS.destroyNode(node);
  }

  #addFile(session: Mounted, parent: WasmNode, name: string, port: FilePort): WasmNode {
    this.#inodes += 1;
    const node = this.#wasm.FS.createNode(parent, name, FILE_MODE, 0);
    const portFile: PortFile = { inode: this.#inodes, port, session };
    session.nodes.push(Object.assign(node, this.#fileOps, { portFile }));
    return node;
  }

  #addDirectory(mounted: Mounted, parent: WasmNode, name: string, path: string): WasmNode {
    const node = this.#wasm.FS.createNode(parent, name, DIRECTORY_MODE, 0);
    mounted.nodes.push(Object.assign(node, this.#directoryOps, { portDirectory: { path, mounted } }));
    return node;
  }

  #fail(code: string): Error {
    return new this.#wasm.FS.ErrnoError(ERRNO[code] ?? 29);
  }

  #rootNode(): WasmNode {
    const node = this.#wasm.FS.createNode(null, "/", DIRECTORY_MODE, 0);
    node.node_ops = {
      getattr: () => attributes(0, DIRECTORY_MODE, 0),
      // Names that exist are found in Emscripten's table of nodes before this is asked.
      lookup: () => {
        throw this.#fail("ENOENT");
      },
      mknod: () => {
        throw this.#fail("EROFS");
      },
    };
    node.stream_ops = {};
    return node;
  }

  #directoryOperations(): Pick<WasmNode, "node_ops" | "stream_ops"> {
    return {
      node_ops: {
        getattr: () => attributes(0, DIRECTORY_MODE, 0),
        lookup: (parent: WasmNode, name: string) => {
          const { path: directory, mounted } = (parent as DirectoryNode).portDirectory; // set by #addDirectory on every directory node
          const path = `${directory}/${name}`;
          const found = guarded(
            mounted,
            () => mounted.siblings?.find(path),
            (code) => this.#fail(code),
          );
          if (found === undefined) throw this.#fail("ENOENT");
          return found === "directory"
            ? this.#addDirectory(mounted, parent, name, path)
            : this.#addFile(mounted, parent, name, found);
        },
        mknod: () => {
          throw this.#fail("EROFS");
        },
      },
      stream_ops: {},
    };
  }

  #fileOperations(): Pick<WasmNode, "node_ops" | "stream_ops"> {
    const fileOf = (node: WasmNode): PortFile => (node as PortNode).portFile; // set by #addFile on every file node
    const attempt = <T>(file: PortFile, work: () => T): T =>
      guarded(file.session, work, (code) => this.#fail(code));
    return {
      node_ops: {
        getattr: (node: WasmNode) => {
          const file = fileOf(node);
          const { session, port, inode } = file;
          return attempt(file, () =>
            attributes(inode, FILE_MODE, session.discarding ? session.size : port.size),
          );
        },
        setattr: (node: WasmNode, change: { size?: number }) => {
          const file = fileOf(node);
          const { size } = change;
          if (size === undefined) return;
          if (file.session.discarding) file.session.size = size;
          else attempt(file, () => file.port.truncate(size));
        },
      },
      stream_ops: {
        read: (stream: WasmStream, heap: Int8Array, offset: number, length: number, position: number) => {
          const file = fileOf(stream.node);
          const target = new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
          return attempt(file, () => {
            const count = file.port.read(target, position);
            checkHeapRead(file.port, target.subarray(0, count), position);
            return count;
          });
        },
        write: (stream: WasmStream, heap: Int8Array, offset: number, length: number, position: number) => {
          const file = fileOf(stream.node);
          const { session } = file;
          if (session.discarding) {
            session.size = Math.max(session.size, position + length);
            return length;
          }
          const source = new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
          attempt(file, () => file.port.write(source, position));
          return length;
        },
        llseek: (stream: WasmStream, offset: number, whence: number) => {
          const file = fileOf(stream.node);
          const base =
            whence === 1 ? stream.position : whence === 2 ? attempt(file, () => file.port.size) : 0;
          if (base + offset < 0) throw this.#fail("EINVAL");
          return base + offset;
        },
        // HDF5 syncs only what a commit syncs anyway.
        fsync: () => 0,
      },
    };
  }
}

/** Runs what may fail with an error of the system, which becomes one of Emscripten's. */
function guarded<T>(mounted: Mounted, work: () => T, fail: (code: string) => Error): T {
  try {
    return work();
  } catch (error) {
    mounted.failure ??= error;
    throw fail(systemErrorCode(error) ?? "EIO");
  }
}

function attributes(inode: number, mode: number, size: number): object {
  const epoch = new Date(0);
  return {
    dev: DEVICE,
    ino: inode,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size,
    atime: epoch,
    mtime: epoch,
    ctime: epoch,
    blksize: 4096,
    blocks: Math.ceil(size / 512),
  };
}
