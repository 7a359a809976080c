/** Rows whose columns together fit into a processor's cache. */
const TILE_ROWS = 128;

/**
 * Adds to `sums` the sums over all rows of the products of every two columns: the lower triangle of X'X.
 *
 * @param samples X, shape (rows, columns), C order.
 * @param sums shape (columns, columns).
 */
export function addPairProducts(samples: Float64Array, columns: number, sums: Float64Array): void {
  const rows = samples.length / columns;
  // Two columns at a time on either side, so that each value is read half as often; the one too many is zero.
  const tile = new Float64Array((columns + (columns % 2)) * TILE_ROWS);
  for (let from = 0; from < rows; from += TILE_ROWS) {
    const count = Math.min(TILE_ROWS, rows - from);
    transpose(samples.subarray(from * columns, (from + count) * columns), columns, tile);
    for (let i = 0; i < columns; i += 2)
      for (let j = 0; j <= i; j += 2) addFourProducts(tile, i, j, count, columns, sums);
  }
}

function transpose(rows: Float64Array, columns: number, tile: Float64Array): void {
  for (let row = 0; row * columns < rows.length; row++)
    for (let column = 0; column < columns; column++)
      tile[column * TILE_ROWS + row] = rows[row * columns + column] ?? 0;
}

/** Of the columns i and i + 1 with j and j + 1. */
function addFourProducts(
  tile: Float64Array,
  i: number,
  j: number,
  count: number,
  columns: number,
  sums: Float64Array,
): void {
  let [s00, s01, s10, s11] = [0, 0, 0, 0];
  const a = i * TILE_ROWS;
  const b = j * TILE_ROWS;
  for (let row = 0; row < count; row++) {
    const a0 = tile[a + row] ?? 0;
    const a1 = tile[a + TILE_ROWS + row] ?? 0;
    const b0 = tile[b + row] ?? 0;
    const b1 = tile[b + TILE_ROWS + row] ?? 0;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s10 += a1 * b0;
    s11 += a1 * b1;
  }
  const add = (row: number, column: number, sum: number): void => {
    if (row < columns && column <= row)
      sums[row * columns + column] = (sums[row * columns + column] ?? 0) + sum;
  };
  add(i, j, s00);
  add(i, j + 1, s01);
  add(i + 1, j, s10);
  add(i + 1, j + 1, s11);
}
