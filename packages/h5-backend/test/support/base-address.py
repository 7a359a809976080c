"""Files whose superblock states a right or another base address, for base-address.test.ts: `make folder` writes
them and a list of what h5py reads in each, `check folder` reads them again."""

import json
import os
import struct
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.dirname(__file__))
from lookup3 import lookup3

USER_BLOCKS = (0, 512, 1024, 4096)
#: By version of the superblock: the libver bounds and where the base address is.
VERSIONS = {0: (("earliest", "v108"), 24), 1: (None, 28), 2: (("v108", "v108"), 12), 3: (("v110", "v110"), 12)}


def create(path, version, user_block):
    bounds, _ = VERSIONS[version]
    if bounds is None:
        # h5py does not offer the property that makes a superblock of version 1: HDF5 is called directly.
        import ctypes

        library = next(l.split()[-1] for l in open("/proc/self/maps") if "libhdf5" in l and "hl" not in l)
        p = h5py.h5p.create(h5py.h5p.FILE_CREATE)
        ctypes.CDLL(library).H5Pset_istore_k(ctypes.c_int64(p.id), 7)
        p.set_userblock(user_block)
        access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
        access.set_libver_bounds(0, 1)
        return h5py.File(h5py.h5f.create(path.encode(), h5py.h5f.ACC_TRUNC, p, access))
    return h5py.File(path, "w", libver=bounds, userblock_size=user_block)


def state(at, data):
    """The base address alone."""
    version = data[data.index(b"\x89HDF") + 8]
    position = data.index(b"\x89HDF")
    field = VERSIONS[version][1]
    changed = bytearray(data)
    changed[position + field : position + field + 8] = struct.pack("<Q", at)
    if version >= 2:
        covered = changed[position : position + field + 32]
        changed[position + field + 32 : position + field + 36] = struct.pack("<I", lookup3(bytes(covered)))
    return bytes(changed)


def variants(data, user_block):
    """Variants of a file: by name, the bytes of each."""
    yield "right", data
    # As h5jam does: a user block in front, or a longer one. The signature stays at a doubling of 512.
    yield "moved back", b"#" * (user_block or 512) + data
    if user_block:
        yield "user block cut off", data[user_block:]
        yield "user block halved", data[user_block // 2 if user_block > 512 else user_block :]
        yield "base alone too small", state(0, data)
    yield "base alone too large", state(user_block + 512, data)


def content(path):
    with h5py.File(path, "r") as f:
        found = {}
        for name in ("first", "rows", "group/deep", "last", "stored"):
            if name in f:
                found[name] = np.asarray(f[name][()], "f8").tolist()
        for key in f.attrs:
            found["@" + key] = float(f.attrs[key])
        return found


def look(path):
    try:
        return content(path)
    except Exception as error:  # what h5py says of the file is the result
        return str(error)


def make(folder):
    listed = []
    for version in VERSIONS:
        for user_block in USER_BLOCKS:
            path = os.path.join(folder, "original.h5")
            with create(path, version, user_block) as f:
                f["first"] = np.arange(10.0)
                f.create_dataset("rows", data=np.arange(6.0).reshape(2, 3), maxshape=(None, 3), chunks=(4, 3))
                f["group/deep"] = np.arange(20.0)
                f.attrs["TVB_kept"] = 3.0
                f.attrs["TVB_old"] = 1.0
                f["last"] = np.arange(100.0, 150.0)
            data = open(path, "rb").read()
            found_version = data[user_block + 8]
            assert found_version == version, (found_version, version)
            for name, changed in variants(data, user_block):
                file = f"{version}-{user_block}-{name.replace(' ', '-')}.h5"
                with open(os.path.join(folder, file), "wb") as out:
                    out.write(changed)
                listed.append({"file": file, "version": version, "userBlock": user_block, "variant": name,
                               "content": content(path), "h5py": look(os.path.join(folder, file))})
    print(json.dumps(listed))


def check(folder):
    """After a change: read, opened for writing (which must leave it readable), and read again."""
    results = {}
    for file in sorted(os.listdir(folder)):
        path = os.path.join(folder, file)
        try:
            before = content(path)
            with h5py.File(path, "r+") as f:
                f.attrs["checked"] = 1.0
            after = content(path)
            assert after.pop("@checked") == 1.0
            results[file] = before if before == after else f"{before} became {after}"
        except Exception as error:
            results[file] = f"{type(error).__name__}: {error}"
    print(json.dumps(results))


{"make": make, "check": check}[sys.argv[1]](sys.argv[2])
