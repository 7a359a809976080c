"""Prints, as JSON, what h5py sees in every HDF5 file below a folder, keyed by the datatype's name."""
import json
import pathlib
import sys

import h5py
import numpy

facts = {}
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.h5")):
    with h5py.File(path, "r") as file:
        datasets = {}
        for name, dataset in file.items():
            values = dataset[()]
            datasets[name] = {
                "dtype": str(values.dtype),
                "shape": dataset.shape,
                "maxshape": dataset.maxshape,
                "first": dataset.asstr()[0] if h5py.check_string_dtype(dataset.dtype) else None,
                "finite": bool(numpy.isfinite(values).all()) if values.dtype.kind == "f" else None,
            }
        attributes = {
            key: {"value": value if isinstance(value, str) else numpy.asarray(value).tolist(), "type": type(value).__name__}
            for key, value in file.attrs.items()
        }
        # The functional connectivity, once more by numpy from the stored series.
        if "data" in file and file["data"].ndim == 4:
            facts["corrcoef"] = numpy.corrcoef(file["data"][:, 0, :, 0].T).tolist()
        if "array_data" in file:
            facts["array_data"] = file["array_data"][()].tolist()
        if "weights" in file:
            facts["hemispheres"] = file["hemispheres"][()].tolist()
        facts[path.name.rsplit("_", 1)[0]] = {
            "operation": path.parent.name,
            "datasets": datasets,
            "attributes": attributes,
        }
print(json.dumps(facts))
