"""Whether files opened by h5py as they are hold the same as one of the files that they may.

Reads from standard input a list of {"file": name, "allowed": [name, ...]}, names in the folder that is the
argument, and prints {"checked": number, "wrong": [[file, why], ...]}.
"""
import json
import os
import sys

import h5py

folder = sys.argv[1]
known = {}


def value_of(data):
    return [str(data.dtype), list(data.shape), data.tolist()] if hasattr(data, "dtype") else [data]


def content_of(path):
    with h5py.File(path, "r") as f:
        found = {}

        def visit(name, node):
            is_dataset = isinstance(node, h5py.Dataset)
            found[name] = [
                value_of(node[()]) if is_dataset else "group",
                {key: value_of(value) for key, value in sorted(node.attrs.items())},
            ]

        visit("/", f)
        f.visititems(visit)
    return repr(found)


def allowed_content(name):
    if name not in known:
        known[name] = content_of(os.path.join(folder, name))
    return known[name]


wrong = []
checks = json.load(sys.stdin)
for check in checks:
    try:
        found = content_of(os.path.join(folder, check["file"]))
        if not any(found == allowed_content(name) for name in check["allowed"]):
            wrong.append([check["file"], found])
    except Exception as error:
        wrong.append([check["file"], repr(error)])
print(json.dumps({"checked": len(checks), "wrong": wrong}))
