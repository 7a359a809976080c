"""Datasets of array types, and what numpy selects from them. Run with h5py, numpy (as np), json and sys imported."""

SELECTIONS = [
    np.s_[...],
    np.s_[1],
    np.s_[:, 1],
    np.s_[:, :, -1],
    np.s_[1:4:2, 1:, 0:5:2],
    np.s_[-1, 0, 2],
    np.s_[:2, 1, 3:1],
    np.s_[:, ::2, 1],
]
values = np.arange(5 * 3 * 4).reshape(5, 3, 4)


def create(file, name, kind, data, **layout):
    dataset = file.create_dataset(name, (5,), dtype=kind, **layout)
    dataset[...] = data


with h5py.File(sys.argv[1], "w") as file:
    create(file, "contiguous", np.dtype(("<f8", (3, 4))), values)
    create(file, "chunked", np.dtype((">i2", (3, 4))), values, chunks=(2,), compression="gzip")
    create(file, "texts", np.dtype(("S3", (3, 4))), values.astype("S3"))
    file.create_dataset("wide", (5, 3), dtype=np.dtype(("<i4", (4,))), chunks=(2, 2))[...] = values
    record = np.zeros(5, dtype=[("n", "<i4"), ("v", "<f4", (3, 4))])
    record["v"] = values
    file["field"] = record

with h5py.File(sys.argv[1]) as file:
    result = {}
    for name in file:
        data = file[name]["v"] if name == "field" else file[name][()]
        data = data.astype(str) if data.dtype.kind == "S" else data
        result[name] = {"shape": data.shape, "selected": [data[selection].tolist() for selection in SELECTIONS]}
print(json.dumps(result))
