# Writes a small file that has one of every structure, for tests that damage it.
import sys

import h5py
import numpy as np

path, low, high = sys.argv[1:4]
with h5py.File(path, "w", libver=(low, high)) as f:
    f["a"] = np.arange(3)
    f["named"] = np.dtype([("x", "<f8"), ("y", "i4", (2,))])
    f.create_dataset("of_named", (2,), dtype=f["named"])
    f["enum"] = np.array([1], dtype=h5py.enum_dtype({"A": 1, "B": 2}))
    f["text"] = np.array(["ä", "b"], dtype=h5py.string_dtype())
    f["vlen"] = np.array([np.arange(3), np.arange(2)], dtype=object).astype(h5py.vlen_dtype("i4"))
    f["soft"] = h5py.SoftLink("/dense/c3")
    f["external"] = h5py.ExternalLink("o.h5", "/x")
    f["again"] = f["a"]
    for i in range(4):
        f["a"].attrs[f"t{i}"] = ["text", np.arange(3), np.array([1 + 2j]), np.bool_(True)][i]
    g = f.create_group("dense", track_order=True)
    for i in range(40):
        g.create_group(f"c{i}")
        g.attrs[f"a{i}"] = np.arange(i)
    g.attrs["long"] = np.arange(700)
    f.create_dataset("single", data=np.arange(10), chunks=(10,))
    f.create_dataset("gzip", data=np.arange(100), chunks=(10,), compression="gzip", shuffle=True)
    f.create_dataset("grow", data=np.arange(100), chunks=(2,), maxshape=(None,))
    f.create_dataset("grow2", data=np.zeros((6, 6)), chunks=(2, 2), maxshape=(None, None), compression="gzip")
