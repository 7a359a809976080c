import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { datatypeName } from "../../src/datatypes/datatype-name.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import type { DatasetInfo } from "../../src/objects/object-info.js";
import { MemoryPort } from "./memory-port.js";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Described {
  links: Record<string, [string, ...unknown[]]>;
  objects: Record<string, Record<string, unknown>>;
}

describeWith(h5py).each([
  ["earliest", "v108", 0],
  ["earliest", "latest", 512],
  ["v108", "v108", 0],
  ["v108", "v110", 1024],
  ["v110", "v110", 0],
  ["latest", "latest", 0],
] as const)(
  "the structure of a file that h5py wrote with libver (%s, %s) and a user block of %i",
  (low, high, userblock) => {
    const file = temporaryFolder("structure");
    let described: Described;
    let structure: Hdf5Structure;
    const dataset = (path: string): DatasetInfo => {
      const found = structure.object(structure.resolve(path)?.address ?? -1);
      if (found.kind !== "dataset") throw new Error(`${path} is a ${found.kind}`);
      return found;
    };

    beforeAll(() => {
      const path = file("sample.h5");
      execFileSync(h5py.command, [here("sample-file.py"), path, low, high, String(userblock)]);
      described = JSON.parse(
        execFileSync(h5py.command, [here("describe-file.py"), path], { encoding: "utf8" }),
      );
      structure = new Hdf5Structure(new MemoryPort(new Uint8Array(readFileSync(path))));
    });
    it("has the links that h5py lists", () => {
      const links: Record<string, unknown> = {};
      const walk = (address: number, path: string) => {
        for (const link of structure.links(address)) {
          const at = `${path}/${link.name}`;
          if (link.kind === "hard") {
            links[at] = ["hard", link.address];
            if (structure.object(link.address).kind === "group") walk(link.address, at);
          } else if (link.kind === "soft") links[at] = ["soft", link.path];
          else if (link.kind === "external") links[at] = ["external", link.file, link.path];
        }
      };
      walk(structure.root, "");
      expect(links).toEqual(described.links);
    });

    it("finds each object by its path", () => {
      for (const [path, object] of Object.entries(described.objects)) {
        expect(structure.resolve(path)?.address, path).toBe(object["address"]);
      }
      expect(structure.resolve("/no/such")).toBeUndefined();
      expect(structure.resolve("/types/i1/below")).toBeUndefined();
      expect(structure.resolve("/group1000/child1000")).toBeUndefined();
    });

    it("follows soft links inside the file, and ends at a loop", () => {
      expect(structure.resolve("/links/soft")?.address).toBe(described.objects["/types/i1"]?.["address"]);
      expect(structure.resolve("/links/soft_relative")).toMatchObject({
        address: described.objects["/links/sub/leaf"]?.["address"],
        name: "leaf",
        link: { kind: "soft", name: "soft_relative" },
      });
      expect(structure.resolve("/links/up/leaf")?.name).toBe("leaf");
      expect(structure.resolve("/links/soft_loop")).toBeUndefined();
      expect(structure.resolve("/links/dangling")).toBeUndefined();
      expect(structure.resolve("/links/external")).toBeUndefined();
      expect(structure.trace("/links/external/x/y")).toMatchObject({
        kind: "outside",
        link: { file: "other.h5", path: "/a/b" },
        rest: "x/y",
      });
    });

    it("describes each object as h5py does", () => {
      for (const [path, expected] of Object.entries(described.objects)) {
        const found = structure.object(Number(expected["address"]));
        expect({ path, kind: found.kind, linkCount: found.linkCount }).toEqual({
          path,
          kind: expected["kind"],
          linkCount: expected["linkCount"],
        });
        if (found.kind !== "dataset") continue;
        expect({
          path,
          space: found.dataspace.kind,
          shape: found.dataspace.shape,
          maxShape: found.dataspace.maxShape,
          layout: found.layout.class,
          chunks: found.layout.class === "chunked" ? found.layout.chunkShape : null,
          filters: found.filters.map((filter) => filter.id),
          storedBytes: structure.storedBytes(found),
        }).toEqual({
          path,
          space: expected["space"],
          shape: expected["shape"],
          maxShape: expected["maxShape"],
          layout: expected["layout"],
          chunks: expected["chunks"],
          filters: expected["filters"],
          storedBytes: expected["storedBytes"],
        });
        if (found.layout.class === "contiguous" && found.layout.address !== undefined) {
          expect(structure.file.positionOf(found.layout.address), path).toBe(expected["offset"]);
        }
      }
    });

    it("names each datatype", () => {
      const names = Object.fromEntries(
        structure
          .links(structure.resolve("/types")?.address ?? -1)
          .filter((link) => link.name !== "named")
          .map((link) => [link.name, datatypeName(dataset(`/types/${link.name}`).datatype)]),
      );
      expect(names).toEqual({
        i1: "int8",
        u1: "uint8",
        le_i2: "int16",
        be_i2: "int16",
        le_u4: "uint32",
        be_u4: "uint32",
        le_i8: "int64",
        be_u8: "uint64",
        le_f2: "float16",
        be_f2: "float16",
        le_f4: "float32",
        be_f4: "float32",
        le_f8: "float64",
        be_f8: "float64",
        bool: "bool",
        c8: "complex64",
        c16: "complex128",
        fixed: "string[3]",
        text: "string",
        vlen: "vlen of int32",
        enum: "enum of int16",
        opaque: "opaque[4]",
        record: "compound {x: float64, n: compound {a: int32, b: int16}, arr: array[2, 3] of float32}",
        reference: "object reference",
        of_named: "float32",
        int12: "int12 (odd precision)",
        bfloat16: "bfloat16",
        bits: "bitfield16",
      });
    });

    it("reads fill values and filter parameters", () => {
      const filled = dataset("/layouts/filled").fillValue;
      expect(filled.kind).toBe("defined");
      expect(new Float32Array(filled.bytes?.slice().buffer ?? new ArrayBuffer(0))).toEqual(
        new Float32Array([3.5]),
      );
      expect(dataset("/layouts/contiguous").fillValue.kind).toBe("default");
      expect(dataset("/layouts/fixed_gzip").filters).toMatchObject([
        { name: "shuffle" },
        { name: "gzip", clientData: [4] },
        { name: "fletcher32" },
      ]);
      expect(dataset("/layouts/two_unlimited_gzip").filters).toMatchObject([{ name: "lzf" }]);
      expect(dataset("/layouts/scaled").filters).toMatchObject([{ name: "scaleoffset" }]);
    });
  },
);
