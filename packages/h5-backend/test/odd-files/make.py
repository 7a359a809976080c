"""Files that h5py reads and does not write: its own, with bytes changed. argv: KIND PATH. Prints what h5py reads."""
import json
import struct
import sys

import h5py
import numpy as np

DATATYPE, NIL = 3, 0


def messages(data, header):
    """Position, type and size of the messages in the first block of a version 1 object header."""
    version, _, _, _, size = struct.unpack_from("<BBHII", data, header)
    assert version == 1
    at, end = header + 16, header + 16 + size
    while at < end:
        kind, length = struct.unpack_from("<HH", data, at)
        yield at, kind, length
        at += 8 + length


def shared_version_1(path):
    """A dataset and an attribute-bearing group whose committed type is shared as HDF5 1.4 wrote it."""
    with h5py.File(path, "w", libver="earliest") as file:
        file["pair"] = np.dtype([("a", "<i4"), ("b", "<f8")])
        dataset = file.create_dataset("inner/data", (3,), dtype=file["pair"])
        dataset[...] = [(1, 0.5), (2, 1.5), (3, 2.5)]
        file["plain"] = [7.0]
        header = h5py.h5o.get_info(dataset.id).addr
    data = bytearray(open(path, "rb").read())
    found = list(messages(data, header))
    at, _, size = next(m for m in found if m[1] == DATATYPE)
    nil, _, room = next(m for m in found if m[1] == NIL and m[0] > at)
    address = struct.unpack_from("<Q", data, at + 10)[0]
    # A symbol table entry's first fields: the offset of a name, and the address of the object.
    body = struct.pack("<BB6xQQ", 1, 0, 0, address)
    grown = len(body) - size
    assert grown % 8 == 0 and room >= grown
    between = bytes(data[at + 8 + size : nil])
    moved = struct.pack("<HHB3x", DATATYPE, len(body), data[at + 4]) + body + between
    moved += struct.pack("<HHB3x", NIL, room - grown, 0)
    data[at : at + len(moved)] = moved
    open(path, "wb").write(data)


def heap_objects(data, heap):
    """Position, index and length of the objects of a global heap collection."""
    end = heap + struct.unpack_from("<Q", data, heap + 8)[0]
    at = heap + 16
    while at + 16 <= end:
        index, _, _, length = struct.unpack_from("<HHIQ", data, at)
        yield at, index, length
        if index == 0:
            return
        at += 16 + (length + 7) // 8 * 8


def heap(change):
    """Texts in a global heap, of which `change` gets the file, the elements' position and the heap's objects by index."""

    def make(path):
        texts = ["alpha", "beta", "gamma-gamma", "delta", "eps", "zeta"]
        with h5py.File(path, "w", libver="earliest") as file:
            dataset = file.create_dataset("texts", (6,), dtype=h5py.string_dtype())
            dataset[...] = texts
            elements = dataset.id.get_offset()
            file.attrs["texts"] = texts
        data = bytearray(open(path, "rb").read())
        objects = {index: (at, length) for at, index, length in heap_objects(data, data.index(b"GCOL"))}
        # The attribute's elements: the same six lengths, and six references into the same collection.
        lengths = [struct.pack("<I", len(text)) for text in texts]
        copies = [
            at
            for at in range(len(data) - 96)
            if all(data[at + 16 * i : at + 16 * i + 4] == lengths[i] for i in range(6))
        ]
        assert elements in copies and len(copies) == 2
        for at in copies:
            change(data, at, objects)
        open(path, "wb").write(data)

    return make


def index_of(data, elements, number):
    return struct.unpack_from("<I", data, elements + 16 * number + 12)[0]


def used_by_several(data, elements, objects):
    data[elements + 16 : elements + 32] = data[elements : elements + 16]
    data[elements + 48 : elements + 64] = data[elements : elements + 16]


def shorter_than_object(data, elements, objects):
    struct.pack_into("<I", data, elements + 32, 5)
    struct.pack_into("<I", data, elements + 48, 0)


def free_space_between(data, elements, objects):
    at, length = objects[index_of(data, elements, 2)]
    struct.pack_into("<HHIQ", data, at, 0, 0, 0, 16 + (length + 7) // 8 * 8)
    data[elements + 32 : elements + 48] = bytes(16)


def free_space_beyond_the_end(data, elements, objects):
    at, length = objects[0]
    struct.pack_into("<Q", data, at + 8, length + 16)


KINDS = {
    "shared-version-1": shared_version_1,
    "used-by-several": heap(used_by_several),
    "shorter-than-object": heap(shorter_than_object),
    "free-space-between": heap(free_space_between),
    "free-space-beyond-the-end": heap(free_space_beyond_the_end),
}

kind, path = sys.argv[1:]
KINDS[kind](path)
with h5py.File(path) as file:
    read = {}
    if "texts" in file:
        read["texts"] = [text.decode() for text in file["texts"][()].tolist()]
        read["attribute"] = list(file.attrs["texts"])
    else:
        read["names"] = []
        file.visit(lambda name: read["names"].append("/" + name))
        for field in ("a", "b"):
            read[field] = file["inner/data"][field].tolist()
    print(json.dumps(read))
