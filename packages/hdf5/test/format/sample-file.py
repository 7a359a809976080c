# Writes a file with every kind of object, link, type, layout and chunk index that the reader knows.
import sys

import h5py
import numpy as np

path, low, high = sys.argv[1:4]
userblock = int(sys.argv[4]) if len(sys.argv) > 4 else 0
with h5py.File(path, "w", libver=(low, high), userblock_size=userblock) as f:
    # types
    t = f.create_group("types")
    for name in ["i1", "u1", "<i2", ">i2", "<u4", ">u4", "<i8", ">u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
        t[name.replace("<", "le_").replace(">", "be_")] = np.arange(6, dtype=name).reshape(2, 3)
    t["bool"] = np.array([True, False])
    t["c8"] = np.array([1 + 2j], dtype="c8")
    t["c16"] = np.array([[1 + 2j]], dtype="c16")
    t["fixed"] = np.array([b"abc", b"de"])
    t["text"] = np.array(["ä", "b"], dtype=h5py.string_dtype())
    t["vlen"] = np.array([np.arange(3), np.arange(2)], dtype=object).astype(h5py.vlen_dtype("i4"))
    t["enum"] = np.array([1, 2], dtype=h5py.enum_dtype({"A": 1, "B": 2}, basetype="<i2"))
    t["opaque"] = np.array([b"abcd"], dtype="V4")
    t["record"] = np.zeros(3, dtype=[("x", "<f8"), ("n", [("a", "<i4"), ("b", ">i2")]), ("arr", "<f4", (2, 3))])
    t["reference"] = np.array([f.ref], dtype=h5py.ref_dtype)
    t["named"] = np.dtype("<f4")
    t.create_dataset("of_named", (3,), dtype=t["named"])
    twelve = h5py.h5t.STD_I16LE.copy()
    twelve.set_precision(12)
    h5py.h5d.create(t.id, b"int12", twelve, h5py.h5s.create_simple((2,)))
    brain = h5py.h5t.IEEE_F16LE.copy()
    brain.set_fields(15, 7, 8, 0, 7)
    brain.set_ebias(127)
    h5py.h5d.create(t.id, b"bfloat16", brain, h5py.h5s.create_simple((2,)))
    h5py.h5d.create(t.id, b"bits", h5py.h5t.STD_B16LE, h5py.h5s.create_simple((2,)))
    # dataspaces
    s = f.create_group("spaces")
    s["scalar"] = 5.0
    s["null"] = h5py.Empty("f8")
    s["empty"] = np.zeros((0, 3))
    # layouts
    l = f.create_group("layouts")
    l["contiguous"] = np.arange(100.0)
    l.create_dataset("unwritten", (10, 10))
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(l.id, b"compact", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((4,)), compact)
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (50, 40), dtype="u1")
    l.create_dataset("single", data=noise, chunks=(50, 40))
    l.create_dataset("single_gzip", data=noise, chunks=(50, 40), compression="gzip")
    l.create_dataset("fixed", data=noise, chunks=(7, 11))
    l.create_dataset("fixed_gzip", data=noise, chunks=(7, 11), compression="gzip", shuffle=True, fletcher32=True)
    l.create_dataset("fixed_paged", data=np.arange(5000.0), chunks=(1,))
    partly = l.create_dataset("fixed_partly", (1_000_000,), chunks=(10,), dtype="i4")
    partly[50_000:50_100] = 1
    l.create_dataset("one_unlimited", data=noise, chunks=(7, 11), maxshape=(None, 40))
    big = l.create_dataset("one_unlimited_big", (20_000,), chunks=(1,), maxshape=(None,), dtype="i4")
    big[:] = 1
    sparse = l.create_dataset("one_unlimited_sparse", (300_000,), chunks=(1,), maxshape=(None,), dtype="i4", compression="gzip")
    sparse[250_000:250_003] = 7
    l.create_dataset("two_unlimited", data=noise, chunks=(7, 11), maxshape=(None, None))
    l.create_dataset("two_unlimited_gzip", data=noise, chunks=(3, 4), maxshape=(None, None), compression="lzf")
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((3, 4))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    h5py.h5d.create(l.id, b"implicit", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((10, 10)), early)
    l.create_dataset("scaled", data=np.arange(1000), scaleoffset=True, chunks=(100,))
    filled = l.create_dataset("filled", (10,), fillvalue=3.5)
    # links
    g = f.create_group("links")
    g["soft"] = h5py.SoftLink("/types/i1")
    g["soft_relative"] = h5py.SoftLink("sub/leaf")
    g["soft_loop"] = h5py.SoftLink("/links/soft_loop")
    g["dangling"] = h5py.SoftLink("/nothing")
    g["external"] = h5py.ExternalLink("other.h5", "/a/b")
    g["sub/leaf"] = 1
    g["hard"] = g["sub/leaf"]
    g["up"] = h5py.SoftLink("/links/sub")
    g["naïve ☃"] = 2
    # groups of every size
    for count in [1, 8, 9, 40, 1000]:
        h = f.create_group(f"group{count}")
        for i in range(count):
            h.create_group(f"child{i}")
    tracked = f.create_group("tracked", track_order=True)
    for i in range(50):
        tracked[f"z{99 - i}"] = i
