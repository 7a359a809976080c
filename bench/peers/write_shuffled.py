"""Writes data.bin of a folder as a dataset with shuffle and gzip: `python3 write_shuffled.py FOLDER COLUMNS ROWS_OF_CHUNK`."""

import os
import sys

import h5py
import numpy

folder, columns, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
data = numpy.fromfile(os.path.join(folder, "data.bin")).reshape(-1, columns)
with h5py.File(os.path.join(folder, "data.h5"), "w") as file:
    layout = {"chunks": (rows, columns), "shuffle": True, "compression": "gzip", "compression_opts": 4}
    file.create_dataset("data", data=data, **layout)
