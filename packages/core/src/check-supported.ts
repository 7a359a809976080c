import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { encodeText, hasEscapedBytes, quoted } from "@tvb-storage/files";
import type { DataType } from "./data-type.js";
import type { NDArray } from "./ndarray-type.js";
import { resolveAxis } from "./shape.js";
import type { BackendCapabilities } from "./storage-backend.js";
import type { LayoutOptions } from "./storage-manager.js";

// What a backend does not support is refused; nothing else is done instead.

type Supports = BackendCapabilities;

/** @throws FileStructureException a change of what is only read. */
export function checkWritable({ readOnly }: Pick<Supports, "readOnly">): void {
  if (readOnly === true)
    throw new FileStructureException("it is only read: this kind of store is not written");
}

/**
 * Of a dataset that is to be created: what is stored over an existing one takes the type of that one.
 *
 * @throws FileStorageException a type that the backend does not store.
 */
export function checkType({ dtypes }: Pick<Supports, "dtypes">, dtype: DataType): void {
  if (!dtypes.includes(dtype))
    throw new FileStorageException(
      `this backend does not store ${dtype}; give it as one of ${dtypes.join(", ")} (the option dtype, or a typed array)`,
    );
}

/** @throws FileStorageException a compression that the backend does not offer. */
export function checkCompression(supports: Supports, { compression }: LayoutOptions): void {
  if (compression !== undefined && !supports.compression.includes("gzip"))
    throw new FileStorageException("this backend does not compress: gzip is not offered");
  if (typeof compression === "object" && compression.shuffle && !supports.compression.includes("shuffle"))
    throw new FileStorageException("this backend does not shuffle: store it with { gzip } alone");
}

/**
 * @throws FileStructureException rows that are a scalar, or an axis that they do not have.
 * @throws FileStorageException an axis along which the backend does not append.
 */
export function checkGrowable({ growableAxes }: Supports, { shape }: NDArray, growDimension: number): void {
  if (growableAxes === "none") throw new FileStorageException("this backend does not append");
  if (shape.length === 0)
    throw new FileStructureException("a scalar cannot be appended; append an array with at least one axis");
  if (resolveAxis(growDimension, shape.length) > 0 && growableAxes === "first")
    throw new FileStorageException("this backend appends along the first axis only: give growDimension: 0");
}

/**
 * Texts with bytes that are not UTF-8 (see `decodeText`), where the backend cannot store them.
 *
 * @throws FileStructureException there are some in the path, a name or an array.
 */
export function checkCharacters(
  { escapedBytes }: Supports,
  path: string,
  arrays: Iterable<readonly [name: string, NDArray]> = [],
): void {
  if (escapedBytes === true) return;
  const refuse = (what: string): never => {
    throw new FileStructureException(`${what} has bytes that are not UTF-8, which this backend cannot store`);
  };
  if (hasEscapedBytes(path)) refuse(`the name ${quoted(path)}`);
  for (const [name, array] of arrays) {
    if (hasEscapedBytes(name)) refuse(`the key ${quoted(name)}`);
    const text = array.dtype === "string" ? array.data.find(hasEscapedBytes) : undefined;
    if (text !== undefined) refuse(`the text ${quoted(text)}`);
  }
}

/** @throws FileStructureException a text takes more bytes than a string of a fixed length has. */
export function checkStringLength({ data }: NDArray, stringLength: number | undefined): void {
  if (stringLength === undefined || !Array.isArray(data)) return;
  data.forEach((text, index) => {
    const { length } = encodeText(text);
    if (length > stringLength)
      throw new FileStructureException(
        `string ${index} (${quoted(text)}) takes ${length} bytes where ${stringLength} fit (stringLength)`,
      );
  });
}
