"""Makes a file of texts that are any bytes, and prints what is in one. argv: make|print PATH [JSON of lists of hex]."""
import json
import sys

import h5py
import numpy as np


def fixed_type(size, padding, charset):
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(size)
    kind.set_strpad(padding)
    kind.set_cset(charset)
    return kind


def fixed(group, name, values, padding=h5py.h5t.STR_NULLPAD, charset=h5py.h5t.CSET_ASCII, size=None):
    """The elements as they are in the file, unconverted."""
    size = size or max(max(map(len, values)), 1)
    fill = b" " if padding == h5py.h5t.STR_SPACEPAD else b"\0"
    kind = fixed_type(size, padding, charset)
    space = h5py.h5s.create_simple((len(values),))
    raw = np.frombuffer(b"".join(v.ljust(size, fill) for v in values), dtype=f"S{size}")
    dataset = h5py.h5d.create(group.id, name, kind, space)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(raw), kind)


def vlen(charset):
    return h5py.string_dtype("utf-8" if charset == h5py.h5t.CSET_UTF8 else "ascii")


def make(path, texts, names):
    ascii, utf8 = h5py.h5t.CSET_ASCII, h5py.h5t.CSET_UTF8
    with h5py.File(path, "w", libver=("earliest", "v110") if len(texts) % 2 else "latest") as file:
        for charset, word in ((ascii, "ascii"), (utf8, "utf8")):
            file.create_dataset(f"vlen-{word}", data=np.array(texts, dtype=object), dtype=vlen(charset))
            fixed(file, f"fixed-{word}".encode(), [t.rstrip(b"\0") for t in texts], charset=charset)
            file.attrs.create(f"array-{word}", np.array(texts, dtype=object), dtype=vlen(charset))
            for index, text in enumerate(texts):
                file.attrs.create(f"scalar-{word}-{index}", text, dtype=vlen(charset))
        file.attrs["fixed"] = np.array(texts, dtype=f"S{max(map(len, texts))}")
        group = file.create_group("names")
        for index, name in enumerate(names):
            group.create_dataset(name, data=[float(index)])
            h5py.h5g.create(file["names"].id, b"group of " + name)
            h5py.h5a.create(group.id, name, h5py.h5t.NATIVE_INT64, h5py.h5s.create(h5py.h5s.SCALAR)).write(np.array(index, "i8"))
            group.id.links.create_soft(b"soft to " + name, b"/names/" + name)
        compound = h5py.h5t.create(h5py.h5t.COMPOUND, 8 * len(names))
        enum = h5py.h5t.enum_create(h5py.h5t.STD_I8LE)
        for index, name in enumerate(names):
            compound.insert(name, 8 * index, h5py.h5t.IEEE_F64LE)
            enum.enum_insert(name, index)
        one = h5py.h5s.create_simple((1,))
        h5py.h5d.create(file.id, b"compound", compound, one).write(
            h5py.h5s.ALL, h5py.h5s.ALL, np.arange(len(names), dtype="f8"), compound
        )
        h5py.h5d.create(file.id, b"enum", enum, one)


def strings(values):
    return [(v.encode("utf-8", "surrogateescape") if isinstance(v, str) else bytes(v)).hex() for v in values]


def attribute(attrs, name):
    """The bytes of an attribute's texts."""
    value = np.atleast_1d(attrs[name])
    return strings(value.ravel().tolist())


def links(group):
    """By name: what is in the dataset, "group", or the target of a soft link."""
    found = {}
    for name in group:
        if group.links.get_info(name).type == h5py.h5l.TYPE_SOFT:
            found[name.hex()] = group.links.get_val(name).hex()
            continue
        node = h5py.h5o.open(group, name)
        if isinstance(node, h5py.h5d.DatasetID):
            data = np.empty(node.shape)
            node.read(h5py.h5s.ALL, h5py.h5s.ALL, data)
            found[name.hex()] = data.tolist()
        else:
            found[name.hex()] = "group"
    return found


def print_content(path):
    content = {"data": {}, "attributes": {}, "names": {}}
    with h5py.File(path, "r") as file:
        for name in file:
            if name.startswith(("vlen", "fixed")):
                content["data"][name] = strings(file[name][()].ravel().tolist())
        for name in file.attrs:
            if name.startswith("TVB"):
                continue
            content["attributes"][name] = attribute(file.attrs, name)
        if "names" in file:
            content["names"] = links(file["names"].id)
            node = file["names"].id
            content["attributeNames"] = sorted(
                h5py.h5a.open(node, index=i).name.hex() for i in range(h5py.h5a.get_num_attrs(node))
            )
    print(json.dumps(content))


if sys.argv[1] == "make":
    texts, names = ([bytes.fromhex(x) for x in part] for part in json.loads(sys.argv[3]))
    make(sys.argv[2], texts, names)
else:
    print_content(sys.argv[2])
