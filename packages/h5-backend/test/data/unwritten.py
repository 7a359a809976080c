# Datasets of which nothing or little was written, in every combination of when space is taken, when the fill value is
# written, and what it is; prints what h5py reads of each.
import itertools, json, sys
import h5py, numpy as np
from h5py import h5d, h5p, h5s, h5t

path, libver = sys.argv[1:]
# New space in the file has bytes that were freed before: they are of this file, but were not stored there.
TYPES = {
    "i4": (h5t.STD_I32LE, np.dtype("<i4"), 7),
    "f8be": (h5t.IEEE_F64BE, np.dtype(">f8"), 1.5),
    "s5": (h5t.py_create(np.dtype("S5")), np.dtype("S5"), b"fill"),
    "pair": (h5t.py_create(np.dtype([("a", "<i2"), ("b", "<f4")])), np.dtype([("a", "<i2"), ("b", "<f4")]), (3, 0.5)),
    "vlen": (h5t.py_create(h5py.string_dtype(), logical=True), None, None),
}
expected = {}
with h5py.File(path, "w", libver=libver) as f:
    for layout, alloc, time, fill, type_, written in itertools.product(
        ("compact", "contiguous", "chunked", "gzip"),
        ("default", "early", "late", "incremental"),
        ("alloc", "never", "ifset"),
        ("none", "value"),
        TYPES,
        (False, True),
    ):
        tid, dtype, value = TYPES[type_]
        p = h5p.create(h5p.DATASET_CREATE)
        p.set_layout({"compact": h5d.COMPACT, "contiguous": h5d.CONTIGUOUS}.get(layout, h5d.CHUNKED))
        if layout in ("chunked", "gzip"):
            p.set_chunk((3, 2))
        if layout == "gzip":
            p.set_deflate(4)
        if alloc != "default":
            p.set_alloc_time({"early": h5d.ALLOC_TIME_EARLY, "late": h5d.ALLOC_TIME_LATE, "incremental": h5d.ALLOC_TIME_INCR}[alloc])
        p.set_fill_time({"alloc": h5d.FILL_TIME_ALLOC, "never": h5d.FILL_TIME_NEVER, "ifset": h5d.FILL_TIME_IFSET}[time])
        # (h5py stores an address where it is given a text.)
        if fill == "value" and value is not None and type_ != "s5":
            p.set_fill_value(np.array(value, dtype))
        name = "-".join((layout, alloc, time, fill, type_, "part" if written else "empty"))
        try:
            d = h5py.Dataset(h5d.create(f.id, name.encode(), tid, h5s.create_simple((7, 4)), p))
        except ValueError:
            continue  # HDF5 does not allow this combination
        if written and dtype is not None:
            d[1:2, 1:3] = np.array(value, dtype)
with h5py.File(path, "r") as f:
    for name in f:
        data = f[name][...]
        if data.dtype.kind in "OS":
            data = np.array([[x.decode() for x in row] for row in data])
        elif data.dtype.names:
            data = np.stack([data[n].astype("f8") for n in data.dtype.names], -1)
        expected[name] = data.ravel().tolist()
json.dump(expected, sys.stdout)
