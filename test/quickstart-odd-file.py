"""Writes a file as users have them: samples over time, text, booleans, and a type without an array type."""
import sys

import h5py
import numpy

random = numpy.random.default_rng(3)
with h5py.File(sys.argv[1], "w") as file:
    file.attrs["subject"] = "S 01"
    group = file.create_group("recording")
    group.attrs["rate"] = 250.0
    group.create_dataset("eeg", data=random.normal(size=(1000, 8)).astype("f4"), chunks=(100, 8), compression="gzip")
    group.create_dataset("bad", data=numpy.array([True, False] * 4))
    group.create_dataset("names", data=[f"channel {n}" for n in range(8)])
    file.create_dataset("blob", data=numpy.void(b"\x00\x01\x02\xff"))
    file["again"] = h5py.SoftLink("/recording/eeg")
