# Chunks that are not as long as their shape, each in a file of its own; prints the files' names.
import json, os, struct, sys, zlib
import h5py, numpy as np

folder = sys.argv[1]
SIZE = 1 << 14  # elements of a chunk
raw = np.arange(SIZE, dtype="<f8").tobytes()
names = []

def fletcher(data):
    s1 = s2 = 0
    for i in range(0, len(data) & ~1, 2):
        s1 = (s1 + (data[i] << 8 | data[i + 1])) % 65535
        s2 = (s2 + s1) % 65535
    return data + struct.pack("<I", s2 << 16 | s1)

def write(name, chunk, libver="earliest", mask=0, **kwargs):
    name = f"{name}-{libver}.h5"
    with h5py.File(os.path.join(folder, name), "w", libver=libver) as f:
        d = f.create_dataset("x", (2 * SIZE - 10,), "<f8", chunks=(SIZE,), maxshape=(None,), **kwargs)
        d[:SIZE] = np.arange(SIZE)
        d.id.write_direct_chunk((SIZE,), chunk, mask)
    names.append(name)

for libver in ("earliest", "latest"):
    gz = dict(compression="gzip", libver=libver)
    write("empty-stream", zlib.compress(b""), **gz)
    write("three-bytes", zlib.compress(b"abc"), **gz)
    write("one-short", zlib.compress(raw[:-1]), **gz)
    write("one-long", zlib.compress(raw + b"x"), **gz)
    write("cut-stream", zlib.compress(raw)[:-20], **gz)
    write("bomb", zlib.compress(bytes(64 << 20), 9), **gz)
    write("left-out-short", raw[:100], mask=1, **gz)
    write("shuffled-short", zlib.compress(raw[:1000]), shuffle=True, **gz)
    write("only-shuffle-short", raw[:1000], shuffle=True, libver=libver)
    write("sum-short", fletcher(raw[:1000]), fletcher32=True, libver=libver)
    write("sum-wrong", raw + b"\1\2\3\4", fletcher32=True, libver=libver)
    write("sum-three-bytes", b"abc", fletcher32=True, libver=libver)
    write("lzf-short", b"\x02abc", compression="lzf", libver=libver)
    write("lzf-cut", b"\x1fabc", compression="lzf", libver=libver)
    write("lzf-before", b"\x20\xff", compression="lzf", libver=libver)
# Without filters: the index of the old style has the size of each chunk.
path = os.path.join(folder, "plain-short.h5")
with h5py.File(path, "w") as f:
    d = f.create_dataset("x", (2 * SIZE - 10,), "<f8", chunks=(SIZE,), maxshape=(None,))
    d[:] = np.arange(2 * SIZE - 10)
b = bytearray(open(path, "rb").read())
key = struct.pack("<IIQQ", 8 * SIZE, 0, SIZE, 0)
at = b.index(key)
b[at:at + 4] = struct.pack("<I", 100)
open(path, "wb").write(b)
names.append("plain-short.h5")
print(json.dumps(names))
