"""The operations of program.ts as the Python original makes them: every call opens the file, works and closes it,
except appends that are kept open. Prints the number of each operation once it is done, until it is killed."""
import sys

import h5py
import numpy as np

path = sys.argv[1]


def open_file():
    return h5py.File(path, "a", libver="latest")


def append(f, rows):
    if "rows" not in f:
        f.create_dataset("rows", data=rows, maxshape=(None, 8), chunks=(16, 8))
        return
    dataset = f["rows"]
    dataset.resize(len(dataset) + len(rows), axis=0)
    dataset[-len(rows):] = rows


def operate(n):
    row = np.full((1, 8), float(n))
    f = open_file()
    if n == 0:
        f.attrs["TVB_Data_version"] = 5
    if n % 5 == 0:
        append(f, row)
    elif n % 5 == 1:
        if "state" in f:
            f["state"][...] = np.full(1000, float(n))
        else:
            f["state"] = np.full(1000, float(n))
    elif n % 5 == 2:
        f.attrs["TVB_last"] = n
        f.attrs["TVB_text"] = "x" * (n % 50)
    elif n % 5 == 3:
        for _ in range(3):
            append(f, row)
    else:
        f.require_group("group")[f"d{n}"] = np.array([float(n)])
    f.close()


n = 0
while True:
    operate(n)
    sys.stdout.write(f"{n}\n")
    sys.stdout.flush()
    n += 1
