// The sources that variants edit, below `packages/`.

export const calls = "core/src/abstract-storage-manager.ts";
export const manager = "core/src/transaction-storage-manager.ts";
export const queue = "core/src/transaction-queue.ts";
export const open = "core/src/open-transaction.ts";
export const nodes = "core/src/transaction-nodes.ts";
export const supported = "core/src/check-supported.ts";
export const backend = "testkit/src/memory/memory-storage-manager.ts";
export const transaction = "testkit/src/memory/memory-transaction.ts";
export const marker = "testkit/src/memory/marker-file.ts";
export const window = "core/src/selection-window.ts";
export const existing = "core/src/existing-dataset.ts";
export const systemErrors = "files/src/file-exception.ts";
export const naming = "files/src/name-in-error.ts";
export const selection = "core/src/selection.ts";
export const metadata = "core/src/metadata.ts";
export const convert = "core/src/convert.ts";
export const nodePath = "core/src/node-path.ts";
export const concatenate = "core/src/concatenate.ts";
export const blocks = "core/src/blocks.ts";
export const dataTypes = "core/src/data-type.ts";
export const nested = "core/src/flatten-nested.ts";
export const arrays = "core/src/ndarray.ts";
export const shapes = "core/src/shape.ts";
export const buffer = "core/src/storage-buffer.ts";
export const accumulator = "core/src/row-accumulator.ts";
export const options = "core/src/options.ts";
