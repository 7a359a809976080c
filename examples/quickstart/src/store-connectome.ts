import { ndarray } from "@tvb-storage/core";
import type { Connectome } from "./connectome.js";
import { type Datatype, openDatatype } from "./storage.js";

/** Writes a connectome with the dataset and attribute names of The Virtual Brain's `Connectivity`. */
export async function storeConnectome(connectome: Connectome, { path, gid }: Datatype): Promise<void> {
  const { regions, weights, tractLengths, centres, regionLabels, hemispheres } = connectome;
  await using file = openDatatype(path);
  await file.storeData(ndarray(weights, { shape: [regions, regions] }), "weights");
  await file.storeData(ndarray(tractLengths, { shape: [regions, regions] }), "tract_lengths");
  await file.storeData(ndarray(centres, { shape: [regions, 3] }), "centres");
  await file.storeData(regionLabels, "region_labels");
  await file.storeData(hemispheres, "hemispheres");
  await file.setMetadata({
    gid,
    title: `Generated connectome of ${regions} regions`,
    number_of_regions: regions,
    number_of_connections: weights.filter((weight) => weight > 0).length,
    undirected: true,
  });
  await file.setMetadata({ unit: "mm" }, "tract_lengths");
  await file.setMetadata({ unit: "mm" }, "centres");
}
