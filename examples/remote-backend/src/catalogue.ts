import { DATA_TYPES, type NDArray } from "@tvb-storage/core";
import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { z } from "zod";
import { decodeArray, encodeArray } from "./array-bytes.js";

// The catalogue of a file: its nodes as JSON.

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** Numbers are stored as in memory, so a catalogue of another byte order is one of another format. */
const FORMAT = `tvb-objects/1 ${littleEndian ? "little-endian" : "big-endian"}`;

const arrayType = { dtype: z.enum(DATA_TYPES), shape: z.array(z.int().min(0)) };
const attribute = z.object({ ...arrayType, base64: z.base64() });
const dataset = z.object({
  ...arrayType,
  growAxis: z.int().optional(),
  /** Of this dataset alone: one that takes its path later has another. */
  id: z.uuid(),
  /** The name of the object with the elements, and its length. */
  object: z.uuid(),
  bytes: z.int(),
});
// Lists of pairs: an object would lose the name "__proto__".
const node = z.object({
  attributes: z.array(z.tuple([z.string(), attribute])),
  dataset: dataset.optional(),
});
const catalogue = z.object({ format: z.literal(FORMAT), nodes: z.array(z.tuple([z.string(), node])) });

type Listed = z.infer<typeof catalogue>["nodes"][number];

/** A dataset, as it is in the catalogue. */
export type StoredObject = z.infer<typeof dataset>;

export interface Node {
  readonly attributes: ReadonlyMap<string, NDArray>;
  /** Undefined for a group. */
  readonly dataset?: StoredObject | undefined;
}

export function formatCatalogue(nodes: ReadonlyMap<string, Node>): string {
  const listed = [...nodes].map(([path, { attributes, dataset }]): Listed => {
    const values = [...attributes].map(([name, value]): [string, z.infer<typeof attribute>] => {
      const base64 = Buffer.from(encodeArray(value)).toString("base64");
      return [name, { dtype: value.dtype, shape: [...value.shape], base64 }];
    });
    return [path, { attributes: values, dataset }];
  });
  return JSON.stringify({ format: FORMAT, nodes: listed });
}

/** @throws IncompatibleFileManagerException it is no catalogue, or a damaged one. */
export function parseCatalogue(content: Uint8Array): Map<string, Node> {
  try {
    const { nodes } = catalogue.parse(
      JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(content)),
    );
    return new Map(
      nodes.map(([path, { attributes, dataset }]) => {
        const values = attributes.map(([name, { dtype, shape, base64 }]) => {
          return [name, decodeArray(dtype, shape, new Uint8Array(Buffer.from(base64, "base64")))] as const;
        });
        return [path, { attributes: new Map(values), dataset }];
      }),
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IncompatibleFileManagerException(`it has no catalogue that can be read: ${reason}`, { cause });
  }
}
