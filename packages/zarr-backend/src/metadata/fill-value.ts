import { allocate, elementCount, type NDArray } from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { decodeText, quoted } from "@tvb-storage/files";
import { formatJson, type Json } from "../json/exact-json.js";
import type { ArrayLayout } from "./array-layout.js";
import { parseAttribute } from "./attribute-json.js";
import type { StoredType } from "./stored-type.js";

/**
 * The fill value of a new array, all of whose chunks are stored. Version 2 has none then: xarray takes it for "missing", so
 * that zeros would come out as NaN.
 */
export function usualFill(format: 2 | 3, { kind, dtype }: StoredType): Json {
  if (format === 2) return null;
  if (kind !== "plain") return "";
  if (dtype === "bool") return false;
  if (dtype.startsWith("complex")) return [0, 0];
  return dtype.startsWith("float") ? 0 : 0n;
}

/** What other programs get for chunks that no writer has stored yet: NaN where the type has it, otherwise nothing or 0. */
export function unwrittenFill(type: StoredType): Json {
  if (type.dtype.startsWith("complex")) return ["NaN", "NaN"];
  return type.dtype.startsWith("float") ? "NaN" : usualFill(3, type);
}

/** The same array with another fill value. */
export function withFill(layout: ArrayLayout, fill: Json): ArrayLayout {
  return { ...layout, fill, json: { ...layout.json, fill_value: fill } };
}

/**
 * A chunk that is not stored: it holds the fill value, zeros where there is none.
 *
 * @throws FileStorageException the fill value is none of the array's type.
 */
export function filledChunk({ fill, type }: ArrayLayout, shape: readonly number[]): NDArray {
  const { dtype } = type;
  const data = allocate(dtype, elementCount(shape));
  const chunk = { dtype, shape, data } as NDArray; // `allocate` gave the container of its type
  if (fill === null || fill === 0n || fill === false) return chunk;
  const entries = entriesOf(fill, dtype, type.kind === "bytes");
  const per = entriesPerElement(dtype);
  if (entries.length !== per)
    throw new FileStorageException(`its fill value ${quoted(formatJson(fill))} is none of ${dtype}`);
  for (let i = 0; i < data.length; i++) data[i] = entries[i % per] as never; // of the kind that the container has
  return chunk;
}

function entriesOf(fill: Json, dtype: NDArray["dtype"], isBase64: boolean): readonly unknown[] {
  if (typeof fill === "string" && isBase64) return textsOfBase64(fill);
  // numpy gives texts the number 0 as well.
  if (dtype === "string" && fill === 0n) return [""];
  const bits = typeof fill === "string" && /^0x[0-9a-f]+$/i.test(fill) ? floatOfBits(fill, dtype) : undefined;
  if (bits !== undefined) return [bits];
  // As the one element of an attribute of this type.
  const array = parseAttribute({ dtype, shape: [1n], data: [fill] });
  return array.dtype === dtype ? Array.from<unknown>(array.data) : [];
}

/** The fill value of texts of a fixed length, without the zeros that fill it up; none where it is not base64. */
function textsOfBase64(fill: string): string[] {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(fill) || fill.length % 4 !== 0) return [];
  return [decodeText(Uint8Array.from(atob(fill), (c) => c.charCodeAt(0))).replace(/\0+$/, "")];
}

/** Version 3 has the bits of a float in hexadecimal digits, most significant first. */
function floatOfBits(text: string, dtype: NDArray["dtype"]): number | undefined {
  const view = new DataView(new ArrayBuffer(8));
  if (dtype === "float64" && text.length === 18) {
    view.setBigUint64(0, BigInt(text));
    return view.getFloat64(0);
  }
  if (dtype !== "float32" || text.length !== 10) return undefined;
  view.setUint32(0, Number(text));
  return view.getFloat32(0);
}
