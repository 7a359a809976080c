"""h5py used well: the file is opened once for all calls of a run, dataset objects are kept, appends are collected
until they fill whole chunks."""

import h5py
import numpy

from h5py_cases import make_cases
from h5py_list import describe
from protocol import serve

CHUNK_BYTES = 1 << 20


class WellUsedFile:
    def __init__(self, path):
        self.path = path
        self.file = None
        self.datasets = {}
        self.waiting = []
        self.waiting_rows = 0

    def open(self, mode="a"):
        if self.file is None:
            self.file = h5py.File(self.path, mode)
        return self.file

    def dataset(self, name, mode="r"):
        if name not in self.datasets:
            self.datasets[name] = self.open(mode)[name]
        return self.datasets[name]

    def close(self):
        if self.file is None:
            return
        if self.waiting:
            self.flush()
        self.datasets = {}
        self.file.close()
        self.file = None

    def store(self, name, data, **layout):
        self.open().create_dataset(name, data=data, **layout)

    def append(self, name, data, keep_open=False):
        file = self.open()
        if name not in self.datasets:
            rest = data.shape[1:]
            self.chunk_rows = max(1, CHUNK_BYTES // (data[:1].nbytes))
            self.datasets[name] = file.create_dataset(
                name,
                shape=(0,) + rest,
                dtype=data.dtype,
                maxshape=(None,) + rest,
                chunks=(self.chunk_rows,) + rest,
            )
        self.target = self.datasets[name]
        self.waiting.append(data)
        self.waiting_rows += len(data)
        if self.waiting_rows >= self.chunk_rows:
            self.flush()

    def flush(self):
        rows = numpy.concatenate(self.waiting)
        self.waiting = []
        self.waiting_rows = 0
        start = self.target.shape[0]
        self.target.resize(start + len(rows), axis=0)
        self.target[start:] = rows

    def read(self, name, selection=(), keep_open=False):
        return self.dataset(name)[selection]

    def remove(self, name):
        del self.open()[name]

    def set_attributes(self, name, values):
        attributes = self.dataset(name, "a").attrs
        for key, value in values.items():
            attributes.modify("TVB_" + key, value)

    def attributes(self, name):
        return {key[4:] if key.startswith("TVB_") else key: value for key, value in self.dataset(name).attrs.items()}

    def version(self):
        return int(self.open("r").attrs["TVB_Data_version"])

    def list(self):
        found = []
        self.open("r").visititems(lambda name, node: found.append(describe(name, node)))
        return found


serve(make_cases(WellUsedFile))
