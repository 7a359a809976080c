"""Functional connectivity of a series that a web server has, by a Dask cluster of two processes.

functional_connectivity.py URL DATASET RESULT SCRATCH
    URL      of a Zarr hierarchy (version 2, with consolidated metadata)
    DATASET  of shape (time, variable, region, mode)
    RESULT   the folder of a new hierarchy, for the correlations of the regions, float64
    SCRATCH  a folder for what Dask keeps on disk

Prints one line of JSON: the most memory of each worker, in bytes. Ends, with its workers, when its
standard input does.
"""

import json
import os
import resource
import signal
import sys
import threading
from collections.abc import MutableMapping
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import numpy
import xarray
from dask.distributed import Client, LocalCluster


class HttpStore(MutableMapping):
    """The objects beneath a URL, as zarr-python wants them. (fsspec's needs aiohttp.)"""

    def __init__(self, url):
        self.url = url

    def __getitem__(self, key):
        try:
            with urlopen(f"{self.url}/{quote(key)}", timeout=60) as answer:
                return answer.read()
        except HTTPError as error:
            if error.code == 404:
                raise KeyError(key) from None
            raise

    def _refuse(self, *_):
        raise PermissionError(f"{self.url} is only read")

    __setitem__ = __delitem__ = __iter__ = __len__ = _refuse


def functional_connectivity(series):
    """Pearson correlations of (time, region). The mean is computed first, so that no block waits for it in memory."""
    centred = series - series.mean("time").compute()
    products = xarray.dot(centred, centred.rename(region="other"), dims="time").compute().values
    deviations = numpy.sqrt(numpy.diag(products))
    return products / numpy.outer(deviations, deviations)


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def end_with_standard_input():
    sys.stdin.read()
    os.killpg(os.getpgid(0), signal.SIGKILL)


def main(url, dataset, result, scratch):
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=scratch
    ) as cluster, Client(cluster) as client:
        opened = xarray.open_zarr(HttpStore(url), consolidated=True, chunks={})
        correlations = functional_connectivity(opened[dataset].isel(variable=0, mode=0))
        array = xarray.DataArray(correlations, dims=("region", "other"), name="functional_connectivity")
        array.to_dataset().to_zarr(result, consolidated=True)
        print(json.dumps(list(client.run(peak_bytes).values())), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
