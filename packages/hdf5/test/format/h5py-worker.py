# Runs commands on HDF5 files for a test: one JSON object a line in, one JSON value a line out.
import json
import subprocess
import sys

import h5py
import numpy as np


def create(path, low, high, track, count, attributes):
    with h5py.File(path, "w", libver=(low, high)) as f:
        g = f.create_group("group", track_order=track)
        f["kept"] = np.arange(5)
        for i in range(count):
            add_one(g, f"n{i}")
        for i in range(attributes):
            g.attrs[f"a{i}"] = i


def add_one(group, name):
    kind = sum(name.encode()) % 5
    if kind == 0:
        group.create_group(name)
    elif kind == 1:
        group[name] = h5py.SoftLink("/kept")
    elif kind == 2:
        group[name] = group.file["kept"]
    else:
        group[name] = np.arange(3)


def add(path, names, low, high):
    with h5py.File(path, "r+", libver=(low, high)) as f:
        for name in names:
            add_one(f["group"], name)


def delete(path, names, low, high):
    with h5py.File(path, "r+", libver=(low, high)) as f:
        for name in names:
            del f["group"][name]


def add_attributes(path, names, size):
    with h5py.File(path, "r+") as f:
        for name in names:
            f["group"].attrs[name] = np.arange(size)


def delete_attributes(path, names):
    with h5py.File(path, "r+") as f:
        for name in names:
            del f["group"].attrs[name]


def look(path):
    """Names, each opened; attributes; links to /kept; by creation order where tracked."""
    with h5py.File(path, "r") as f:
        g = f["group"]
        names = list(g)
        for name in names:
            obj = g[name]
            if isinstance(obj, h5py.Dataset):
                assert obj[...].sum() in (3, 10), name
        ordered = None
        if g.id.get_create_plist().get_link_creation_order():
            ordered = []
            g.id.links.iterate(lambda n: ordered.append(n.decode()), idx_type=h5py.h5.INDEX_CRT_ORDER)
        attributes = {name: int(np.sum(value)) for name, value in g.attrs.items()}
        kept = h5py.h5o.get_info(f["kept"].id).rc
        return {"names": names, "ordered": ordered, "attributes": attributes, "kept": kept, "count": len(g)}


def tools(path):
    for command in (["h5stat", path], ["h5dump", "-H", path]):
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0 or "error" in done.stderr:
            return f"{command[0]}: {done.stderr[:500]}"
    return ""


def run(script, path):
    scope = {"path": path, "h5py": h5py, "np": np}
    exec(script, scope)
    return scope.get("result")


for line in sys.stdin:
    command = json.loads(line)
    try:
        answer = {"ok": globals()[command["do"]](*command["with"])}
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
