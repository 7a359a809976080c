import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { HDF5StorageManager, verify } from "@tvb-storage/h5-backend";
import { expect } from "vitest";
import { FIXTURES, runPython } from "../../../../test/support/h5py.js";
import { h5diff } from "../../../../test/support/judges.js";
import { copyStorage } from "../../src/index.js";

export const manager = (path: string): HDF5StorageManager => new HDF5StorageManager(path);
/** What h5py and HDF5's own calls say of every object: types byte for byte, layouts, filters, links, attributes. */
const DESCRIBE = `
def text(value):
    return repr(np.asarray(value).tolist()) if value is not None else "nothing"
def describe_type(t):
    return t.get_class(), t.get_size(), bytes(t.encode()).hex() if not t.committed() else "committed"
def attributes(o):
    found = {}
    for name in o.attrs:
        a = h5py.h5a.open(o.id, name.encode("utf8", "surrogateescape"))
        try: value = text(o.attrs[name])
        except Exception as e: value = type(e).__name__
        if a.get_type().get_class() in (h5py.h5t.REFERENCE,) or "reference" in value.lower(): value = "reference"
        found[name] = [describe_type(a.get_type())[:2], a.shape, value]
    return found
def describe(o):
    if isinstance(o, h5py.Dataset):
        p = o.id.get_create_plist()
        filters = [list(p.get_filter(i)) for i in range(p.get_nfilters())]
        return ["dataset", describe_type(o.id.get_type()), o.shape, o.maxshape, o.chunks, repr(filters), p.get_layout(), p.fill_value_defined(), p.get_fill_time(), p.get_attr_creation_order(), attributes(o)]
    if isinstance(o, h5py.Datatype): return ["datatype", describe_type(o.id)[:2], attributes(o)]
    p = h5py.h5g.open(o.id, b".").get_create_plist()
    return ["group", p.get_link_creation_order(), p.get_attr_creation_order(), attributes(o), sorted((n, type(o.get(n, getlink=True)).__name__) for n in o)]
def whole(f):
    found, met = {}, set()
    def walk(o, path):
        info = h5py.h5o.get_info(o.id)
        if (info.fileno, info.addr) in met: return
        met.add((info.fileno, info.addr))
        found[path] = [describe(o), info.rc]
        if isinstance(o, h5py.Group):
            for n in o:
                if isinstance(o.get(n, getlink=True), h5py.HardLink):
                    try: walk(o[n], path + "/" + n)
                    except Exception as e: found[path + "/" + n] = type(e).__name__
    walk(f, "")
    return found
`;

/** The paths of what h5py finds different in two files, with both descriptions. */
export function differences(a: string, b: string): readonly (readonly string[])[] {
  const script = `${DESCRIBE}
a, b = (whole(h5py.File(p, "r")) for p in sys.argv[1:3])
print(json.dumps([[k, repr(a.get(k)), repr(b.get(k))] for k in sorted(set(a) | set(b)) if repr(a.get(k)) != repr(b.get(k))], ensure_ascii=True))`;
  return JSON.parse(runPython(script, a, b));
}

/** Files with addresses of four bytes, where what is of variable length is not copied. */
const REPORTED: Readonly<Record<string, readonly string[]>> = {
  "sizes-4-8.h5": ["/group", "/group/text"],
  "sizes-4.h5": ["/group", "/group/text"],
  "small-earliest.h5": ["/raw"],
  "small-latest.h5": ["/raw", "/virtual"],
  "small-v110.h5": ["/raw", "/virtual"],
};
/** Where that is more or less than what is reported: the root lists a name less; virtual datasets are the same. */
const DIFFERENT: Readonly<Record<string, readonly string[]>> = {
  "small-earliest.h5": ["", "/raw"],
  "small-latest.h5": ["", "/raw"],
  "small-v110.h5": ["", "/raw"],
  // Its length is unlimited, which HDF5 reads from four bytes as 4294967295.
  "sizes-4.h5": ["/group", "/group/text", "/gzip"],
};
/** h5diff lacks their filters, or compares with -c only. */
const NOT_COMPARED = /zstd|lzf/;

/** What h5diff prints. */
export function h5diffs(...args: readonly string[]): string {
  try {
    return execFileSync(h5diff.command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}

/** Copies a fixture, and has h5py and, where asked to, h5diff compare the copy. */
export async function expectExactCopy(name: string, copy: string): Promise<void> {
  const original = `${FIXTURES}/${name}`;
  const before = fs.readFileSync(original);
  const { problems } = await copyStorage(manager(original), manager(copy));
  expect([...new Set(problems.map(({ path }) => path))].sort()).toEqual(REPORTED[name] ?? []);
  const different = differences(original, copy).map(([path]) => path);
  expect(different).toEqual(DIFFERENT[name] ?? REPORTED[name] ?? []);
  const said = h5diffs(original, copy).split("\n");
  const found = said.filter(
    (line) => /^(?:[1-9]\d*) differences? found/.test(line) && !NOT_COMPARED.test(line),
  );
  expect(found).toEqual([]);
  const unnamed = JSON.stringify(await verify(original)).replaceAll(original, copy);
  expect(await verify(copy)).toEqual(JSON.parse(unnamed));
  expect(fs.readFileSync(original)).toEqual(before);
}
