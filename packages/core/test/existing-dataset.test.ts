import {
  FileStorageException,
  FileStructureException,
  IncompatibleFileManagerException,
} from "@tvb-storage/errors";
import { describe, expect, test } from "vitest";
import { type ExistingDataset, fitToAppend, fitToOverwrite } from "../src/existing-dataset.js";
import { normalizeInput } from "../src/ndarray.js";

const series: ExistingDataset = { dtype: "int32", shape: [3, 2], maxShape: [null, 2] };

describe("fitToOverwrite", () => {
  test("plain numbers take the dataset's type", () => {
    const data = fitToOverwrite(
      series,
      normalizeInput([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ); // prettier-ignore
    expect(data).toEqual({ dtype: "int32", shape: [3, 2], data: Int32Array.of(1, 2, 3, 4, 5, 6) });
  });

  test("another shape is refused, with both shapes named", () => {
    expect(() => fitToOverwrite(series, normalizeInput([[1, 2]]))).toThrow(
      new IncompatibleFileManagerException(
        "the dataset has shape (3, 2), the data (1, 2); remove it first to store another shape",
      ),
    );
  });

  test("values that the type cannot hold are refused", () => {
    const scalar: ExistingDataset = { dtype: "int8", shape: [], maxShape: [] };
    expect(() => fitToOverwrite(scalar, normalizeInput(200))).toThrow(
      "the dataset holds int8, the data float64: 200",
    );
  });
});

describe("fitToAppend", () => {
  test("any number of rows along a growing axis fits", () => {
    expect(fitToAppend(series, normalizeInput([[7, 8]]), -2)).toEqual({
      rows: { dtype: "int32", shape: [1, 2], data: Int32Array.of(7, 8) },
      axis: 0,
    });
  });

  test("rows of another width or rank are refused", () => {
    expect(() => fitToAppend(series, normalizeInput([[7, 8, 9]]), 0)).toThrow(
      "rows of shape (1, 3) do not fit",
    );
    expect(() => fitToAppend(series, normalizeInput([7, 8]), 0)).toThrow("rows of shape (2,) do not fit");
  });

  test("an axis that cannot grow is refused, with the fix named", () => {
    expect(() => fitToAppend(series, normalizeInput([[7], [8], [9]]), 1)).toThrow(
      "cannot grow along axis 1 beyond 2; create it with appendData",
    );
  });

  test("an axis out of range is a FileStructureException", () => {
    expect(() => fitToAppend(series, normalizeInput([[7, 8]]), 2)).toThrow(FileStructureException);
  });

  test("rows that the type cannot hold are refused", () => {
    expect(() => fitToAppend(series, normalizeInput([[0.5, 1]]), 0)).toThrow(
      IncompatibleFileManagerException,
    );
  });
});

test("a dataset that is only read is neither overwritten nor appended to, for its reason", () => {
  const dataset: ExistingDataset = { ...series, readOnly: "arrays of float16 are only read" };
  const rows = normalizeInput([[7, 8]]);
  for (const fit of [() => fitToOverwrite(dataset, rows), () => fitToAppend(dataset, rows, 0)])
    expect(fit).toThrow(new FileStorageException("arrays of float16 are only read"));
});
