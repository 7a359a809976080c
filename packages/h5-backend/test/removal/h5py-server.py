"""Runs commands on HDF5 files for a test: one JSON list [name, parameters...] a line in, one JSON value a line out."""

import json
import os
import subprocess
import sys

import h5py
import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../fixtures/h5py"))
from expectations import expectations  # noqa: E402

COUNT = 24


def base(path, low, high):
    """COUNT datasets in three groups, some with attributes, some with further links."""
    with h5py.File(path, "w", libver=(low, high)) as f:
        f.attrs["TVB_Data_version"] = 5
        for i in range(COUNT):
            name = f"g{i % 3}/d{i}"
            if i % 4 == 0:
                f.create_dataset(name, data=np.arange(i + 1) * 1.5, chunks=(4,), maxshape=(None,))
            elif i % 4 == 1:
                f[name] = np.arange(i + 1) * 1.5
            elif i % 4 == 2:
                f.create_dataset(name, data=np.arange(i + 1) * 1.5, chunks=(5,), compression="gzip", maxshape=(None,))
            else:
                f[name] = np.arange(i + 1) * 1.5
                f[name].attrs["TVB_large"] = np.arange(300.0)
            for j in range(i % 5):
                f[name].attrs[f"TVB_k{j}"] = i + j
            if i % 6 == 0:
                f[f"links/h{i}"] = f[name]
                f[f"links/s{i}"] = h5py.SoftLink("/" + name)


def many(path, low, high, count):
    with h5py.File(path, "w", libver=(low, high)) as f:
        for i in range(count):
            f[f"g/d{i}"] = np.arange(50.0) + i


def delete(path, names):
    with h5py.File(path, "r+") as f:
        for name in names:
            del f[name]


def add(path, names):
    with h5py.File(path, "r+") as f:
        for i, name in enumerate(names):
            f[name] = np.arange(i + 2) * 1.5
            f[name].attrs["TVB_k0"] = i


def stat(path):
    done = subprocess.run(["h5stat", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0 or "error" in done.stderr:
        raise RuntimeError(f"h5stat: {done.stderr[:500]}")


def look(path):
    return expectations(path)


for line in sys.stdin:
    name, *parameters = json.loads(line)
    try:
        answer = {"ok": globals()[name](*parameters)}
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
