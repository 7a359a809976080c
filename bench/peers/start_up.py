"""Imports h5py and reads a first dataset, in a fresh process."""

import json
import resource
import sys
import time

start = time.perf_counter()
import h5py  # noqa: E402

imported = time.perf_counter()
with h5py.File(sys.argv[1], "r", libver="latest") as file:
    data = file["data"][()]
done = time.perf_counter()
assert data[75] == 2
print(
    json.dumps(
        {
            "ms": (done - start) * 1000,
            "import": (imported - start) * 1000,
            "first": (done - imported) * 1000,
            "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
