"""The cases on a Zarr hierarchy of version 2 in a folder, with zarr-python. Every call opens what it needs: the array
itself, where that is quicker than its group. `consolidates`: each change is followed by `zarr.consolidate_metadata`."""

import os
import shutil

import numpy
import zarr
from numcodecs import Blosc, GZip

from protocol import Case, expect_equal

COLUMNS = 1024
SMALL = numpy.arange(76) / 2
BLOCK = (100, 1, 76, 1)
SERIES_CHUNKS = (1000, 1, 76, 1)


def make_cases(consolidates):
    def changed(path):
        if consolidates:
            zarr.consolidate_metadata(path)

    def store(path, data, chunks, compressor):
        zarr.open_group(path, "a").create_dataset("data", data=data, chunks=chunks, compressor=compressor)
        changed(path)

    class Scratch(Case):
        @property
        def path(self):
            return os.path.join(self.folder, "scratch.zarr")

        def prepare(self):
            shutil.rmtree(self.path, ignore_errors=True)

    class Store(Scratch):
        compressor = None

        def __init__(self, *args):
            super().__init__(*args)
            self.data = numpy.fromfile(os.path.join(self.shared, "data.bin")).reshape(-1, COLUMNS)

        def run(self):
            store(self.path, self.data, (min(128, len(self.data)), COLUMNS), self.compressor)

        def check(self):
            if not numpy.array_equal(zarr.open(self.path, "r")["data"][...], self.data):
                raise AssertionError("not what was stored")

    class GzipStore(Store):
        compressor = GZip(level=4)

    class BloscStore(Store):
        compressor = Blosc("lz4", clevel=5, shuffle=Blosc.SHUFFLE)

    class Read(Case):
        def prepare(self):
            self.found = None

        def run(self):
            self.found = zarr.open(os.path.join(self.shared, "data.zarr", "data"), "r")[...]

        def check(self):
            expected = numpy.fromfile(os.path.join(self.shared, "data.bin")).reshape(-1, COLUMNS)
            if not numpy.array_equal(self.found, expected):
                raise AssertionError("not what is in the hierarchy")

    class Rows(Case):
        def row_at(self, i):
            return (i * 7919 + 13) % self.size["rows"]

        def run(self):
            self.found = []
            for i in range(self.size["reads"]):
                array = zarr.open(os.path.join(self.shared, "data.zarr", "data"), "r")
                self.found.append(array[self.row_at(i)])

        def check(self):
            data = numpy.fromfile(os.path.join(self.shared, "data.bin")).reshape(-1, COLUMNS)
            for i, row in enumerate(self.found):
                if not numpy.array_equal(row, data[self.row_at(i)]):
                    raise AssertionError(f"row {i} is not what is in the hierarchy")

    class Append(Scratch):
        def __init__(self, *args):
            super().__init__(*args)
            self.values = numpy.sin(numpy.arange(self.size["blocks"] * numpy.prod(BLOCK)) / 50)
            self.values = self.values.reshape((-1,) + BLOCK)

        def run(self):
            for i, block in enumerate(self.values):
                if i == 0:
                    store(self.path, block, SERIES_CHUNKS, None)
                else:
                    zarr.open(f"{self.path}/data", "r+").append(block)
                    changed(self.path)

        def check(self):
            found = zarr.open(self.path, "r")["data"][...]
            if not numpy.array_equal(found, self.values.reshape((-1,) + BLOCK[1:])):
                raise AssertionError("not what was appended")

    class SetAttributes(Scratch):
        def __init__(self, *args):
            super().__init__(*args)
            self.attributes = {f"TVB_key_{i}": i + 0.5 for i in range(self.size["attributes"])}

        def prepare(self):
            super().prepare()
            store(self.path, SMALL, SMALL.shape, None)

        def run(self):
            for name, value in self.attributes.items():
                zarr.open(f"{self.path}/data", "r+").attrs[name] = value
                changed(self.path)

        def check(self):
            found = zarr.open(self.path, "r")["data"].attrs
            expect_equal("number of attributes", len(found), self.size["attributes"])
            expect_equal("key_3", found["TVB_key_3"], 3.5)

    class SetAttributesOnce(SetAttributes):
        def run(self):
            zarr.open(f"{self.path}/data", "r+").attrs.update(self.attributes)
            changed(self.path)

    return {
        "zarr-gzip-store": GzipStore,
        "zarr-gzip-read": Read,
        "zarr-rows": Rows,
        "zarr-rows-gzip": Rows,
        "zarr-append": Append,
        "zarr-attributes": SetAttributes,
        "zarr-attributes-once": SetAttributesOnce,
        "zarr-store": Store,
        "zarr-read": Read,
        "zarr-blosc-store": BloscStore,
        "zarr-blosc-read": Read,
    }
