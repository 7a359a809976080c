"""Whole programs with h5py in the manner of the original, each call with an open and a close: `python3 programs.py
PROGRAM CONTEXT`. Their time is that of the process; they print its peak memory."""

import json
import os
import resource
import sys

import h5py
import numpy


def store(folder, shared):
    path = os.path.join(folder, "stored.h5")
    if os.path.exists(path):
        os.unlink(path)
    with h5py.File(path, "a", libver="latest") as file:
        file.attrs["TVB_Data_version"] = 5
        file.create_dataset("data", data=numpy.full(1024, 2.0))
    with h5py.File(path, "a", libver="latest") as file:
        file["data"].attrs["TVB_sample_rate"] = 0.5
    with h5py.File(path, "r", libver="latest") as file:
        return file["data"][()][1023] == 2


def gzip(folder, shared):
    with h5py.File(os.path.join(shared, "gzip.h5"), "r", libver="latest") as file:
        return len(file["data"][()]) == 16384


def list_file(folder, shared):
    found = []

    def add(name, node):
        if isinstance(node, h5py.Dataset):
            size = node.id.get_storage_size()
            found.append((name, node.dtype, node.shape, node.maxshape, node.chunks, node.compression, size))

    with h5py.File(os.path.join(shared, "list.h5"), "r", libver="latest") as file:
        file.visititems(add)
    return len(found) == 200


def attributes(folder, shared):
    total = 0
    for i in range(200):
        path = f"{shared}/operation_{i % 20}/TimeSeries_{i}.h5"
        with h5py.File(path, "r", libver="latest") as file:
            found = {key[4:]: file.attrs[key] for key in file.attrs}
        total += found["key_2"]
    return total == 400


PROGRAMS = {"store": store, "gzip": gzip, "list": list_file, "attributes": attributes}
context = json.loads(sys.argv[2])
if not PROGRAMS[sys.argv[1]](context["folder"], context["shared"]):
    raise AssertionError("the program has not found what it should")
print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
