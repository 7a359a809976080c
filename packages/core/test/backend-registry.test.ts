import { describe, expect, it } from "vitest";
import { createBackendRegistry } from "../src/backend-registry.js";
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
    expect(registry.forPath("s3://bucket/a.ZARR").name).toBe("zarr");
    expect(registry.forPath("/a/recording.nwb").name).toBe("h5");
    expect(
      thrown(() => createBackendRegistry([]).forPath("/a.h5"), "UNSUPPORTED_FILE_STORAGE").message,
    ).toContain("none is registered");
  });

  it("shares nothing with another registry", () => {
    createBackendRegistry([backend("h5")]);
    expect(createBackendRegistry([]).names).toEqual([]);
  });
});
