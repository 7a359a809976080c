import { BufferAttribute, BufferGeometry, Color, DoubleSide, Mesh, MeshLambertMaterial } from "three";
import { faded, PLAIN, regionColour } from "./region-colours.js";
import type { RegionMapping } from "./region-mapping.js";
import type { Surface } from "./surface.js";

export type SurfaceMesh = Mesh<BufferGeometry, MeshLambertMaterial>;

/** The mesh of a surface, with a colour for each vertex. */
export function surfaceMesh({ vertices, triangles, normals }: Surface): SurfaceMesh {
  const geometry = new BufferGeometry();
  // A vertex without a position is in no triangle; its position would make the middle of the mesh not a number.
  const positions = Float32Array.from(vertices, (value) => (Number.isFinite(value) ? value : 0));
  geometry.setAttribute("position", new BufferAttribute(positions, 3));
  geometry.setIndex(new BufferAttribute(triangles, 1));
  if (normals === undefined) geometry.computeVertexNormals();
  else geometry.setAttribute("normal", new BufferAttribute(Float32Array.from(normals), 3));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(vertices.length), 3));
  return new Mesh(geometry, new MeshLambertMaterial({ vertexColors: true, side: DoubleSide }));
}

/** Gives each vertex the colour of its region; where one is chosen, little is left of the others'. */
export function colourMesh(
  { geometry }: SurfaceMesh,
  mapping: RegionMapping | undefined,
  chosen: number | undefined,
): void {
  const colours = geometry.getAttribute("color");
  const plain = new Color(PLAIN);
  const byRegion = new Map<number, Color>();
  const colourOf = (region: number) => {
    let colour = byRegion.get(region);
    if (colour === undefined) {
      const own = regionColour(region);
      colour = new Color(chosen === undefined || chosen === region ? own : faded(own));
      byRegion.set(region, colour);
    }
    return colour;
  };
  for (let vertex = 0; vertex < colours.count; vertex++) {
    const region = mapping?.regions[vertex];
    const { r, g, b } = region === undefined ? plain : colourOf(region);
    colours.setXYZ(vertex, r, g, b);
  }
  colours.needsUpdate = true;
}
