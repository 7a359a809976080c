"""The cases on a file that is used through `manner`: see h5py_original.py and h5py_well.py."""

import os

import numpy

from protocol import Case, expect_equal

COLUMNS = 1024
SMALL = numpy.arange(76) / 2


def small_name(i):
    return f"dataset_{i:04d}"


def make_cases(open_file):
    """`open_file(path)` gives an object with the methods of the two manners."""

    class Scratch(Case):
        name = "scratch.h5"

        @property
        def path(self):
            return os.path.join(self.folder, self.name)

        def prepare(self):
            if os.path.exists(self.path):
                os.unlink(self.path)

    class Store(Scratch):
        layout = {}

        def __init__(self, *args):
            super().__init__(*args)
            self.data = numpy.fromfile(os.path.join(self.shared, "data.bin")).reshape(-1, COLUMNS)

        def run(self):
            file = open_file(self.path)
            file.store("data", self.data, **self.layout)
            file.close()

        def check(self):
            found = open_file(self.path).read("data")
            if not numpy.array_equal(found, self.data):
                raise AssertionError("not what was stored")

    class GzipStore(Store):
        layout = {"compression": "gzip", "compression_opts": 4}

        def __init__(self, *args):
            super().__init__(*args)
            self.layout = {**self.layout, "chunks": (min(128, len(self.data)), COLUMNS)}

    class SmallChunksStore(Store):
        layout = {"chunks": (8, 64)}

    class Read(Case):
        def prepare(self):
            self.found = None

        def run(self):
            file = open_file(os.path.join(self.shared, "data.h5"))
            self.found = file.read("data")
            file.close()

        def check(self):
            expected = numpy.fromfile(os.path.join(self.shared, "data.bin")).reshape(-1, COLUMNS)
            if not numpy.array_equal(self.found, expected):
                raise AssertionError("not what is in the file")

    class Rows(Case):
        keep_open = False

        def run(self):
            file = open_file(os.path.join(self.shared, "data.h5"))
            rows = self.size["rows"]
            self.found = []
            for i in range(self.size["reads"]):
                self.found.append(file.read("data", (i * 7919 + 13) % rows, keep_open=self.keep_open))
            file.close()

        def check(self):
            for row in self.found:
                expect_equal("shape", row.shape, (COLUMNS,))

    class RowsOpen(Rows):
        keep_open = True

    class Column(Case):
        def run(self):
            file = open_file(os.path.join(self.shared, "data.h5"))
            for i in range(self.size["reads"]):
                self.found = file.read("data", (slice(None, None, 2), (i * 37) % COLUMNS))
            file.close()

        def check(self):
            expect_equal("shape", self.found.shape, (self.size["rows"] // 2,))

    class Append(Scratch):
        block = (1, 76, 1)
        keep_open = False

        def __init__(self, *args):
            super().__init__(*args)
            self.values = numpy.sin(numpy.arange(self.size["blocks"] * numpy.prod(self.block)) / 50)
            self.values = self.values.reshape((-1,) + self.block)

        def run(self):
            file = open_file(self.path)
            for block in self.values:
                file.append("data", block, keep_open=self.keep_open)
            file.close()

        def check(self):
            found = open_file(self.path).read("data")
            if not numpy.array_equal(found, self.values.reshape((-1,) + self.block[1:])):
                raise AssertionError("not what was appended")

    class AppendOpen(Append):
        keep_open = True

    class Append100Open(AppendOpen):
        block = (100, 1, 76, 1)

    class SetAttribute(Scratch):
        def prepare(self):
            super().prepare()
            file = open_file(self.path)
            file.store("data", SMALL)
            file.close()

        def run(self):
            file = open_file(self.path)
            for i in range(self.size["calls"]):
                file.set_attributes("data", {"sample_rate": 0.5 + i})
            file.close()

        def check(self):
            found = open_file(self.path).attributes("data")
            expect_equal("sample_rate", found["sample_rate"], self.size["calls"] - 0.5)

    class ReadAttributes(Case):
        def run(self):
            file = open_file(os.path.join(self.shared, "attributes.h5"))
            for _ in range(self.size["calls"]):
                self.found = file.attributes("data")
            file.close()

        def check(self):
            expect_equal("number of attributes", len(self.found), self.size["attributes"])
            expect_equal("key_3", self.found["key_3"], 3.5)

    class StoreSmall(Scratch):
        def run(self):
            file = open_file(self.path)
            for i in range(self.size["datasets"]):
                file.store(small_name(i), SMALL)
            file.close()

        def check(self):
            expect_equal("number of nodes", len(open_file(self.path).list()), self.size["datasets"])

    class RemoveSmall(Scratch):
        def prepare(self):
            super().prepare()
            file = open_file(self.path)
            for i in range(self.size["datasets"]):
                file.store(small_name(i), SMALL)
            file.close()

        def run(self):
            file = open_file(self.path)
            for i in range(self.size["datasets"]):
                file.remove(small_name(i))
            file.close()

        def check(self):
            expect_equal("number of nodes", len(open_file(self.path).list()), 0)

    class ListTree(Case):
        def run(self):
            file = open_file(os.path.join(self.shared, "tree.h5"))
            self.found = file.list()
            file.close()

        def check(self):
            expect_equal("number of nodes", len(self.found), self.size["nodes"])

    class ProjectVersions(Case):
        def run(self):
            self.sum = 0
            for i in range(self.size["files"]):
                file = open_file(f"{self.shared}/operation_{i % 50}/TimeSeries_{i}.h5")
                self.sum += file.version()
                file.close()

        def check(self):
            expect_equal("sum of versions", self.sum, 5 * self.size["files"])

    class SetNew(Scratch):
        before = None

        def value(self, i):
            return i + 0.5

        def prepare(self):
            super().prepare()
            file = open_file(self.path)
            file.store("data", SMALL)
            if self.before is not None:
                file.set_attributes("data", {f"key_{i}": self.before(i) for i in range(self.size["calls"])})
            file.close()

        def run(self):
            file = open_file(self.path)
            for i in range(self.size["calls"]):
                file.set_attributes("data", {f"key_{i}": self.value(i)})
            file.close()

        def check(self):
            found = open_file(self.path).attributes("data")
            expect_equal("number of attributes", len(found), self.size["calls"])
            expect_equal("key_3", found["key_3"], self.value(3))

    class SetNewTexts(SetNew):
        def value(self, i):
            return f"value {i}"

    class ReplaceTexts(SetNew):
        def before(self, i):
            return f"value {i}"

        def value(self, i):
            return f"a longer value, number {i}, that takes the place of a short one"

    return {
        "store": Store,
        "read": Read,
        "gzip-store": GzipStore,
        "gzip-read": Read,
        "shuffle-read": Read,
        "small-chunks-store": SmallChunksStore,
        "small-chunks-read": Read,
        "rows-close": Rows,
        "rows-open": RowsOpen,
        "column": Column,
        "column-chunked": Column,
        "append-open": AppendOpen,
        "append-close": Append,
        "append-100-open": Append100Open,
        "set-attribute": SetAttribute,
        "read-attributes": ReadAttributes,
        "store-small": StoreSmall,
        "remove-small": RemoveSmall,
        "list-tree": ListTree,
        "project-versions": ProjectVersions,
        "set-new-numbers": SetNew,
        "set-new-texts": SetNewTexts,
        "replace-texts": ReplaceTexts,
    }
