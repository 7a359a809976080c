import { slice } from "@tvb-storage/core/arrays";
import { expect, it } from "vitest";
import { codeLines } from "../src/export/code-lines.js";

it("gives the lines for h5py and for hdf5 that read a selection", () => {
  expect(
    codeLines({
      location: '/data/a "b"\\c\n.h5',
      format: "HDF5",
      path: "/größe/it's",
      node: {
        path: "/größe/it's",
        kind: "dataset",
        dtype: "float64",
        shape: [100, 7, 4],
        filters: ["blosc"],
      },
      selection: [slice(10, null, 3), null, -1],
    }),
  ).toEqual({
    python: [
      "import h5py",
      "",
      'with h5py.File("/data/a \\"b\\"\\\\c\\n.h5", "r") as file:',
      '    data = file["/größe/it\'s"][10:98:3, :, 3]',
      "",
    ].join("\n"),
    javaScript: [
      'import { openAsBlob } from "node:fs";',
      'import { blobFile, open, slice } from "@tvb-storage/hdf5";',
      'import { blosc } from "@tvb-storage/hdf5/filters";',
      "",
      'const file = await open(blobFile(await openAsBlob("/data/a \\"b\\"\\\\c\\n.h5")), { filters: { ...blosc } });',
      'const data = await file.read("/größe/it\'s", { selection: [slice(10, 98, 3), null, 3] });',
      "",
    ].join("\n"),
  });
});

it("gives the lines for zarr-python and for zarr-backend", () => {
  const lines = codeLines({
    location: "https://example.org/a.zarr",
    format: "Zarr",
    path: "/group/data",
    node: { path: "/group/data", kind: "dataset", dtype: "int8", shape: [5, 6] },
  });
  expect(lines.python).toBe(
    'import zarr\n\ngroup = zarr.open_group("https://example.org/a.zarr", mode="r")\ndata = group["group/data"][...]\n',
  );
  expect(lines.javaScript).toContain('const path = "https://example.org/a.zarr";');
  expect(lines.javaScript).toContain('const data = await manager.getData("/group/data");');
});
