# Prints what h5py says of a file, one JSON object: every link by path, every object by address.
import json
import sys

import h5py


def dtype_of(dtype):
    if h5py.check_string_dtype(dtype) is not None and dtype.kind == "O":
        return "string"
    if dtype.kind == "S":
        return f"string[{dtype.itemsize}]"
    return dtype.name


def filters_of(plist):
    return [plist.get_filter(i)[0] for i in range(plist.get_nfilters())]


def describe(obj):
    info = h5py.h5o.get_info(obj.id)
    found = {"address": info.addr, "linkCount": info.rc}
    if isinstance(obj, h5py.Group):
        found["kind"] = "group"
    elif isinstance(obj, h5py.Datatype):
        found["kind"] = "datatype"
    else:
        plist = obj.id.get_create_plist()
        layouts = {0: "compact", 1: "contiguous", 2: "chunked", 3: "virtual"}
        space = obj.id.get_space()
        kinds = {h5py.h5s.SCALAR: "scalar", h5py.h5s.SIMPLE: "simple", h5py.h5s.NULL: "null"}
        found.update(
            kind="dataset",
            dtype=dtype_of(obj.dtype),
            space=kinds[space.get_simple_extent_type()],
            shape=list(obj.shape or ()),
            maxShape=list(obj.maxshape or ()),
            layout=layouts[plist.get_layout()],
            chunks=None if obj.chunks is None else list(obj.chunks),
            filters=filters_of(plist),
            storedBytes=obj.id.get_storage_size(),
            offset=obj.id.get_offset(),
        )
    return found


def walk(group, path, found, seen):
    for name in group:
        link = group.get(name, getlink=True)
        here = f"{path}/{name}"
        if isinstance(link, h5py.SoftLink):
            found["links"][here] = ["soft", link.path]
        elif isinstance(link, h5py.ExternalLink):
            found["links"][here] = ["external", link.filename, link.path]
        else:
            obj = group[name]
            about = describe(obj)
            found["links"][here] = ["hard", about["address"]]
            found["objects"][here] = about
            if about["kind"] == "group" and about["address"] not in seen:
                seen.add(about["address"])
                walk(obj, here, found, seen)


with h5py.File(sys.argv[1], "r") as file:
    found = {"links": {}, "objects": {"/": describe(file["/"])}}
    walk(file, "", found, set())
print(json.dumps(found))
