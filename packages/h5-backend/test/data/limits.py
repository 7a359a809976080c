# Files that say of themselves what is not so, or nearly; each is a few KB. Prints nothing.
import os, struct, sys, zlib
import h5py, numpy as np

folder = sys.argv[1]
at = lambda name: os.path.join(folder, name)

# 1 TiB of which nothing is stored, in chunks with and without filter and in one piece, and one chunk in the middle.
with h5py.File(at("sparse.h5"), "w") as f:
    f.create_dataset("chunked", (1 << 37,), "f8", chunks=(1 << 17,), fillvalue=1.5)
    f.create_dataset("gzip", (1 << 20, 1 << 17), "f8", chunks=(1, 1 << 17), compression="gzip")
    f.create_dataset("contiguous", (1 << 37,), "f8")
    f["gzip"][1 << 19, :3] = 7
with h5py.File(at("sparse-latest.h5"), "w", libver="latest") as f:
    for name, maxshape in (("fixed", (1 << 20, 1 << 17)), ("grows", (None, 1 << 17)), ("both", (None, None))):
        f.create_dataset(name, (1 << 20, 1 << 17), "f8", chunks=(1, 1 << 17), maxshape=maxshape, compression="gzip")
    f["grows"][1 << 19, :3] = 7

# A shape that is not true: 72 KB of chunks, and 2^50 rows.
with h5py.File(at("false-shape.h5"), "w") as f:
    d = f.create_dataset("x", (700, 10), "f8", chunks=(7, 10), maxshape=(None, 10), compression="gzip")
    d[:] = np.random.default_rng(1).normal(size=(700, 10))
b = bytearray(open(at("false-shape.h5"), "rb").read())
b = b.replace(struct.pack("<QQ", 700, 10), struct.pack("<QQ", 1 << 48, 10))
open(at("false-shape.h5"), "wb").write(b)

# What is sound, and not read here.
with h5py.File(at("filters.h5"), "w") as f:
    d = f.create_dataset("lzf", data=np.zeros(1000), chunks=(100,), maxshape=(None,), compression="lzf")
    d.resize((1050,))
    d[1000:] = 1
    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    p.set_chunk((100,))
    p.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
    h5py.h5d.create(f.id, b"zstd", h5py.h5t.NATIVE_INT64, h5py.h5s.create_simple((100,)), p)
    f["zstd"].id.write_direct_chunk((0,), b"anything", 0)
    f.create_dataset("fine", data=[1, 2, 3])

if sys.argv[2:] == ["large"]:
    zeros = zlib.compress(bytes(1 << 30), 1)
    with h5py.File(at("large.h5"), "w") as f:
        d = f.create_dataset("x", (1 << 10, 1 << 17), "f8", chunks=(1 << 10, 1 << 17), compression="gzip", shuffle=True)
        d.id.write_direct_chunk((0, 0), zeros)
    # 2 GiB of zeros, in the place of a chunk of 1,000 bytes, and of one that can be stored in as many bytes as they are.
    o = zlib.compressobj(1)
    bomb = b"".join(o.compress(bytes(1 << 20)) for _ in range(2048)) + o.flush()
    for name, entries in (("too-long.h5", 125), ("bomb.h5", 1 << 20)):
        with h5py.File(at(name), "w") as f:
            d = f.create_dataset("x", (entries,), "f8", chunks=(entries,), compression="gzip")
            d.id.write_direct_chunk((0,), bomb)
