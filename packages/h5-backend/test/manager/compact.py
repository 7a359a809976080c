"""Says in what a compacted file differs from what it was, and whether HDF5 can go on with it: compact.py OLD NEW."""

import json
import os
import subprocess
import sys

import h5py

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../fixtures/h5py"))
from expectations import expectations  # noqa: E402

old, new = sys.argv[1:3]
problems = []
wanted, found = expectations(old), expectations(new)
for part in wanted:
    if part != "addresses" and wanted[part] != found[part]:
        problems.append(f"{part}: {json.dumps(found[part])[:2000]} for {json.dumps(wanted[part])[:2000]}")


def facts(item):
    space = lambda s: (s.get_simple_extent_type(), s.get_simple_extent_dims(True) if s.get_simple_extent_type() else None)
    described = {"attrs": {}}
    for name in item.attrs:
        a = h5py.h5a.open(item.id, name.encode())
        described["attrs"][name] = (str(a.dtype), a.shape, space(a.get_space()))
        if isinstance(a.get_type(), h5py.h5t.TypeStringID):
            described["attrs"][name] += (a.get_type().get_cset(), a.get_type().get_strpad())
    if isinstance(item, h5py.Dataset):
        t, p = item.id.get_type(), item.id.get_create_plist()
        described.update(dtype=str(item.dtype), maxshape=item.maxshape, chunks=item.chunks, compression=item.compression,
                    level=item.compression_opts, space=space(item.id.get_space()), layout=p.get_layout(),
                    filters=[p.get_filter(i) for i in range(p.get_nfilters())], fill=p.fill_value_defined(),
                    alloc=p.get_alloc_time(), fill_time=p.get_fill_time())
        if item.chunks:
            described["stored chunks"] = item.id.get_num_chunks()
        if isinstance(t, h5py.h5t.TypeStringID):
            described.update(cset=t.get_cset(), strpad=t.get_strpad())
    return described


with h5py.File(old, "r") as f, h5py.File(new, "r") as g:
    def compare(name, item):
        a, b = facts(item), facts(g[name])
        for key in a:
            if a[key] != b[key]:
                problems.append(f"{key} of {name}: {b[key]} for {a[key]}")
        if isinstance(item, h5py.Dataset) and item.id.get_type() != g[name].id.get_type():
            problems.append(f"type of {name}")
    f.visititems(compare)
    compare("/", f)

for command in (["h5diff", "-v", old, new], ["h5dump", new], ["h5stat", new]):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode != 0 or "error" in done.stderr.lower():
        problems.append(f"{command[0]} says {done.returncode}: {done.stderr[:300]} {done.stdout[-500:]}")

with h5py.File(new, "r+") as f:
    def grow(_, item):
        if isinstance(item, h5py.Dataset) and item.shape and None in (item.maxshape or ()):
            item.resize(tuple(n + 1 if most is None else n for n, most in zip(item.shape, item.maxshape)))
            item[...] = item[...]
    f.visititems(grow)
    for name in list(f):
        del f[name]
    f["new"] = 1
print(json.dumps(problems))
