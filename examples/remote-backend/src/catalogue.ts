import { DATA_TYPES, type NDArray } from "@tvb-storage/core";
import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { z } from "zod";
import { decodeArray, encodeArray, sha256 } from "./array-bytes.js";

// The catalogue of a file: its nodes as JSON, after a line with the format and the checksum of the JSON.

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
  /** The name of the object with the elements, its length and its checksum. */
  object: z.uuid(),
  bytes: z.int(),
  sha256: z.string(),
});
// Lists of pairs: an object would lose the name "__proto__".
const node = z.object({
  attributes: z.array(z.tuple([z.string(), attribute])),
  dataset: dataset.optional(),
});
const catalogue = z.array(z.tuple([z.string(), node]));

/** A dataset, as it is in the catalogue. */
export type StoredObject = z.infer<typeof dataset>;

export interface Node {
  readonly attributes: ReadonlyMap<string, NDArray>;
  /** Undefined for a group. */
  readonly dataset?: StoredObject | undefined;
}

export async function formatCatalogue(nodes: ReadonlyMap<string, Node>): Promise<string> {
  const listed = [...nodes].map(([path, { attributes, dataset }]): z.infer<typeof catalogue>[number] => {
    const values = [...attributes].map(([name, value]): [string, z.infer<typeof attribute>] => {
      const base64 = Buffer.from(encodeArray(value)).toString("base64");
      return [name, { dtype: value.dtype, shape: [...value.shape], base64 }];
    });
    return [path, { attributes: values, dataset }];
  });
  const json = JSON.stringify(listed);
  return `${FORMAT} ${await sha256(new TextEncoder().encode(json))}\n${json}`;
}

/** @throws IncompatibleFileManagerException it is no catalogue, or a damaged one. */
export async function parseCatalogue(content: Uint8Array): Promise<Map<string, Node>> {
  try {
    const end = content.indexOf(10);
    const json = content.subarray(end + 1);
    const header = `${FORMAT} ${await sha256(json)}`;
    if (new TextDecoder().decode(content.subarray(0, end)) !== header)
      throw new TypeError(`it does not begin with "${header}"`);
    const listed = catalogue.parse(JSON.parse(new TextDecoder().decode(json)));
    return new Map(
      listed.map(([path, { attributes, dataset }]) => {
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
