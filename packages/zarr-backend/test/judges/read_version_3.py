"""Reads Zarr version 3, by the specification: json, zlib and numpy only. Prints what a hierarchy holds as JSON.

Groups and arrays are found by their zarr.json, without consolidated metadata; of codecs it knows bytes, vlen-utf8,
transpose, gzip, crc32c, numcodecs.shuffle and sharding_indexed.
"""
import itertools
import json
import sys
import zlib
from pathlib import Path

import numpy as np


def type_of(data_type):
    if isinstance(data_type, dict):
        assert data_type["name"] == "null_terminated_bytes", data_type
        return np.dtype("S%d" % data_type["configuration"]["length_bytes"])
    return np.dtype(object if data_type == "string" else data_type)


def crc32c(content):
    rest = 0xFFFFFFFF
    for byte in content:
        rest ^= byte
        for _ in range(8):
            rest = (rest >> 1) ^ (0x82F63B78 if rest & 1 else 0)
    return rest ^ 0xFFFFFFFF


def unshuffle(content, size):
    return np.frombuffer(content, "u1").reshape(size, -1).T.tobytes()


def texts(content):
    count, at, found = int.from_bytes(content[:4], "little"), 4, []
    for _ in range(count):
        length = int.from_bytes(content[at:at + 4], "little")
        found.append(content[at + 4:at + 4 + length].decode("utf-8"))
        at += 4 + length
    assert at == len(content)
    return found


def decode(content, codecs, shape, dtype, fill):
    """The array of a chunk from its bytes."""
    before = list(itertools.takewhile(lambda codec: codec["name"] == "transpose", codecs))
    serializer, after = codecs[len(before)], codecs[len(before) + 1:]
    for codec in reversed(after):
        name = codec["name"]
        if name == "gzip":
            content = zlib.decompress(content, 31)
        elif name == "crc32c":
            assert int.from_bytes(content[-4:], "little") == crc32c(content[:-4])
            content = content[:-4]
        elif name == "numcodecs.shuffle":
            content = unshuffle(content, codec["configuration"]["elementsize"])
        else:
            raise ValueError(name)
    for codec in before:
        shape = [shape[axis] for axis in codec["configuration"]["order"]]
    configuration = serializer.get("configuration", {})
    if serializer["name"] == "sharding_indexed":
        array = decode_shard(content, configuration, shape, dtype, fill)
    elif serializer["name"] == "vlen-utf8":
        array = np.array(texts(content) + [None], dtype=object)[:-1].reshape(shape)
    else:
        assert dtype.itemsize == 1 or dtype.kind == "S" or configuration["endian"] in ("little", "big")
        order = ">" if configuration.get("endian") == "big" else "<"
        array = np.frombuffer(content, dtype.newbyteorder(order)).reshape(shape)
    for codec in reversed(before):
        array = array.transpose(np.argsort(codec["configuration"]["order"]))
    return array


def decode_shard(content, configuration, shape, dtype, fill):
    chunks = configuration["chunk_shape"]
    grid = [length // chunk for length, chunk in zip(shape, chunks)]
    length = int(np.prod(grid)) * 16 + 4 * any(c["name"] == "crc32c" for c in configuration["index_codecs"])
    stored = content[-length:] if configuration.get("index_location", "end") == "end" else content[:length]
    index = decode(stored, configuration["index_codecs"], grid + [2], np.dtype("u8"), 0)
    array = np.full(shape, fill, dtype)
    for position in np.ndindex(*grid):
        offset, count = (int(number) for number in index[position])
        if offset == 2**64 - 1:
            continue
        place = tuple(slice(i * chunk, (i + 1) * chunk) for i, chunk in zip(position, chunks))
        array[place] = decode(content[offset:offset + count], configuration["codecs"], chunks, dtype, fill)
    return array


def read_array(folder, meta):
    assert meta["chunk_grid"]["name"] == "regular" and meta["chunk_key_encoding"]["name"] == "default"
    separator = meta["chunk_key_encoding"].get("configuration", {}).get("separator", "/")
    chunks = meta["chunk_grid"]["configuration"]["chunk_shape"]
    dtype, shape = type_of(meta["data_type"]), meta["shape"]
    fill = complex(*meta["fill_value"]) if dtype.kind == "c" else meta["fill_value"]
    array = np.full(shape, fill, dtype)
    for position in np.ndindex(*(-(-length // chunk) for length, chunk in zip(shape, chunks))):
        path = folder / separator.join(["c", *map(str, position)])
        if not path.exists():
            continue
        chunk = decode(path.read_bytes(), meta["codecs"], chunks, dtype, fill)
        place = tuple(slice(i * length, (i + 1) * length) for i, length in zip(position, chunks))
        part = array[place + (...,)]
        array[place] = chunk[tuple(slice(length) for length in part.shape)]
    return array


def main(root):
    found = {}
    for path in sorted(Path(root).rglob("zarr.json")):
        meta = json.loads(path.read_bytes())
        assert meta["zarr_format"] == 3
        name = "/" + "/".join(path.parent.relative_to(root).parts)
        node = {"attributes": {key: repr(value) for key, value in meta.get("attributes", {}).items()}}
        if meta["node_type"] == "array":
            array = read_array(path.parent, meta)
            node.update(dtype=array.dtype.str, shape=array.shape, values=repr(array.tolist()))
            node["names"] = meta.get("dimension_names")
        found[name] = node
    print(json.dumps(found))


main(sys.argv[1])
