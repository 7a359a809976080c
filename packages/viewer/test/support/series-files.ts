import { runPython } from "../../../../test/support/h5py.js";

export interface SeriesFiles {
  readonly small: string;
  readonly spike: string;
  readonly large: string;
  readonly chunked: string;
  readonly one: string;
  readonly empty: string;
  readonly complex: string;
}

/**
 * Files of series that h5py writes.
 *
 * - small: 200 samples of 0.5 ms from 100 ms on, of variables V and W, of 3 regions. V of `ramp` is the sample's number; of
 *   `step` 50, and 150 from sample 100 on; of `gap` 100, and NaN from sample 80 to 119. W is 1000 for all.
 * - spike: 100,000 samples of 2 channels, 0 but for the sample 61,234 of channel 0, which is 1
 * - large: 1,000,000 x 76 float64, contiguous, not stored but for the samples 500,123 (channel 3 is 50) and 0 (all are 1)
 * - chunked: 100,000 x 76, chunks of 1724 samples, channel c of sample s is s + c
 * - one: one sample of one channel, the integer 2 ** 53 + 1
 * - empty: no sample of 2 channels
 * - complex: 4 samples of 3 + 4j, without other axes
 */
export function writeSeries(folder: string): SeriesFiles {
  const output = runPython(
    `
folder = sys.argv[1]
paths = {}

def make(kind, number, period, labels):
    path = f"{folder}/TimeSeriesRegion_{number:032x}.h5"
    paths[kind] = path
    file = h5py.File(path, "w")
    file.attrs["TVB_type"] = "tvb.datatypes.time_series.TimeSeriesRegion"
    file.attrs["TVB_sample_period"] = period
    file.attrs["TVB_sample_period_unit"] = "ms"
    file.attrs["TVB_labels_ordering"] = json.dumps(["Time", "State Variable", "Region", "Mode"])
    file.attrs["TVB_labels_dimensions"] = json.dumps({"State Variable": ["V", "W"], "Region": labels})
    return file

with make("small", 1, 0.5, ["ramp", "step", "gap"]) as file:
    file.attrs["TVB_start_time"] = 100.0
    data = np.full((200, 2, 3, 1), 1000.0)
    data[:, 0, 0, 0] = np.arange(200)
    data[:, 0, 1, 0] = np.where(np.arange(200) < 100, 50, 150)
    data[:, 0, 2, 0] = 100
    data[80:120, 0, 2, 0] = np.nan
    file["data"] = data

with make("spike", 2, 1.0, []) as file:
    data = np.zeros((100000, 1, 2, 1))
    data[61234, 0, 0, 0] = 1
    file["data"] = data

with make("large", 3, 1.0, []) as file:
    # The file has holes: fill values are what is not stored.
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    h5py.h5d.create(file.id, b"data", h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((1000000, 1, 76, 1)), creation)
    file["data"][0] = 1
    file["data"][500123, 0, 3, 0] = 50

with make("chunked", 4, 1.0, []) as file:
    data = file.create_dataset("data", (100000, 1, 76, 1), chunks=(1724, 1, 76, 1))
    for start in range(0, 100000, 17240):
        rows = np.arange(start, min(100000, start + 17240))
        data[rows[0]:rows[-1] + 1, 0, :, 0] = rows[:, None] + np.arange(76)

with make("one", 5, 1.0, []) as file:
    file["data"] = np.full((1, 1, 1, 1), 2**53 + 1, dtype="int64")

with make("empty", 6, 1.0, []) as file:
    file["data"] = np.zeros((0, 1, 2, 1))

with make("complex", 7, 1.0, []) as file:
    file["data"] = np.full(4, 3 + 4j)

print(json.dumps(paths))
`,
    folder,
  );
  return JSON.parse(output) as SeriesFiles;
}
