import { FileStorageException } from "@tvb-storage/errors";
import { LongCall } from "@tvb-storage/files/internal";
import { ByteList } from "../bytes/byte-list.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { type ChunkedLayout, type StoredChunk, storedChunks } from "../chunks/chunk-index.js";
import { encodeFillValue } from "../chunks/fill-value-message.js";
import { encodeLayout, type Layout } from "../chunks/layout-message.js";
import { ChunkDecoder } from "../data/chunk-decoder.js";
import { BLOCK_BYTES, Turns } from "../data/turns.js";
import { encodeDataspace, spaceElements } from "../datatypes/dataspace-message.js";
import type { Datatype } from "../datatypes/datatype.js";
import { ChunkIndexEditor } from "../edits/chunk-index-editor.js";
import { HeaderEditor, type NewMessage } from "../edits/header-editor.js";
import { createObjectHeader } from "../edits/new-object-header.js";
import { canEncode, encodePipeline } from "../filters/encode-pipeline.js";
import {
  COMMENT,
  DATASPACE,
  DATATYPE,
  FILL_VALUE,
  FILL_VALUE_OLD,
  FILTER_PIPELINE,
  LAYOUT,
  MODIFICATION_TIME,
  SHARED_FLAG,
} from "../headers/message-type.js";
import { findMessage, type HeaderMessage, type ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { resolveBody } from "../messages/shared-message.js";
import type { DatasetInfo, ObjectInfo } from "../objects/object-info.js";
import { readingError } from "../objects/reading-error.js";
import { type ElementMover, holdsAddresses, holdsReferences } from "./element-mover.js";
import { type NamedTypes, NOT_NAMED } from "./named-types.js";

/** Message flag: it does not change as long as the object lives. */
const CONSTANT = 0x01;
/** Room for some attributes in the header of a dataset, as HDF5 leaves it. */
const ROOM = 160;

type Problem = (text: string) => void;

interface NewCopy {
  readonly header: ObjectHeader;
  readonly namedTypes: NamedTypes;
  readonly mover: ElementMover;
  readonly object: Exclude<ObjectInfo, { kind: "group" }>;
  readonly problem: Problem;
}

/**
 * Writes the header of a copy of a dataset, or of a named datatype: without attributes, and with space for data that are
 * in one piece.
 *
 * @returns its address; undefined where it cannot be copied, which is reported.
 */
export function createCopy(
  source: StructureFile,
  target: StructureFile,
  { header, object, namedTypes, mover, problem }: NewCopy,
): number | undefined {
  const options = { room: ROOM, tracksAttributeOrder: header.tracksAttributeOrder };
  const hasAddresses = holdsAddresses(object.datatype);
  if (hasAddresses && source.offsetSize !== target.offsetSize) {
    problem("its elements are of variable length, in a file of short addresses, and it is not copied");
    return undefined;
  }
  const typeMessage = findMessage(header, DATATYPE);
  if (typeMessage === undefined) throw source.damage("object header", header.address, "it has no datatype");
  const type = resolveBody(source, typeMessage);
  const messages: NewMessage[] = [];
  messages.push(...copiesOf(source, header, [COMMENT, MODIFICATION_TIME]));
  const ownType = { type: DATATYPE, body: type.bytes.slice(), flags: CONSTANT };
  if (object.kind === "datatype") return createObjectHeader(target, [ownType, ...messages], options);
  if (object.hasExternalFiles) {
    problem("its data are in other files (external raw storage), and it is not copied");
    return undefined;
  }
  const shared = type.committedAt === undefined ? undefined : namedTypes.shared(type.committedAt);
  if (type.committedAt !== undefined && shared === undefined) problem(NOT_NAMED);
  messages.unshift(
    shared === undefined ? ownType : { type: DATATYPE, body: shared, flags: CONSTANT | SHARED_FLAG },
  );
  if (object.layout.class === "virtual")
    problem("it is a virtual dataset, and its copy names the same files and datasets as sources");
  const { dataspace, fillValue } = object;
  messages.unshift({ type: DATASPACE, body: encodeDataspace(dataspace, target.lengthSize) });
  messages.push(...copiesOf(source, header, [FILTER_PIPELINE]));
  if (hasAddresses && fillValue.kind === "defined") {
    const { allocation = "late", writeTime = "if set", bytes } = fillValue;
    // Which objects are copied is not known yet.
    const isMoved = bytes !== undefined && !holdsReferences(object.datatype);
    if (!isMoved) problem("its fill value holds references, and that of the copy is empty");
    const moved = isMoved ? { bytes: mover.moved(object.datatype, bytes) } : {};
    const body = encodeFillValue({ allocation, writeTime, ...moved });
    messages.push({ type: FILL_VALUE, body, flags: CONSTANT });
  } else messages.push(...copiesOf(source, header, [FILL_VALUE, FILL_VALUE_OLD]));
  const layout = layoutOf(target, object);
  return createObjectHeader(target, [...messages, { type: LAYOUT, body: layout }], options);
}

function copiesOf(source: StructureFile, header: ObjectHeader, types: readonly number[]): NewMessage[] {
  const found = types.flatMap((type): HeaderMessage[] => {
    const message = findMessage(header, type);
    return message === undefined ? [] : [message];
  });
  return found.map((message) => ({
    type: message.type,
    body: resolveBody(source, message).bytes.slice(),
    flags: message.type === COMMENT || message.type === MODIFICATION_TIME ? 0 : CONSTANT,
  }));
}

/** The layout of the copy, in which nothing is stored yet. */
function layoutOf(target: StructureFile, { layout, dataspace, datatype }: DatasetInfo): Uint8Array {
  switch (layout.class) {
    case "contiguous": {
      const size = spaceElements(dataspace) * datatype.size;
      const address = layout.address === undefined || size === 0 ? undefined : target.space.allocate(size);
      return encodeLayout({ class: "contiguous", address, size }, target);
    }
    case "chunked":
      return encodeLayout({ ...layout, index: NO_CHUNKS, filtersSkipEdges: false }, target);
    case "compact":
      return new ByteList().u8(3).u8(0).u16(layout.data.length).put(layout.data).bytes;
    case "virtual":
      return new ByteList().u8(4).u8(3).uint(undefined, target.offsetSize).u32(0).bytes;
  }
}

const NO_CHUNKS = { kind: "btree-v1", address: undefined } as const;

interface CopiedDataset {
  readonly dataset: DatasetInfo;
  /** Names the dataset and its file in messages. */
  readonly what: string;
  /** Address of the copy. */
  readonly copy: number;
  readonly mover: ElementMover;
  readonly problem: Problem;
  readonly call: LongCall;
}

/** Copies the data of a dataset. Returns their bytes, as they are stored. */
export async function copyData(
  source: StructureFile,
  target: StructureFile,
  copied: CopiedDataset,
): Promise<number> {
  const { dataset, copy, mover, problem } = copied;
  const { layout, datatype } = dataset;
  const header = HeaderEditor.open(target, copy);
  const message = header.find(LAYOUT);
  if (message === undefined) throw target.damage("object header", copy, "it has no data layout");
  switch (layout.class) {
    case "contiguous":
      return copyContiguous(source, target, copied, layout, message.body);
    case "compact":
      if (holdsAddresses(datatype)) {
        const body = message.body.slice();
        let moved = new Uint8Array(layout.data.length);
        try {
          moved = movedTo(mover, datatype, layout.data);
        } catch (error) {
          problem(`its data cannot be read, and the copy has zeros: ${readingError(error)}`);
        }
        body.set(moved, 4); // behind version, class and size
        header.replace(message, body);
        header.save();
      }
      return layout.data.length;
    case "virtual": {
      if (layout.heapAddress === undefined) return 0;
      const body = message.body.slice();
      try {
        mover.moveHeapObject(layout.heapAddress, layout.heapIndex, new ByteWriter(body, 2));
      } catch (error) {
        problem(`its sources cannot be read, and the copy has none: ${readingError(error)}`);
        return 0;
      }
      header.replace(message, body);
      header.save();
      return 0;
    }
    case "chunked": {
      const { bytes, root } = await copyChunks(source, target, copied, layout);
      if (root === undefined) return bytes;
      const index = { kind: "btree-v1", address: root } as const;
      header.replace(message, encodeLayout({ ...layout, index, filtersSkipEdges: false }, target));
      header.save();
      return bytes;
    }
  }
}

async function copyContiguous(
  source: StructureFile,
  target: StructureFile,
  { dataset, mover, problem, call }: CopiedDataset,
  { address }: Extract<Layout, { class: "contiguous" }>,
  layoutBody: Uint8Array,
): Promise<number> {
  const { datatype, dataspace } = dataset;
  const size = spaceElements(dataspace) * datatype.size;
  if (address === undefined || size === 0) return 0;
  const to = addressIn(layoutBody, target);
  const each = Math.max(1, Math.floor(BLOCK_BYTES / datatype.size)) * datatype.size;
  let isDamaged = false;
  for (let done = 0; done < size; done += each) {
    await call.pause();
    const count = Math.min(each, size - done);
    let bytes = new Uint8Array(count);
    try {
      if (!isDamaged) bytes = movedTo(mover, datatype, source.bytes("dataset", address + done, count));
    } catch (error) {
      problem(
        `its data cannot be read from byte ${done} on, where the copy has zeros: ${readingError(error)}`,
      );
      isDamaged = true;
    }
    target.write(to + done, bytes);
    if (holdsAddresses(datatype)) mover.save();
    call.advance(count);
  }
  return size;
}

function movedTo(mover: ElementMover, type: Datatype, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return holdsAddresses(type) ? new Uint8Array(mover.moved(type, bytes)) : bytes.slice();
}

/** Of data in one piece, from the layout message that was written here. */
function addressIn(layoutBody: Uint8Array, { offsetSize }: StructureFile): number {
  const view = new DataView(layoutBody.buffer, layoutBody.byteOffset + 2, offsetSize);
  return Number(view.getBigUint64(0, true));
}

async function copyChunks(
  source: StructureFile,
  target: StructureFile,
  { dataset, what, mover, problem, call }: CopiedDataset,
  layout: ChunkedLayout,
): Promise<{ bytes: number; root: number | undefined }> {
  const { datatype, filters, dataspace } = dataset;
  const editor = new ChunkIndexEditor(target, { ...layout, index: NO_CHUNKS });
  const decoder = new ChunkDecoder(source, dataset, layout, what);
  const turns = new Turns(new LongCall(call.what), 1);
  const isMoved = holdsAddresses(datatype);
  const allLeftOut = 2 ** filters.length - 1;
  let bytes = 0;
  const problems = new Map<string, number>();
  const copyChunk = async (chunk: StoredChunk): Promise<void> => {
    const applied = decoder.filtersOf(chunk);
    // In this form of the index a chunk says itself that it went through no filter.
    const filterMask = applied.length === 0 && filters.length > 0 ? allLeftOut : chunk.filterMask;
    decoder.checkSize(chunk, applied);
    if (!isMoved) {
      const address = target.space.allocate(chunk.size);
      for (let done = 0; done < chunk.size; done += BLOCK_BYTES) {
        if (done > 0) await call.pause();
        const count = Math.min(BLOCK_BYTES, chunk.size - done);
        target.write(address + done, source.bytes("chunk", chunk.address + done, count));
      }
      editor.put(chunk.offset, { address, size: chunk.size, filterMask });
      return;
    }
    if (!canEncode(applied))
      throw new FileStorageException("its elements hold addresses, and its filters are not written here");
    const decoded = await decoder.decode(chunk, applied, turns, true);
    const coded = await encodePipeline(mover.moved(datatype, decoded), applied);
    mover.save();
    const address = target.space.allocate(coded.length);
    target.write(address, coded);
    editor.put(chunk.offset, { address, size: coded.length, filterMask });
  };
  for (const chunk of readableChunks(source, layout, dataspace, problems)) {
    await call.pause();
    try {
      await copyChunk(chunk);
      bytes += chunk.size;
    } catch (error) {
      const reason = readingError(error);
      problems.set(reason, (problems.get(reason) ?? 0) + 1);
    }
    call.advance(chunk.size);
  }
  editor.save();
  for (const [reason, count] of [...problems].slice(0, MAX_REASONS))
    problem(
      `${count === 1 ? "a chunk" : `${count} chunks`} cannot be read, and are not in the copy: ${reason}`,
    );
  return { bytes, root: editor.root };
}

/** Different reasons why chunks of one dataset cannot be read, that are reported. */
const MAX_REASONS = 20;

/** The stored chunks, up to where the index is damaged. */
function* readableChunks(
  source: StructureFile,
  layout: ChunkedLayout,
  space: DatasetInfo["dataspace"],
  problems: Map<string, number>,
): Generator<StoredChunk> {
  const chunks = storedChunks(source, layout, space);
  for (;;) {
    let next: IteratorResult<StoredChunk>;
    try {
      next = chunks.next();
    } catch (error) {
      problems.set(readingError(error), 1);
      return;
    }
    if (next.done === true) return;
    yield next.value;
  }
}
