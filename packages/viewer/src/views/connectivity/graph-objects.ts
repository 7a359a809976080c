import { INTERPOLATORS } from "@h5web/lib";
import {
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  Color,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  MeshLambertMaterial,
  SphereGeometry,
} from "three";
import { centreOf, type RegionGraph } from "./graph.js";

/** Okabe and Ito's, which people with any colour vision can tell apart. */
export const HEMISPHERES = { left: "#56b4e9", right: "#e69f00", unknown: "#bbbbbb" } as const;

/** Regions that are drawn with one shape: the mesh, and which region each of its instances is. */
export interface RegionMesh {
  readonly mesh: InstancedMesh;
  readonly regions: readonly number[];
}

/** Cortical regions as spheres, others as cubes, coloured by their hemisphere; the chosen one is larger. */
export function regionMeshes(graph: RegionGraph, radius: number, chosen: number | undefined): RegionMesh[] {
  const { weights, isCortical } = graph;
  const count = weights.labels.length;
  const size = radius * Math.min(Math.max(0.35 / Math.sqrt(count), 0.012), 0.05);
  const all = Array.from({ length: count }, (_, region) => region).filter((region) =>
    centreOf(graph, region),
  );
  const isSphere = (region: number) => isCortical === undefined || Boolean(isCortical[region]);
  const segments = count > 200 ? 8 : 24;
  return [
    { regions: all.filter(isSphere), geometry: new SphereGeometry(1, segments, segments / 2) },
    { regions: all.filter((region) => !isSphere(region)), geometry: new BoxGeometry(1.7, 1.7, 1.7) },
  ]
    .filter(({ regions }) => regions.length > 0)
    .map(({ regions, geometry }) => {
      const mesh = new InstancedMesh(geometry, new MeshLambertMaterial(), regions.length);
      regions.forEach((region, i) => {
        const scale = region === chosen ? 1.6 * size : size;
        const [x, y, z] = centreOf(graph, region) ?? [0, 0, 0];
        mesh.setMatrixAt(i, new Matrix4().makeScale(scale, scale, scale).setPosition(x, y, z));
        mesh.setColorAt(i, new Color(HEMISPHERES[hemisphereOf(graph, region)]));
      });
      return { mesh, regions };
    });
}

export function hemisphereOf({ isRight }: RegionGraph, region: number): keyof typeof HEMISPHERES {
  if (isRight === undefined) return "unknown";
  return isRight[region] ? "right" : "left";
}

/** The colour of an edge by its part of the way from the weakest to the strongest one that is shown; the darkest part of viridis is left out. */
export function edgeColour(part: number): string {
  return INTERPOLATORS.Viridis(0.25 + 0.75 * part);
}

/** How dark the end at the source is where directions differ. */
const AT_SOURCE = 0.25;

/** A line for each of these connections, coloured by its weight, the strongest one drawn last. */
export function edgeLines(graph: RegionGraph, edges: readonly number[]): LineSegments {
  const { connections, weights } = graph;
  const { source, target, weight } = connections;
  const strength = (edge: number | undefined) => Math.abs(weight[edge ?? 0] ?? 0);
  const max = strength(edges[0]);
  const min = strength(edges.at(-1));
  // Two ends with three numbers each; of 2000 regions there are millions.
  const positions = new Float32Array(6 * edges.length);
  const colours = new Float32Array(6 * edges.length);
  let end = 0;
  for (let at = edges.length - 1; at >= 0; at--) {
    const edge = edges[at] ?? 0;
    const from = centreOf(graph, source[edge] ?? 0);
    const to = centreOf(graph, target[edge] ?? 0);
    if (from === undefined || to === undefined) continue;
    positions.set(from, end);
    positions.set(to, end + 3);
    const colour = new Color(edgeColour(max > min ? (strength(edge) - min) / (max - min) : 1));
    const { r, g, b } = colour;
    colour.multiplyScalar(weights.directed ? AT_SOURCE : 1);
    colours.set([colour.r, colour.g, colour.b, r, g, b], end);
    end += 6;
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(positions.subarray(0, end), 3));
  geometry.setAttribute("color", new BufferAttribute(colours.subarray(0, end), 3));
  return new LineSegments(geometry, new LineBasicMaterial({ vertexColors: true }));
}
