import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { copyStorage } from "@tvb-storage/storage";
import { MemoryStore, ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { expect } from "vitest";
import { runPython } from "../support/h5py.js";

/**
 * What h5py finds different in two files: path, attribute, and both. Left out is what copyStorage says of copies of values:
 * byte order, fill values, and of attributes the lengths of texts, half precision and array types; a null dataspace is an
 * empty array.
 */
const COMPARE = `
def kind(t):
    if h5py.check_string_dtype(t): return "string", h5py.check_string_dtype(t).length
    return str(h5py.check_enum_dtype(t) or t.newbyteorder("="))
def plain(v):
    if isinstance(v, h5py.Empty): return [] if v.dtype.kind in "SO" else "[]"
    v = np.asarray(v)
    if v.dtype.kind in "SOU": return [x.decode("utf8", "surrogateescape") if isinstance(x, bytes) else str(x) for x in v.ravel().tolist()]
    return repr(v.tolist())
def attributes(o):
    found = {}
    for name in o.attrs:
        a = h5py.h5a.open(o.id, name.encode("utf8", "surrogateescape"))
        try:
            v = o.attrs[name]
            flat = np.empty(0, a.dtype) if isinstance(v, h5py.Empty) else np.asarray(v)
            text = flat.dtype.kind in "SOU"
            # One element of an array type is an array.
            found[name] = "text" if text else kind(flat.dtype).replace("float16", "float32"), flat.size, plain(v)
        except Exception as e: found[name] = type(e).__name__
    return found
def unlimited(shape): return shape and [None if n == 2**32 - 1 else n for n in shape]
def describe(o):
    if not isinstance(o, h5py.Dataset): return {}
    p = o.id.get_create_plist()
    filters = [p.get_filter(i) for i in range(p.get_nfilters())]
    try: value = plain(o[()])
    except Exception as e: value = type(e).__name__
    shape, most = (o.shape, o.maxshape) if o.shape is not None else ((0,), (0,))
    return dict(type=kind(o.dtype), shape=shape, maxshape=unlimited(most), chunks=o.chunks, value=value,
                filters=[(code, values if code == 1 else None) for code, _, values, _ in filters])
def whole(f):
    found = {}
    def visit(name, o):
        try: found[name] = describe(o), attributes(o)
        except Exception as e: found[name] = {"error": type(e).__name__}, {}
    visit("", f["/"])
    f.visititems(visit)
    return found
a, b = (whole(h5py.File(path, "r")) for path in sys.argv[1:3])
found = []
for name in sorted(set(a) | set(b)):
    if name not in a or name not in b:
        found.append(["/" + name, "", "only in one"])
        continue
    for i in range(2):
        x, y = a[name][i], b[name][i]
        found += [["/" + name, key if i else "", f"{key}: {x.get(key)} {y.get(key)}"] for key in sorted(set(x) | set(y)) if x.get(key) != y.get(key)]
print(json.dumps(found))`;

/** Copies a file to a hierarchy and back; h5py finds no difference that neither copy has reported. */
export async function expectRoundTrip(path: string, format: 2 | 3, back: string): Promise<void> {
  const source = new HDF5StorageManager(path);
  const zarr = new ZarrStorageManager("a", { store: new MemoryStore(), format });
  const target = new HDF5StorageManager(back);
  const there = await copyStorage(source, zarr);
  const again = await copyStorage(zarr, target);
  for (const manager of [source, zarr, target]) await manager.closeFile();
  // What a hierarchy can hold, HDF5 can.
  expect(again.problems).toEqual([]);
  const isReported = (at: string, attribute: string): boolean =>
    there.problems.some(
      ({ path: reported, key }) =>
        (at === reported || at.startsWith(`${reported}/`)) && (key === undefined || key === attribute),
    );
  const differences: readonly [path: string, attribute: string, text: string][] = JSON.parse(
    runPython(COMPARE, path, back),
  );
  expect(differences.filter(([at, attribute]) => !isReported(at, attribute))).toEqual([]);
}
