import type { Datatype } from "../../project/datatypes.js";
import type { SourceFile } from "../../sources/source.js";

// In units of the drawing, which are pixels at its natural size.
const BOX_WIDTH = 200;
const BOX_HEIGHT = 40;
const COLUMN_GAP = 60;
const ROW_GAP = 14;
const HEADING = 24;
const MARGIN = 8;
/** How far an arrow between boxes of one column goes aside. */
const ASIDE = 40;

interface Box {
  readonly datatype: Datatype;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Arrow {
  readonly key: string;
  readonly from: Datatype;
  readonly to: Datatype;
  /** In the notation of SVG. */
  readonly path: string;
}

export interface Diagram {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly { readonly name: string; readonly x: number }[];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** Operations as columns, their datatypes as boxes below each other, and an arrow for each reference. */
export function layDiagram(
  operations: readonly { readonly name: string; readonly datatypes: readonly Datatype[] }[],
): Diagram {
  const boxes: Box[] = [];
  const columns = operations.map(({ name, datatypes }, column) => {
    const x = MARGIN + column * (BOX_WIDTH + COLUMN_GAP);
    for (const [row, datatype] of datatypes.entries()) {
      const y = HEADING + MARGIN + row * (BOX_HEIGHT + ROW_GAP);
      boxes.push({ datatype, x, y, width: BOX_WIDTH, height: BOX_HEIGHT });
    }
    return { name, x };
  });
  const byFile = new Map<SourceFile, Box>(boxes.map((box) => [box.datatype.file, box]));
  const arrows = boxes.flatMap((from) =>
    from.datatype.links.flatMap(({ name, gid, file }): Arrow[] => {
      const to = file && byFile.get(file);
      if (to === undefined) return [];
      const key = `${from.datatype.file.id} ${name} ${gid}`;
      return [{ key, from: from.datatype, to: to.datatype, path: arrowPath(from, to) }];
    }),
  );
  return {
    width: 2 * MARGIN + operations.length * (BOX_WIDTH + COLUMN_GAP),
    height: 2 * MARGIN + Math.max(HEADING, ...boxes.map(({ y }) => y + BOX_HEIGHT)),
    columns,
    boxes,
    arrows,
  };
}

function arrowPath(from: Box, to: Box): string {
  const [y1, y2] = [from.y + from.height / 2, to.y + to.height / 2];
  if (from.x === to.x) {
    const x = from.x + from.width;
    return `M${x} ${y1}C${x + ASIDE} ${y1} ${x + ASIDE} ${y2} ${x} ${y2}`;
  }
  const isLeft = to.x < from.x;
  const x1 = isLeft ? from.x : from.x + from.width;
  const x2 = isLeft ? to.x + to.width : to.x;
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}
