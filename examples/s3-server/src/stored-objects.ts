import type { ObjectIndex } from "./object-index.js";

/** The objects of a server, for tests: what is done here is no request. */
export interface StoredObjects {
  /** All of a bucket, by their keys. */
  entries(bucket: string): Promise<Map<string, Uint8Array>>;
  put(bucket: string, key: string, content: Uint8Array): Promise<void>;
  delete(bucket: string, key: string): Promise<void>;
}

export function storedObjects(index: ObjectIndex): StoredObjects {
  return {
    async entries(bucket) {
      const all = new Map<string, Uint8Array>();
      for (const key of index.keys(bucket)) {
        const { bytes } = await index.open(bucket, key, ({ size }) => ({ start: 0, end: size }));
        all.set(key, new Uint8Array(Buffer.concat((await bytes?.toArray()) ?? [])));
      }
      return all;
    },
    async put(bucket, key, content) {
      const parts = async function* () {
        yield content;
      };
      await index.put(bucket, key, await index.receive(parts()), {});
    },
    delete: (bucket, key) => index.delete(bucket, key, {}),
  };
}
