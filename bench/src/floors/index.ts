import type { MakeWorkload } from "../bench-case.js";
import { gzipRead, gzipStore, read, store } from "./dataset.js";
import { readFiles, writePieces } from "./files.js";
import { column, rows } from "./rows.js";
import { xmlWrite } from "./xml.js";

const ATTRIBUTE_BYTES = 64;
const SMALL_BYTES = 76 * 8;
const writeAttributes = writePieces({ count: "calls", bytes: ATTRIBUTE_BYTES });

/** The floors by the name of their case. They import nothing of ours, so that their memory is that of Node alone. */
export const floors: Readonly<Record<string, MakeWorkload>> = {
  store,
  read,
  "gzip-store": gzipStore,
  "gzip-read": gzipRead,
  "shuffle-read": gzipRead,
  "small-chunks-store": store,
  "small-chunks-read": read,
  "zarr-gzip-store": gzipStore,
  "zarr-gzip-read": gzipRead,
  "zarr-rows": rows(true),
  "zarr-rows-gzip": rows(true),
  "zarr-append": writePieces({ count: "blocks", bytes: 100 * SMALL_BYTES }),
  "zarr-attributes": writePieces({ count: "attributes", bytes: ATTRIBUTE_BYTES }),
  "zarr-attributes-once": writePieces({ count: "attributes", bytes: ATTRIBUTE_BYTES, keepOpen: true }),
  "zarr-store": store,
  "zarr-read": read,
  "zarr-blosc-store": store,
  "zarr-blosc-read": read,
  "zarr-loop-gzip-store": gzipStore,
  "zarr-loop-gzip-read": gzipRead,
  "loop-store": store,
  "loop-read": read,
  "loop-gzip-store": gzipStore,
  "loop-gzip-read": gzipRead,
  "rows-close": rows(true),
  "rows-open": rows(false),
  column: column,
  "column-chunked": column,
  "append-open": writePieces({ count: "blocks", bytes: SMALL_BYTES, keepOpen: true }),
  "append-close": writePieces({ count: "blocks", bytes: SMALL_BYTES }),
  "append-100-open": writePieces({ count: "blocks", bytes: 100 * SMALL_BYTES, keepOpen: true }),
  "set-attribute": writeAttributes,
  "set-new-numbers": writeAttributes,
  "set-new-texts": writeAttributes,
  "replace-texts": writeAttributes,
  "read-attributes": readFiles("calls", ({ shared }) => `${shared}/attributes.h5`),
  "store-small": writePieces({ count: "datasets", bytes: SMALL_BYTES }),
  "remove-small": writePieces({ count: "datasets", bytes: ATTRIBUTE_BYTES }),
  "list-tree": readFiles(undefined, ({ shared }) => `${shared}/tree.h5`),
  "project-versions": readFiles(
    "files",
    ({ shared }, i) => `${shared}/operation_${i % 50}/TimeSeries_${i}.h5`,
  ),
  "xml-write": xmlWrite,
  "xml-parse": readFiles("files", ({ shared }, i) => `${shared}/Operation_${i}.xml`),
};
