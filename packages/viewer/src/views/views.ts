import { isExotic } from "../data/exotic.js";
import { seriesNode } from "../data/series.js";
import { isConnectivity } from "./connectivity/connectivity.js";
import { hasCentres } from "./connectivity/graph.js";
import { correlationNode } from "./functional-connectivity/functional-connectivity.js";
import { isRegionMapping } from "./surface/region-mapping.js";
import { isSurface } from "./surface/surface.js";
import type { View } from "./view.js";

/** In the order of their tabs. */
export const VIEWS: readonly View[] = [
  {
    id: "matrices",
    title: "Matrices",
    shows: (summary, node) => isConnectivity(summary) && isOneOf(node, "/weights", "/tract_lengths"),
    load: () => import("./connectivity/MatricesView.js"),
  },
  {
    id: "graph",
    title: "3D graph",
    shows: (summary, node) =>
      isConnectivity(summary) && hasCentres(summary) && isOneOf(node, "/weights", "/centres"),
    load: () => import("./connectivity/GraphView.js"),
  },
  {
    id: "functional-connectivity",
    title: "Matrix",
    shows: (summary, node) => {
      const matrix = correlationNode(summary);
      return matrix !== undefined && isOneOf(node, matrix.path);
    },
    load: () => import("./functional-connectivity/FunctionalConnectivityView.js"),
  },
  {
    id: "surface",
    title: "Surface",
    shows: (summary, node) =>
      isSurface(summary) && isOneOf(node, "/vertices", "/triangles", "/vertex_normals"),
    load: () => import("./surface/SurfaceView.js"),
  },
  {
    id: "region-mapping",
    title: "Regions",
    shows: (summary, node) => isRegionMapping(summary) && isOneOf(node, "/array_data"),
    load: () => import("./surface/RegionMappingView.js"),
  },
  {
    id: "elements",
    title: "Elements",
    shows: ({ nodes }, node) => nodes.some(({ path, dtype }) => path === node && isExotic(dtype)),
    load: () => import("./elements/ElementsView.js"),
  },
  {
    id: "time-series",
    title: "Time series",
    paramsOf: "series",
    shows: (summary, node) => seriesNode(summary, node) !== undefined,
    load: () => import("./time-series/TimeSeriesView.js"),
    // A long dataset of a file of another kind is one for the general plots first.
    isDefault: ({ className }) => className?.startsWith("TimeSeries") === true,
  },
  {
    id: "carpet",
    title: "Carpet plot",
    paramsOf: "series",
    shows: (summary, node) => seriesNode(summary, node) !== undefined,
    isDefault: () => false,
    load: () => import("./carpet/CarpetView.js"),
  },
  {
    id: "plots",
    title: "Plots",
    shows: () => true,
    isDefault: ({ nodes }, node) => nodes.some(({ kind, path }) => kind === "dataset" && path === node),
    load: () => import("./general/GeneralView.js"),
  },
  {
    id: "contents",
    title: "Contents",
    shows: () => true,
    load: () => import("./contents/ContentsView.js"),
  },
  {
    id: "metadata",
    title: "Metadata",
    shows: () => true,
    load: () => import("./metadata/MetadataView.js"),
  },
];

/** Whether the file as a whole is looked at, or one of these nodes. */
function isOneOf(node: string | undefined, ...paths: readonly string[]): boolean {
  return node === undefined || node === "/" || paths.includes(node);
}
