"""What h5py finds in files whose writer (program.ts, original-writer.py) was killed.

Reads from standard input a list of {"file": path, "acknowledged": number of the last operation that was
acknowledged}, and prints {"unreadable": [...], "lost": [...], "incomplete": [...], "good": number}: files that do not
open or read; that miss something acknowledged; that hold a part of an operation, or something else.
"""
import json
import sys

import h5py
import numpy as np


def expected(count):
    """The content after the first `count` operations."""
    rows, state, last, names = [], None, None, set()
    for n in range(count):
        if n % 5 == 0:
            rows.append(n)
        elif n % 5 == 1:
            state = n
        elif n % 5 == 2:
            last = n
        elif n % 5 == 3:
            rows += [n] * 3
        else:
            names.add(f"d{n}")
    return rows, state, last, names


def found(path):
    with h5py.File(path, "r") as f:
        assert f.attrs["TVB_Data_version"] == 5
        rows = f["rows"][()] if "rows" in f else np.zeros((0, 8))
        assert (rows == rows[:, :1]).all(), "a row is incomplete"
        state = f["state"][()] if "state" in f else None
        assert state is None or (state == state[0]).all(), "the state is incomplete"
        last = int(f.attrs["TVB_last"]) if "TVB_last" in f.attrs else None
        assert last is None or f.attrs["TVB_text"] == "x" * (last % 50), "the metadata are incomplete"
        group = f["group"] if "group" in f else {}
        for name in group:
            assert group[name][()] == [float(name[1:])], "a dataset is incomplete"
        return rows[:, 0].tolist(), None if state is None else state[0], last, set(group)


result = {"unreadable": [], "lost": [], "incomplete": [], "good": 0}
for check in json.load(sys.stdin):
    count = check["acknowledged"] + 1
    try:
        content = found(check["file"])
    except AssertionError as error:
        result["incomplete"].append([check["file"], str(error)])
        continue
    except Exception as error:
        result["unreadable"].append([check["file"], repr(error)])
        continue
    if content in (expected(count), expected(count + 1)):
        result["good"] += 1
        continue
    rows, state, last, names = expected(count)
    is_lost = (
        content[0][: len(rows)] != rows
        or (content[1] or 0) < (state or 0)
        or (content[2] or 0) < (last or 0)
        or not names <= content[3]
    )
    result["lost" if is_lost else "incomplete"].append([check["file"], f"after {count} operations"])
print(json.dumps(result))
