import { describe, expect, it } from "vitest";
import { createBackendRegistry, namedBackend } from "../src/backend-registry.js";
import type { BackendOptions, StorageBackend } from "../src/storage-backend.js";
import type { StorageManager } from "../src/storage-manager.js";
import { structureError, thrown } from "./thrown.js";

interface Opened {
  readonly backend: string;
  readonly path: string;
  readonly options: BackendOptions | undefined;
}

function backend(name: string, opened: Opened[] = []): StorageBackend {
  return {
    name,
    fileExtension: `.${name}`,
    supports: {
      dtypes: [],
      growableAxes: "none",
      compression: [],
      removal: false,
      fields: false,
      atomicCommit: false,
      crossProcessLock: false,
      storedAs: "file",
    },
    open: (path, options) => {
      opened.push({ backend: name, path, options });
      return { path } as StorageManager; // nothing else of it is asked for
    },
  };
}

describe("createBackendRegistry", () => {
  it("opens with the backend of the name", () => {
    const opened: Opened[] = [];
    const registry = createBackendRegistry([backend("h5", opened), backend("zarr", opened)]);
    const options = { dataVersion: 6 };
    expect(registry.open("zarr", "/a/b", options).path).toBe("/a/b");
    registry.open("h5", "/c");
    expect(opened).toEqual([
      { backend: "zarr", path: "/a/b", options },
      { backend: "h5", path: "/c", options: undefined },
    ]);
    expect(registry.names).toEqual(["h5", "zarr"]);
  });

  it("lists the names that it has where one is unknown", () => {
    const registry = createBackendRegistry([backend("h5"), backend("zarr")]);
    const error = thrown(() => registry.open("H5", "/a"), "UNSUPPORTED_FILE_STORAGE");
    expect(error.message).toBe('there is no storage backend "H5" (registered: h5, zarr)');
    const empty = createBackendRegistry([]);
    expect(thrown(() => empty.open("constructor", "/a"), "UNSUPPORTED_FILE_STORAGE").message).toContain(
      "none is registered",
    );
  });

  it("refuses two backends of one name", () => {
    expect(structureError(() => createBackendRegistry([backend("h5"), backend("h5")])).message).toContain(
      '"h5"',
    );
  });

  it("finds the backend by the extension of a path, and the first one for others", () => {
    const registry = createBackendRegistry([backend("h5"), backend("zarr")]);
    expect(registry.forPath("/a/b.ZARR").name).toBe("zarr");
    expect(registry.forPath("/a/b.zarr//").name).toBe("zarr");
    expect(registry.forPath("/a/recording.nwb").name).toBe("h5");
    expect(namedBackend(registry, "/a/b.zarr")?.name).toBe("zarr");
    expect(namedBackend(registry, "/a/recording.nwb")).toBeUndefined();
    expect(
      thrown(() => createBackendRegistry([]).forPath("/a.h5"), "UNSUPPORTED_FILE_STORAGE").message,
    ).toContain("none is registered");
  });

  it("finds the backend of an address by its scheme, whatever the address ends with", () => {
    const remote = { ...backend("remote"), schemes: ["s3", "http"] };
    const registry = createBackendRegistry([backend("h5"), backend("zarr"), remote]);
    expect(registry.forPath("s3://bucket/a.zarr").name).toBe("remote");
    expect(registry.forPath("HTTP://host/a.h5").name).toBe("remote");
    expect(registry.forPath("C://a.zarr").name).toBe("zarr");
    expect(namedBackend(registry, "gs://bucket/a.zarr")).toBeUndefined();
    expect(thrown(() => registry.forPath("gs://bucket/a.zarr"), "UNSUPPORTED_FILE_STORAGE").message).toBe(
      'there is no storage backend for "gs://bucket/a.zarr" (addresses that are opened: s3://, http://)',
    );
    expect(
      thrown(() => createBackendRegistry([backend("h5")]).forPath("s3://a"), "UNSUPPORTED_FILE_STORAGE")
        .message,
    ).toContain("give the path of a file");
  });

  it("shares nothing with another registry", () => {
    createBackendRegistry([backend("h5")]);
    expect(createBackendRegistry([]).names).toEqual([]);
  });
});
