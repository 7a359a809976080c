import { systemErrorCode } from "@tvb-storage/core";
import type { FilePort } from "../port/file-port.js";
import type { Wasm, WasmNode, WasmStream } from "./h5wasm.js";

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

const FOLDER_MODE = 0o40777;
const FILE_MODE = 0o100666;
/** A device number of our own; with the number of the session as inode, HDF5 never takes one file for another. */
const DEVICE = 0x7476;

/** A port under the virtual name by which HDF5 opens it. */
export interface MountedFile {
  readonly name: string;
  /** The first error that the port threw; the cause of whatever HDF5 then reports. */
  failure: unknown;
  /** Drops writes from now on, so that HDF5 can close a file whose session is being rolled back. */
  discard(): void;
  unmount(): void;
}

/** (`mounted` would be Emscripten's own mark of a mount point.) */
interface PortNode extends WasmNode {
  portFile: Mounted;
}

class Mounted implements MountedFile {
  failure: unknown;
  discarding = false;
  size = 0;

  constructor(
    readonly name: string,
    readonly inode: number,
    readonly port: FilePort,
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
 * Emscripten's view of our ports: one flat folder in which each session has a
 * name of its own. Nothing else is found there, so that links of a file to
 * other files lead nowhere.
 */
export class PortMount {
  readonly #wasm: Wasm;
  readonly #point: string;
  readonly #root: WasmNode;
  readonly #nodes = new Map<Mounted, WasmNode>();
  readonly #fileOps: Pick<WasmNode, "node_ops" | "stream_ops">;
  #sessions = 0;

  constructor(wasm: Wasm, point: string) {
    this.#wasm = wasm;
    this.#point = point;
    this.#fileOps = this.#operations();
    wasm.FS.mkdir(point);
    this.#root = wasm.FS.mount({ mount: () => this.#folderNode() }, {}, point);
  }

  add(port: FilePort): MountedFile {
    this.#sessions += 1;
    const inode = this.#sessions;
    const mounted = new Mounted(`${this.#point}/${inode}`, inode, port, (file) => this.#remove(file));
    const node = this.#wasm.FS.createNode(this.#root, String(inode), FILE_MODE, 0);
    Object.assign(node, this.#fileOps, { portFile: mounted });
    this.#nodes.set(mounted, node);
    return mounted;
  }

  #remove(mounted: Mounted): void {
    const node = this.#nodes.get(mounted);
    if (node === undefined) return;
    this.#nodes.delete(mounted);
    this.#wasm.FS.destroyNode(node);
  }

  #fail(code: string): Error {
    return new this.#wasm.FS.ErrnoError(ERRNO[code] ?? 29);
  }

  #folderNode(): WasmNode {
    const node = this.#wasm.FS.createNode(null, "/", FOLDER_MODE, 0);
    node.node_ops = {
      getattr: () => attributes(0, FOLDER_MODE, 0),
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

  #operations(): Pick<WasmNode, "node_ops" | "stream_ops"> {
    const mountedOf = (node: WasmNode): Mounted => (node as PortNode).portFile; // set by `add` on every file node
    const guarded = <T>(mounted: Mounted, work: () => T): T => {
      try {
        return work();
      } catch (error) {
        mounted.failure ??= error;
        throw this.#fail(systemErrorCode(error) ?? "EIO");
      }
    };
    return {
      node_ops: {
        getattr: (node: WasmNode) => {
          const file = mountedOf(node);
          return guarded(file, () =>
            attributes(file.inode, FILE_MODE, file.discarding ? file.size : file.port.size),
          );
        },
        setattr: (node: WasmNode, change: { size?: number }) => {
          const file = mountedOf(node);
          const { size } = change;
          if (size === undefined) return;
          if (file.discarding) file.size = size;
          else guarded(file, () => file.port.truncate(size));
        },
      },
      stream_ops: {
        read: (stream: WasmStream, heap: Int8Array, offset: number, length: number, position: number) => {
          const file = mountedOf(stream.node);
          const target = new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
          return guarded(file, () => file.port.read(target, position));
        },
        write: (stream: WasmStream, heap: Int8Array, offset: number, length: number, position: number) => {
          const file = mountedOf(stream.node);
          if (file.discarding) {
            file.size = Math.max(file.size, position + length);
            return length;
          }
          const source = new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
          guarded(file, () => file.port.write(source, position));
          return length;
        },
        llseek: (stream: WasmStream, offset: number, whence: number) => {
          const file = mountedOf(stream.node);
          const base =
            whence === 1 ? stream.position : whence === 2 ? guarded(file, () => file.port.size) : 0;
          if (base + offset < 0) throw this.#fail("EINVAL");
          return base + offset;
        },
        // HDF5 syncs only what a commit syncs anyway.
        fsync: () => 0,
      },
    };
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
