import type { JsonObject } from "../json/exact-json.js";

/** A codec that turns bytes into bytes, as one array is stored with it. */
export interface BytesCodec {
  /** As `listNodes` names it. */
  readonly name: string;
  encode(bytes: Uint8Array): Promise<Uint8Array>;
  /** @param limit Bytes that the result has at most: a codec that makes more of its input stops there. */
  decode(bytes: Uint8Array, limit: number): Promise<Uint8Array>;
  /** As it is in the metadata of version 2 and 3. */
  readonly version2: JsonObject;
  readonly version3: JsonObject;
  /** Bytes that it adds to any input; undefined where that depends on the input. */
  readonly adds?: number;
}
