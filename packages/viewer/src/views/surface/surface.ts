import { FileStorageException } from "@tvb-storage/errors";
import type { DataFile } from "../../data/data-file.js";
import { datasetAt, type FileSummary } from "../../data/file-summary.js";
import { type Numbers, readNumbers } from "../../data/read-numbers.js";

/** More than this is not drawn fluently. */
const MAX_TRIANGLES = 2_000_000;

export interface Surface {
  /** Shape (vertices, 3) in C order. */
  readonly vertices: Numbers["data"];
  /** Indices of vertices, shape (triangles, 3) in C order: those triangles that can be drawn. */
  readonly triangles: Uint32Array;
  /** Shape (vertices, 3) in C order, where the file has them for all vertices. */
  readonly normals?: Numbers["data"];
  /** What of it is not drawn, and why. */
  readonly problems: readonly string[];
}

/** Whether a file has vertices and triangles of a mesh. */
export function isSurface(summary: FileSummary): boolean {
  const ofThree = (path: string) => {
    const shape = datasetAt(summary, path)?.shape ?? [];
    return shape.length === 2 && shape[1] === 3;
  };
  return ofThree("/vertices") && ofThree("/triangles");
}

/** @throws FileStorageException it has too many triangles, or they cannot be read */
export async function readSurface(
  data: DataFile,
  summary: FileSummary,
  signal: AbortSignal,
): Promise<Surface> {
  const [vertexNode, triangleNode] = [datasetAt(summary, "/vertices"), datasetAt(summary, "/triangles")];
  if (vertexNode === undefined || triangleNode === undefined)
    throw new FileStorageException(
      "A surface has the datasets /vertices and /triangles; this file has not both.",
    );
  const [count = 0] = triangleNode.shape ?? [];
  if (count > MAX_TRIANGLES)
    throw new FileStorageException(
      `/triangles has ${count} triangles, and at most ${MAX_TRIANGLES} are drawn. Open a decimated version of the surface.`,
    );
  const normalNode = datasetAt(summary, "/vertex_normals");
  const [vertices, indices, normals] = await Promise.all([
    readNumbers(data, vertexNode, { signal }),
    readNumbers(data, triangleNode, { signal }),
    normalNode && readNumbers(data, normalNode, { signal }),
  ]);
  const { triangles, problems } = drawableTriangles(indices.data, vertices.data);
  const hasNormals = normals?.data.length === vertices.data.length && normals.data.every(Number.isFinite);
  return {
    vertices: vertices.data,
    triangles,
    ...(hasNormals ? { normals: normals.data } : {}),
    problems:
      normals === undefined || hasNormals
        ? problems
        : [
            ...problems,
            "/vertex_normals has not three finite numbers for each vertex; normals are computed.",
          ],
  };
}

/**
 * The triangles whose vertices are there and have a position.
 *
 * @param indices shape (triangles, 3)
 * @param vertices shape (vertices, 3)
 */
export function drawableTriangles(
  indices: ArrayLike<number>,
  vertices: ArrayLike<number>,
): { readonly triangles: Uint32Array; readonly problems: readonly string[] } {
  const vertexCount = vertices.length / 3;
  const isThere = (vertex: number) => Number.isInteger(vertex) && vertex >= 0 && vertex < vertexCount;
  const isPlaced = (vertex: number) =>
    [0, 1, 2].every((axis) => Number.isFinite(vertices[3 * vertex + axis] ?? Number.NaN));
  const triangles = new Uint32Array(indices.length);
  const wrong: string[] = [];
  let [kept, missing, unplaced] = [0, 0, 0];
  for (let i = 0; i + 2 < indices.length; i += 3) {
    const [a = -1, b = -1, c = -1] = [indices[i], indices[i + 1], indices[i + 2]];
    if (!(isThere(a) && isThere(b) && isThere(c))) {
      const outside = [a, b, c].find((vertex) => !isThere(vertex));
      if (missing === 0) wrong.push(`triangle ${i / 3} names vertex ${outside}`);
      missing += 1;
    } else if (!(isPlaced(a) && isPlaced(b) && isPlaced(c))) unplaced += 1;
    else {
      triangles.set([a, b, c], kept);
      kept += 3;
    }
  }
  const problems: string[] = [];
  if (missing > 0)
    problems.push(
      `${missing} of ${indices.length / 3} triangles name vertices that are not there, and are left out: ${wrong}, there are ${vertexCount}.`,
    );
  if (unplaced > 0)
    problems.push(`${unplaced} triangles have a vertex that is not a number, and are left out.`);
  return { triangles: triangles.slice(0, kept), problems };
}
