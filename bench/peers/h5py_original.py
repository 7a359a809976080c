"""h5py in the manner of the Python original: every call opens the file with libver="latest", works and closes it.
A file that is kept open for appends collects them in a buffer of 300 bytes."""

import os

import h5py
import numpy

from h5py_cases import make_cases
from h5py_list import describe
from protocol import serve

BUFFER_BYTES = 300


class OriginalFile:
    def __init__(self, path):
        self.path = path
        self.file = None
        self.buffer = None
        self.target = None

    def open(self, mode="a"):
        if self.file is None:
            new = mode == "a" and not os.path.exists(self.path)
            self.file = h5py.File(self.path, mode, libver="latest")
            if new:
                os.chmod(self.path, 0o744)
                self.file.attrs["TVB_Data_version"] = 5
        return self.file

    def close(self):
        if self.file is None:
            return
        try:
            self.flush()
        finally:
            self.file.close()
            self.file = None
            self.target = None

    def store(self, name, data, **layout):
        try:
            file = self.open()
            if name in file:
                file[name][...] = data
            else:
                file.create_dataset(name, data=data, **layout)
        finally:
            self.close()

    def append(self, name, data, keep_open=False):
        try:
            file = self.open()
            if self.target is None:
                if name not in file:
                    file.create_dataset(name, data=data, maxshape=(None,) + data.shape[1:])
                    self.target = file[name]
                    return
                self.target = file[name]
            self.buffer = data if self.buffer is None else numpy.concatenate((self.buffer, data))
            if self.buffer.nbytes > BUFFER_BYTES:
                self.flush()
        finally:
            if not keep_open:
                self.close()

    def flush(self):
        if self.buffer is None:
            return
        start = self.target.shape[0]
        self.target.resize(start + self.buffer.shape[0], axis=0)
        self.target[start:] = self.buffer
        self.buffer = None

    def read(self, name, selection=(), keep_open=False):
        try:
            return self.open("r")[name][selection]
        finally:
            if not keep_open:
                self.close()

    def remove(self, name):
        try:
            del self.open()[name]
        finally:
            self.close()

    def set_attributes(self, name, values):
        try:
            attributes = self.open()[name].attrs
            for key, value in values.items():
                attributes["TVB_" + key] = value
        finally:
            self.close()

    def attributes(self, name):
        try:
            found = {}
            node = self.open("r")[name]
            for key in node.attrs:
                found[key[4:] if key.startswith("TVB_") else key] = node.attrs[key]
            return found
        finally:
            self.close()

    def version(self):
        try:
            return int(self.open("r").attrs["TVB_Data_version"])
        finally:
            self.close()

    def list(self):
        try:
            found = []
            self.open("r").visititems(lambda name, node: found.append(describe(name, node)))
            return found
        finally:
            self.close()


serve(make_cases(OriginalFile))
