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
import { checkBeforeAppend } from "./check-chunks.js";
import { createDataset } from "./create-dataset.js";
import { checkTexts, DataWriter } from "./data-writer.js";
import { writableType } from "./existing-type.js";
import { fitChunk } from "./fit-chunk.js";
import { removeData } from "./remove-data.js";

/** A dataset that rows are appended to in this session, with the rows that are not written yet. */
export class DatasetAppends implements PendingAppends {
  readonly #handle: H5Handle;
  readonly #buffer: RowBuffer;
  readonly #writer: DataWriter;
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
    this.#writer = new DataWriter(handle, dataset, new LongCall(`appending to ${dataset.path}`), {
      isNew,
      appends: true,
    });
    this.#buffer = new RowBuffer({
      axis,
      start: dataset.shape[axis] ?? 0,
      chunkLength: () => dataset.chunks?.[axis] ?? 1,
      write: (rows, start) => this.#write(rows, start),
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
    const last = this.#buffer.unwritten(end);
    if (last !== undefined) {
      this.#makeRoom(last.rows, last.start);
      this.#writer.writeNow(last.rows, this.#offsetOf(last.start));
    }
    if ((dataset.shape[axis] ?? 0) > end) this.#resize(end);
  }

  /** Looks at the chunks that the next rows go to, and loads HDF5 where it has to write them. */
  async prepare(): Promise<void> {
    const { dataset, axis } = this;
    const length = dataset.shape[axis] ?? 0;
    const shape = dataset.shape.map((count, i) => (i === axis ? 1 : count));
    // The last row, of all others: a write into its layer of chunks changes each of them in part.
    const isPart = length % (dataset.chunks?.[axis] ?? 1) !== 0;
    const by = await this.#writer.prepare(
      this.#offsetOf(Math.max(0, length - 1)),
      isPart ? shape : shape.map(() => 0),
    );
    if (by === "HDF5") await checkBeforeAppend(this.#handle, dataset, axis);
  }

  #resize(length: number): void {
    const { dataset, axis } = this;
    this.#writer.resize(dataset.shape.map((before, i) => (i === axis ? length : before)));
  }

  #offsetOf(start: number): number[] {
    return this.dataset.shape.map((_, i) => (i === this.axis ? start : 0));
  }

  /** Makes the dataset as long as it is to be with these rows. */
  #makeRoom(rows: NDArray, start: number): void {
    const { dataset, axis } = this;
    const end = start + (rows.shape[axis] ?? 0);
    if (fitChunk(this.#handle, dataset, axis, end, this.#isUnfitted)) this.#writer.reopen();
    this.#isUnfitted = false;
    if (end > (dataset.shape[axis] ?? 0)) this.#resize(end);
  }

  async #write(rows: NDArray, start: number): Promise<void> {
    this.#makeRoom(rows, start);
    await this.#writer.write(rows, this.#offsetOf(start));
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
    await appends.prepare();
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
  await createDataset(handle, { path, dtype, shape: empty, growAxis: axis, layout: options });
  const appends = new DatasetAppends(handle, handle.dataset(path), axis, true, options.chunks === undefined);
  await appends.prepare();
  return appends;
}
