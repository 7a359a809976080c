import type { ListedObject, ReadableStore, StoredObject } from "@tvb-storage/zarr-backend";
import { isZarrDocument } from "./file-kind.js";

/** A file of a chosen or dropped folder. Its size is asked for when it is needed: a hierarchy may have a million files. */
export interface FoundFile {
  /** From the chosen folder on, with its name: `Epilepsy/1/Connectivity_<gid>.h5`. */
  readonly path: string;
  file(): Promise<File>;
}

/** The files of a Zarr hierarchy by their keys, read only, as objects of a store. */
export function folderStore(label: string, files: ReadonlyMap<string, FoundFile>): ReadableStore {
  // All of a hierarchy that has no consolidated metadata are asked for by each read. A chosen file that changes cannot be
  // read any more, so that they stay true.
  const documents = new Map<string, Promise<Uint8Array | undefined>>();
  const part = async (key: string, start = 0, end?: number): Promise<Uint8Array | undefined> => {
    const file = await files.get(key)?.file();
    return file && new Uint8Array(await file.slice(start, end).arrayBuffer());
  };
  return {
    label,
    hasFolders: true,
    async get(key) {
      if (!isZarrDocument(key.slice(key.lastIndexOf("/") + 1))) return object(await part(key));
      const document = documents.get(key) ?? part(key);
      documents.set(key, document);
      return object(await document);
    },
    getRange(key, range) {
      if ("length" in range) return part(key, range.offset, range.offset + range.length);
      // A negative start counts from the end; one of 0 would be the beginning.
      return range.suffix === 0 ? part(key, 0, 0) : part(key, -range.suffix);
    },
    async list(prefix): Promise<ListedObject[]> {
      return [...files.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key }));
    },
  };
}

function object(bytes: Uint8Array | undefined): StoredObject | undefined {
  return bytes && { bytes };
}

/** The objects of a store whose keys begin with `prefix`, without it. */
export function storeBeneath(store: ReadableStore, prefix: string): ReadableStore {
  const { list } = store;
  return {
    label: `${store.label}/${prefix.replace(/\/$/, "")}`,
    ...(store.hasFolders === undefined ? {} : { hasFolders: store.hasFolders }),
    get: (key, options) => store.get(prefix + key, options),
    getRange: (key, range, options) => store.getRange(prefix + key, range, options),
    ...(list === undefined
      ? {}
      : {
          list: async (keys, options) =>
            (await list.call(store, prefix + keys, options)).map((object) => ({
              ...object,
              key: object.key.slice(prefix.length),
            })),
        }),
  };
}
