"""Writes with h5py what mirror.test.ts writes, and says in what the two files differ: mirror.py OURS REFERENCE."""

import json
import os
import subprocess
import sys

import h5py
import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../fixtures/h5py"))
from expectations import expectations  # noqa: E402

ours, reference = sys.argv[1:3]
TYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
TEXTS = ["naïve ☃ 🧠", "", "tab\tend"]

with h5py.File(reference, "w", libver=("v108", "v110")) as f:
    f.attrs["TVB_Data_version"] = 5
    for name in TYPES:
        if name.startswith("float"):
            values = np.array([[0.5, -0.0, np.nan], [np.inf, -np.inf, 1e-30]], dtype=name)
        else:
            info = np.iinfo(name)
            values = np.array([[info.min, info.max, 0], [1, 2, 3]], dtype=name)
        f[f"types/{name}"] = values
        f[f"scalars/{name}"] = np.array(values[0, 0])
        f[f"empty/{name}"] = np.zeros((3, 0, 2), name)
        f.create_dataset(f"gzip/{name}", data=np.tile(values, (20, 4)), chunks=(7, 5), compression="gzip")
        f.create_dataset(f"grown/{name}", data=np.vstack([values, values]), chunks=(5, 3), maxshape=(None, 3))
    for name in ["complex64", "complex128"]:
        values = np.array([1 + 2j, complex(np.nan, -np.inf), -0.5j], dtype=name)
        f[f"types/{name}"] = values
        f[f"scalars/{name}"] = np.array(values[0])
        f[f"empty/{name}"] = np.zeros((3, 0, 2), name)
        f.create_dataset(f"gzip/{name}", data=np.tile(values, 30), compression="gzip")
        f.create_dataset(f"grown/{name}", data=np.concatenate([values, values]), chunks=(4,), maxshape=(None,))
    f["types/bool"] = np.array([[True, False], [False, True]])
    f["scalars/bool"] = True
    f["empty/bool"] = np.zeros((3, 0, 2), bool)
    f.create_dataset("gzip/bool", data=np.arange(100) % 3 == 0, compression="gzip")
    f.create_dataset("grown/bool", data=np.array([True, False, True, True]), chunks=(3,), maxshape=(None,))
    text = h5py.string_dtype()
    f["types/string"] = np.array(TEXTS, dtype=text)
    f["scalars/string"] = "ñandú"
    f.create_dataset("empty/string", (3, 0, 2), dtype=text)
    f.create_dataset("grown/string", data=np.array(TEXTS + TEXTS, dtype=text), chunks=(4,), maxshape=(None,))
    f["types/long_string"] = np.array(["ü" * 50000, "x" * 70000], dtype=text)
    f["types/fixed_string"] = np.array(["grün".encode(), b"abc", b""], dtype=h5py.string_dtype("utf-8", 8))
    for rank in range(33):
        shape = tuple(2 if axis in (0, rank - 1) else 1 for axis in range(rank))
        f[f"ranks/rank{rank}"] = (np.arange(np.prod(shape, dtype=int)) + rank).reshape(shape).astype("int32")
    for axis in range(3):
        values = np.arange(24.0).reshape(2, 3, 4)
        maxshape = tuple(None if i == axis else n for i, n in enumerate((2, 3, 4)))
        f.create_dataset(f"axes/axis{axis}", data=np.concatenate([values, values], axis), maxshape=maxshape)
    f["blocks"] = np.arange(60000.0).reshape(6000, 10)
    f["overwritten"] = np.array([7.0, 8.0, 9.0])
    f["plain"] = np.array([[1.0, 2.0], [3.0, 4.0]])
    f["a/b/c/naïve ☃"] = np.array([1.5])
    f["placeholder"] = np.zeros(1, "float32")
    f["placeholder"].attrs["TVB_note"] = "made by its metadata"
    a = f.create_group("attributes").attrs if "attributes" not in f else f["attributes"].attrs
    a["TVB_yes"], a["TVB_no"] = "bool:True", "bool:False"
    a["TVB_when"] = "datetime:2024-02-27 15:11:16.101000"
    a["TVB_null"] = ""
    a["TVB_int"], a["TVB_negative_zero"], a["TVB_float"] = 42, -0.0, 2.5
    a["TVB_large_int"], a["TVB_unsigned"] = -(2**63), np.uint64(2**64 - 1)
    a["TVB_text"] = "naïve ☃"
    a["TVB_texts"] = np.array(TEXTS, dtype=text)
    a["TVB_numbers"] = np.array([1.0, 2.0, 3.5])
    a["TVB_flags"] = np.array([True, False, True])
    a["TVB_one_flag"] = np.True_
    a["TVB_complex"] = np.array([1 + 2j], "complex64")
    a["TVB_matrix"] = np.arange(6, dtype="int16").reshape(2, 3)
    a["TVB_nothing"] = np.zeros((0, 2), "float32")
    a["TVB_large"] = np.arange(20000.0)
    a["TVB_large_text"] = "ä" * 60000
    a["plain_key"] = 1
    for name in TYPES:
        a[f"TVB_{name}"] = np.array([0, 1, 100], dtype=name)
    many = f.create_dataset("many", data=np.zeros(1))
    for i in range(1500):
        many.attrs[f"TVB_key{i}"] = i

found, wanted = expectations(ours), expectations(reference)
problems = []
for part in ["datasets", "attributes", "links", "linkCounts"]:
    for key in sorted(set(found[part]) | set(wanted[part])):
        if found[part].get(key) != wanted[part].get(key):
            problems.append(f"{part} {key}: {json.dumps(found[part].get(key))[:200]} for {json.dumps(wanted[part].get(key))[:200]}")
if sorted(found["groups"]) != sorted(wanted["groups"]):
    problems.append(f"groups {found['groups']} for {wanted['groups']}")

with h5py.File(ours) as f, h5py.File(reference) as g:
    def compare(name, wanted):
        if not isinstance(wanted, h5py.Dataset):
            return
        got = f[name]
        for part in ["maxshape", "dtype", "compression"]:
            if getattr(got, part) != getattr(wanted, part):
                problems.append(f"{part} of {name}: {getattr(got, part)} for {getattr(wanted, part)}")
        if name.startswith("gzip/int") and got.chunks != wanted.chunks:
            problems.append(f"chunks of {name}: {got.chunks}")
    g.visititems(compare)

for command in (["h5diff", "-v", ours, reference], ["h5dump", ours], ["h5dump", "-pH", ours], ["h5stat", ours]):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode != 0 or "error" in done.stderr.lower():
        problems.append(f"{' '.join(command[:2])} says {done.returncode}: {done.stderr[:300]} {done.stdout[-1500:]}")
    if command[0] == "h5diff":
        for line in done.stdout.splitlines():
            unfit = "Not comparable" in line and not line.endswith("is an empty dataset")  # nothing to compare there
            if unfit or line.endswith("found") and line != "0 differences found":
                problems.append(line)

# HDF5 can go on with the file: everything that grows grows, everything can be deleted.
with h5py.File(ours, "r+") as f:
    for name in f["grown"]:
        d = f["grown"][name]
        d.resize((d.shape[0] + 3,) + d.shape[1:])
        d[-3:] = d[:3]
    f["attributes"].attrs["TVB_yes"] = "changed"
    del f["many"].attrs["TVB_key7"]
    for name in list(f):
        del f[name]
    f["new"] = 1
print(json.dumps(problems))
