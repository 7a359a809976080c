import type { FilePort } from "@tvb-storage/files";

/** A port for reading, with a few bytes changed in memory only; the file beneath stays as it is. */
export class PatchedPort implements FilePort {
  readonly #patches: { readonly position: number; readonly bytes: Uint8Array }[] = [];

  constructor(readonly beneath: FilePort) {}

  get size(): number {
    return this.beneath.size;
  }

  read(target: Uint8Array, position: number): number {
    const count = this.beneath.read(target, position);
    for (const patch of this.#patches) {
      const start = Math.max(patch.position, position);
      const end = Math.min(patch.position + patch.bytes.length, position + count);
      if (start < end) {
        target.set(patch.bytes.subarray(start - patch.position, end - patch.position), start - position);
      }
    }
    return count;
  }

  write(data: Uint8Array, position: number): void {
    this.#patches.push({ position, bytes: data.slice() });
  }

  /** Space beyond the end shows as the end does: there is nothing to read. */
  truncate(): void {}
}
