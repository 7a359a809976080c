import { type BlockSource, elementCount, type NDArray, shapeText } from "@tvb-storage/core";
import {
  decodeNpyElements,
  entriesPerElement,
  NPY_START_BYTES,
  type NpyHeader,
  parseNpyHeader,
} from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import {
  type FileHandle,
  type FileSystem,
  type LongOptions,
  nameInError,
  reportProgress,
  throwIfAborted,
} from "@tvb-storage/files";
import { readAll } from "@tvb-storage/files/internal";

const BLOCK_BYTES = 4 * 2 ** 20;
/** An array in Fortran order is read whole, to be put into C order. */
const MAX_FORTRAN_BYTES = 256 * 2 ** 20;

/** What a .npy file holds, as `storeData` takes it: scalars and arrays in Fortran order at once, others in blocks. */
export type NpyContent = NDArray | BlockSource;

/**
 * Opens a .npy file for as long as `work` takes.
 *
 * @throws FileStructureException no .npy file, a damaged one, or one whose length is not what its header says.
 * @throws FileStorageException a type that has no counterpart here.
 */
export async function readNpy<T>(
  fs: FileSystem,
  path: string,
  work: (content: NpyContent) => Promise<T>,
  options: LongOptions = {},
): Promise<T> {
  let handle: FileHandle;
  try {
    handle = await fs.promises.open(path, "r");
  } catch (error) {
    throw nameInError(error, path);
  }
  try {
    return await work(await contentOf(handle, path, (await fs.promises.stat(path)).size, options));
  } finally {
    await handle.close();
  }
}

async function contentOf(
  handle: FileHandle,
  path: string,
  size: number | bigint,
  options: LongOptions,
): Promise<NpyContent> {
  try {
    const start = new Uint8Array(Math.min(NPY_START_BYTES, Number(size)));
    const header = parseNpyHeader(start.subarray(0, await readAll(handle, start, 0)));
    const { dtype, shape, elementBytes, dataStart, fortranOrder } = header;
    const bytes = elementCount(shape) * elementBytes;
    if (dataStart + bytes !== Number(size))
      throw new FileStructureException(
        `it has ${Number(size) - dataStart} bytes of elements; ${bytes} are those of shape ${shapeText(shape)}`,
      );
    const isFortran = fortranOrder && shape.filter((length) => length > 1).length > 1;
    if (!isFortran && shape.length > 0)
      return { dtype, shape, blocks: blocksOf(handle, path, header, options) };
    if (bytes > MAX_FORTRAN_BYTES)
      throw new FileStructureException(
        `it is in Fortran order and has ${bytes} bytes; save numpy.ascontiguousarray(a) of more than ${MAX_FORTRAN_BYTES}`,
      );
    const whole = decodeNpyElements(header, shape, await readExactly(handle, dataStart, bytes));
    return isFortran ? inCOrder(whole) : whole;
  } catch (error) {
    throw nameInError(error, path);
  }
}

async function* blocksOf(
  handle: FileHandle,
  path: string,
  header: NpyHeader,
  { signal, onProgress }: LongOptions,
): AsyncGenerator<NDArray> {
  const [rows = 0, ...rest] = header.shape;
  const rowBytes = elementCount(rest) * header.elementBytes;
  const step = Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, rowBytes)));
  for (let row = 0; row < rows; row += step) {
    throwIfAborted(signal, path);
    const count = Math.min(step, rows - row);
    const shape = [count, ...rest];
    try {
      const bytes = await readExactly(handle, header.dataStart + row * rowBytes, count * rowBytes);
      yield decodeNpyElements(header, shape, bytes);
    } catch (error) {
      throw nameInError(error, path);
    }
    reportProgress(onProgress, (row + count) * rowBytes, rows * rowBytes, path);
  }
}

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  if ((await readAll(handle, bytes, position)) < length)
    throw new FileStructureException("it became shorter while it was read");
  return bytes;
}

/** The array whose elements lie in Fortran order in `array`. */
function inCOrder(array: NDArray): NDArray {
  const { shape, dtype } = array;
  const width = entriesPerElement(dtype);
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape) {
    strides.push(stride);
    stride *= length;
  }
  const from = array.data as ArrayLike<unknown> & { slice(): unknown }; // entries are only moved
  const data = from.slice() as { [index: number]: unknown };
  const index = shape.map(() => 0);
  let source = 0;
  for (let element = 0; element < elementCount(shape); element++) {
    for (let part = 0; part < width; part++) data[element * width + part] = from[source * width + part];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      source += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      source -= next * (strides[axis] ?? 0);
    }
  }
  return { ...array, data } as NDArray; // the same container, in another order
}
