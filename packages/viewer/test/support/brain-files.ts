import { runPython } from "../../../../test/support/h5py.js";

// A brain of six regions in files that h5py writes, as The Virtual Brain names and describes them.

export const GIDS = {
  connectivity: "c0000000000000000000000000000001",
  series: "70000000000000000000000000000002",
  correlations: "f0000000000000000000000000000003",
  surface: "50000000000000000000000000000004",
  mapping: "a0000000000000000000000000000005",
} as const;

/** The last one would be bold if labels were HTML. */
export const LABELS = ["lV1", "lA1", "lM1", "rV1", "rA1", "<b>rM1</b>"] as const;

export interface BrainFiles {
  readonly connectivity: string;
  readonly series: string;
  readonly correlations: string;
  readonly surface: string;
  readonly mapping: string;
}

/**
 * - weights: [target, source], directed, 11 connections
 * - tract lengths: 10 mm for each step between two indices, NaN between the first and the last region
 * - centres: the left hemisphere at x = -30, y = -40, 0, 40; the right one at x = 30; z = 0; the last two are not cortical
 * - correlations: (region, region, state variable, mode) of 2 variables: 1 on the diagonal, -0.5 and 0.25 beside it
 * - surface: a triangle on the left (x < 0) and one on the right, in the plane z = 0
 * - mapping: the left triangle's vertices are of region 0, those of the right one of region 3
 */
export function writeBrain(folder: string): BrainFiles {
  const output = runPython(
    `
folder, gids, labels = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
names = dict(connectivity="Connectivity", series="TimeSeriesRegion", correlations="CorrelationCoefficients",
             surface="CorticalSurface", mapping="RegionMapping")
paths = {}

def make(kind, **references):
    path = f"{folder}/{names[kind]}_{gids[kind]}.h5"
    paths[kind] = path
    file = h5py.File(path, "w")
    file.attrs["TVB_gid"] = f"urn:uuid:{gids[kind]}"
    file.attrs["TVB_type"] = f"tvb.datatypes.{kind}.{names[kind]}"
    for name, other in references.items():
        file.attrs[f"TVB_{name}"] = f"urn:uuid:{gids[other]}"
    return file

with make("connectivity") as file:
    file["weights"] = np.array([
        [0, 10, 0, 1, 0, 0],
        [1, 0, 0.1, 0, 0, 0],
        [0, 5, 0, 0, 0.01, 0],
        [1, 0, 0, 0, 10, 0],
        [0, 0, 0, 0.1, 0, 5],
        [0, 0, 0, 0, 1, 0]])
    lengths = np.abs(np.subtract.outer(np.arange(6), np.arange(6))) * 10.0
    lengths[0, 5] = lengths[5, 0] = np.nan
    file["tract_lengths"] = lengths
    file["tract_lengths"].attrs["TVB_unit"] = "mm"
    file["region_labels"] = np.array(labels, dtype=h5py.string_dtype())
    file["centres"] = np.array([[-30, -40, 0], [-30, 0, 0], [-30, 40, 0], [30, -40, 0], [30, 0, 0], [30, 40, 0]], dtype=float)
    file["hemispheres"] = np.array([False, False, False, True, True, True])
    file["cortical"] = np.array([True, True, True, True, False, False])

with make("series", connectivity="connectivity") as file:
    file["data"] = np.zeros((3, 1, 6, 1))

with make("correlations", source="series") as file:
    one = np.eye(6) + np.diag([-0.5] * 5, 1) + np.diag([-0.5] * 5, -1)
    two = np.eye(6) + np.diag([0.25] * 5, 1) + np.diag([0.25] * 5, -1)
    file["array_data"] = np.stack([one, two], axis=2)[..., np.newaxis]

with make("surface") as file:
    file["vertices"] = np.array([[-30, -20, 0], [-10, -20, 0], [-10, 20, 0], [10, -20, 0], [30, -20, 0], [10, 20, 0]], dtype=float)
    file["triangles"] = np.array([[0, 1, 2], [3, 4, 5]], dtype="int32")

with make("mapping", surface="surface", connectivity="connectivity") as file:
    file["array_data"] = np.array([0, 0, 0, 3, 3, 3], dtype="int32")

print(json.dumps(paths))
`,
    folder,
    JSON.stringify(GIDS),
    JSON.stringify(LABELS),
  );
  return JSON.parse(output) as BrainFiles;
}
