"""Writes a file of everything that can be compacted, with holes in it: compact-file.py PATH LOW HIGH."""

import sys

import h5py
import numpy as np

path, low, high = sys.argv[1:4]
with h5py.File(path, "w", libver=(low, high)) as f:
    for i in range(30):
        f[f"hole{i}"] = np.arange(3000.0)
    f.attrs["TVB_Data_version"] = 5
    for name in ["int8", "uint16", "int64", "uint64", "float32", "float64", ">i2", ">u8", ">f4", ">f8", "complex64", "complex128", "bool", "S5"]:
        values = np.arange(24).reshape(4, 6) % 7
        values = np.array([[str(v).encode() for v in row] for row in values], name) if name == "S5" else values.astype(name)
        key = name.replace(">", "be_")
        f[f"types/{key}"] = values
        f[f"types/scalar_{key}"] = values[1, 1]
        f.create_dataset(f"empty/{key}", (3, 0, 2), dtype=name)
        f.create_dataset(f"chunked/{key}", data=values, chunks=(3, 4), maxshape=(None, 9), compression="gzip", compression_opts=7)
        f["types"].attrs[key] = values
        f["types"].attrs[f"scalar_{key}"] = values[1, 1]
    f["nan"] = np.frombuffer(bytes.fromhex("010000000000f07f000000000000f8ff0000000000000080"), "f8")
    texts = ["naïve ☃", "", "plain"]
    f["texts/utf8"] = np.array(texts, h5py.string_dtype())
    f["texts/ascii"] = np.array(["a", "", "ccc"], h5py.string_dtype("ascii"))
    f["texts/scalar"] = "ñandú"
    f["texts/fixed_utf8"] = np.array([t.encode() for t in texts], h5py.string_dtype("utf-8", 12))
    f.create_dataset("texts/grown", data=np.array(texts * 3, h5py.string_dtype()), maxshape=(None,), chunks=(4,))
    f.create_dataset("texts/not_utf8", data=np.array([b"\xff\xfe", b"ok"], h5py.string_dtype()))
    for charset, pad in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]:
        t = h5py.h5t.C_S1.copy()
        t.set_size(6)
        t.set_cset(charset)
        t.set_strpad(pad)
        space = h5py.h5s.create_simple((2,))
        name = f"texts/fixed_{charset}_{pad}".encode()
        d = h5py.h5d.create(f.id, name, t, space)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"ab", b"cde"], "S6"), t)
        h5py.h5a.create(d, b"same", t, space).write(np.array([b"ab", b"cde"], "S6"), t)
    a = f.create_group("attributes").attrs
    a["text"], a["texts"], a["nothing"] = "ü", np.array(texts, h5py.string_dtype()), np.zeros((0, 2))
    a["ascii"] = np.array(["x", "yy"], h5py.string_dtype("ascii"))
    a["flag"], a["flags"] = np.True_, np.array([True, False])
    many = f.create_dataset("many", data=np.int32(7)).attrs
    for i in range(200):
        many[f"key{i}"] = i if i % 3 else np.bool_(i % 2)
    if low != "earliest":
        a["large"] = np.arange(20000.0)
    if low != "v110":  # there, the index of chunks does not show which ones are missing
        f.create_dataset("sparse", (105, 100), "i4", chunks=(10, 10))[25:27, 73:95] = 5
        f.create_dataset("sparse_gzip", (1005,), "i4", chunks=(100,), compression="gzip")[1001:] = 5
    f.create_dataset("unwritten", (40, 50), "f8")
    f.create_dataset("unwritten_chunks", (0, 5), "f8", maxshape=(None, 5))
    g = f.create_group("a/b/empty")
    f["a/again"] = f["types/int8"]
    f["a/loop"] = f["a"]
    f["a/b/root"] = f["/"]
    f["group_again"] = f["a/b"]
    f["soft"] = h5py.SoftLink("/a/b/../nowhere")
    f["naïve ☃"] = 1
    for i in range(60):
        f[f"wide/n{i:03}"] = i
    for i in range(30):
        del f[f"hole{i}"]
