# Chunks behind szip of every width and kind of content; or ("short") some whose bytes are not a whole stream.
import sys
import h5py, numpy as np

path, kind = sys.argv[1:]
random = np.random.default_rng(5)
COUNT = 5000
CONTENT = {
    "zeros": lambda n: np.zeros(n),
    "rare": lambda n: (random.random(n) < 0.002) * 9,
    "pairs": lambda n: (random.random(n) < 0.2) * 1,
    "steps": lambda n: np.cumsum(random.integers(-3, 4, n)) % 100,
    "small": lambda n: random.integers(0, 90, n),
    "wild": None,
    "halves": lambda n: np.where(np.arange(n) < n // 2, 0, random.integers(0, 120, n)),
}
TYPES = ("<i1", "<u1", "<i2", ">i2", "<u2", "<i4", ">i4", "<u4", "<f4", "<i8", ">i8", "<f8")

def content(name, dtype, n):
    if name == "wild":
        raw = np.frombuffer(random.bytes(n * np.dtype(dtype).itemsize), dtype)
        return np.nan_to_num(raw) if raw.dtype.kind == "f" else raw
    return CONTENT[name](n).astype(dtype)

with h5py.File(path, "w") as f:
    if kind == "whole":
        for dtype in TYPES:
            for name in CONTENT:
                for options in (("nn", 8), ("ec", 8), ("nn", 32), ("ec", 4), ("nn", 2)):
                    at = f"{dtype[0] == '>' and 'be' or 'le'}-{dtype[1:]}-{name}-{options[0]}-{options[1]}"
                    d = f.create_dataset(at, (COUNT,), dtype, chunks=(1777,), compression="szip", compression_opts=options)
                    d[:] = content(name, dtype, COUNT)
        f.create_dataset("2d", data=content("steps", "<i4", COUNT).reshape(50, 100), chunks=(20, 33), compression="szip")
        f.create_dataset("long-rows", data=content("rare", "<f8", 90000).reshape(3, 30000), chunks=(1, 30000), compression="szip")
        f.create_dataset("all", data=content("steps", "<i4", COUNT), chunks=(999,), compression="szip", shuffle=True, fletcher32=True)
    else:
        for dtype in ("<u2", "<i4", "<f8"):
            for name in ("small", "wild", "steps"):
                at = f"{dtype[1:]}-{name}"
                d = f.create_dataset(at, (2000,), dtype, chunks=(1000,), maxshape=(None,), compression="szip")
                d[:] = content(name, dtype, 2000)
                mask, chunk = d.id.read_direct_chunk((1000,))
                if mask == 0:
                    for length in (len(chunk) // 2, len(chunk) - 8, 9):
                        copy = f.create_dataset(f"{at}-{length}", (2000,), dtype, chunks=(1000,), maxshape=(None,), compression="szip")
                        copy[:1000] = 1
                        copy.id.write_direct_chunk((1000,), chunk[:length])
                del f[at]
