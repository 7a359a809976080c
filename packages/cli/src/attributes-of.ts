import { encodeMetadata, type NDArray, type StorageManager } from "@tvb-storage/core";

/** The attributes of a node as they are stored. */
export interface StoredAttributes {
  /** By the names under which they are stored, with the prefix `TVB_`; a single value has the shape `[]`. */
  readonly arrays: ReadonlyMap<string, NDArray>;
  /** Those of types that cannot be represented: name and type. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Of a manager that does not tell how attributes are stored, as this one would store them. */
export async function attributesOf(manager: StorageManager, path: string): Promise<StoredAttributes> {
  const unreadable = new Map<string, string>();
  const options = {
    skipUnreadable: true,
    onUnreadable: (name: string, type: string) => void unreadable.set(name, type),
  };
  const arrays =
    (await manager.getAttributes?.(path, options)) ??
    encodeMetadata(await manager.getMetadata(path, options));
  return { arrays, unreadable };
}
