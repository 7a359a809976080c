import {
  type AppendOptions,
  type DataType,
  elementCount,
  type NDArray,
  type NormalizedInput,
  shapeText,
} from "@tvb-storage/core";
import { fitToAppend, resolveAxis } from "@tvb-storage/core/internal";
import { FileStructureException, IncompatibleFileManagerException } from "@tvb-storage/errors";
import { LongCall } from "@tvb-storage/files/internal";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";
import { RowBuffer } from "../session/row-buffer.js";
import type { PendingAppends } from "../session/write-session.js";
import { appendDirectly } from "./append-directly.js";
import { checkBeforeAppend } from "./check-chunks.js";
import { createDataset } from "./create-dataset.js";
import { checkTexts, DatasetWriter } from "./dataset-writer.js";
import { writableType } from "./existing-type.js";
import { fitChunk } from "./fit-chunk.js";
import { removeData } from "./remove-data.js";

/** A dataset that rows are appended to in this session, with the rows that are not written yet. */
export class DatasetAppends implements PendingAppends {
  readonly #handle: H5Handle;
  readonly #buffer: RowBuffer;
  readonly #dtype: DataType;
  /** The first write is still to choose the chunks. */
  #isUnfitted: boolean;
  /** Steps along the axis as of the last append that resolved; undefined where the first one made the dataset. */
  #acknowledged: number | undefined;

  constructor(
    handle: H5Handle,
    readonly dataset: DatasetInfo,
    readonly axis: number,
    isNew: boolean,
    /** The dataset is new, and its chunks were not chosen by the caller. */
    chunksAreOurs = false,
  ) {
    this.#handle = handle;
    this.#isUnfitted = chunksAreOurs;
    this.#acknowledged = isNew ? undefined : dataset.shape[axis];
    this.#dtype = writableType(handle.label, dataset);
    const writer = new DatasetWriter(handle, dataset, new LongCall(`appending to ${dataset.path}`));
    this.#buffer = new RowBuffer({
      axis,
      start: dataset.shape[axis] ?? 0,
      chunkLength: () => dataset.chunks?.[axis] ?? 1,
      write: (rows, start) => this.#write(writer, rows, start),
    });
  }

  accepts(growDimension: number): boolean {
    const rank = this.dataset.shape.length;
    return growDimension === this.axis || growDimension + rank === this.axis;
  }

  /**
   * Takes rows, whose memory must not be used elsewhere, and writes what fills chunks.
   *
   * @throws IncompatibleFileManagerException rows of another shape, or of a type that would lose something.
   */
  async append(input: NormalizedInput): Promise<void> {
    if (!this.#buffer.add(this.#check(input), { owned: true })) await this.#buffer.flushChunks();
  }

  /** Takes rows where the buffer has room for them without writing; throws as `append`. */
  buffer(input: NormalizedInput): boolean {
    const rows = this.#check(input);
    if (!this.#buffer.hasRoomFor(rows)) return false;
    this.#buffer.add(rows, { owned: false });
    return true;
  }

  /** The rows in the type of the dataset, after a check that they fit behind the buffered ones. */
  #check(input: NormalizedInput): NDArray {
    const { dataset } = this;
    const shape = dataset.shape.map((length, i) => (i === this.axis ? this.#buffer.end : length));
    const { rows } = fitToAppend({ dtype: this.#dtype, shape, maxShape: dataset.maxShape }, input, this.axis);
    checkTexts(this.#handle, dataset, rows);
    return rows;
  }

  async flush(): Promise<void> {
    await this.#buffer.flush();
  }

  acknowledge(): void {
    this.#acknowledged = this.#buffer.end;
  }

  /** Writes the acknowledged rows of the buffer, and undoes what later calls have written. */
  keepAcknowledged(): void {
    const { dataset, axis } = this;
    const end = this.#acknowledged;
    if (end === undefined) {
      removeData(this.#handle, dataset.path);
      return;
    }
    this.#buffer.writeLast(end);
    if ((dataset.shape[axis] ?? 0) > end) this.#resize(end);
  }

  #resize(length: number): void {
    const { dataset, axis } = this;
    const shape = dataset.shape.map((before, i) => (i === axis ? length : before));
    this.#handle.forWriting().resize(dataset.path, shape);
    this.#handle.update(dataset, { shape });
  }

  *#write(writer: DatasetWriter, rows: NDArray, start: number): Generator<void, void> {
    const { dataset, axis } = this;
    fitChunk(this.#handle, dataset, axis, start + (rows.shape[axis] ?? 0), this.#isUnfitted);
    this.#isUnfitted = false;
    if (appendDirectly(this.#handle, dataset, axis, rows, start)) return;
    this.#resize(Math.max(dataset.shape[axis] ?? 0, start + (rows.shape[axis] ?? 0)));
    yield* writer.writeSteps(
      rows,
      dataset.shape.map((_, i) => (i === axis ? start : 0)),
    );
  }
}

/** Begins to append: to an existing dataset, or to a new one without rows. */
export async function openAppends(
  handle: H5Handle,
  path: string,
  input: NormalizedInput,
  options: AppendOptions,
): Promise<DatasetAppends> {
  const { shape } = input.array;
  const existing = handle.findDataset(path);
  const growDimension = options.growDimension ?? -1;
  if (existing !== undefined) {
    if (existing.shape.length === 0 || existing.isNull) {
      throw new IncompatibleFileManagerException(
        `${handle.label}: ${path} has no axis along which it could grow`,
      );
    }
    const axis = resolveAxis(growDimension, existing.shape.length);
    const appends = new DatasetAppends(handle, existing, axis, false);
    await checkBeforeAppend(handle, existing, axis);
    return appends;
  }
  const axis = resolveAxis(growDimension, shape.length);
  const dtype: DataType = input.array.dtype;
  const empty = shape.map((length, i) => (i === axis ? 0 : length));
  if (elementCount(shape.filter((_, i) => i !== axis)) === 0) {
    throw new FileStructureException(
      `${handle.label}: rows of shape ${shapeText(shape)} for ${path} hold nothing along the other axes`,
    );
  }
  createDataset(handle, { path, dtype, shape: empty, growAxis: axis, layout: options });
  return new DatasetAppends(handle, handle.dataset(path), axis, true, options.chunks === undefined);
}
