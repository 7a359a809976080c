import { type FileHandle, open } from "node:fs/promises";

const BLOCK_BYTES = 1 << 20;

/** True where two files hold the same bytes. */
export async function haveSameBytes(a: string, b: string): Promise<boolean> {
  const left = await open(a);
  try {
    const right = await open(b);
    try {
      return await sameContent(left, right);
    } finally {
      await right.close();
    }
  } finally {
    await left.close();
  }
}

async function sameContent(left: FileHandle, right: FileHandle): Promise<boolean> {
  const { size } = await left.stat();
  if ((await right.stat()).size !== size) return false;
  for (let position = 0; position < size; position += BLOCK_BYTES) {
    const length = Math.min(BLOCK_BYTES, size - position);
    const [a, b] = await Promise.all([read(left, length, position), read(right, length, position)]);
    if (!a.equals(b)) return false;
  }
  return true;
}

async function read(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
