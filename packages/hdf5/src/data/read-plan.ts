import {
  type NDArray,
  type ResolvedSelection,
  resolveSelection,
  type Selection,
  selectElements,
} from "@tvb-storage/core/arrays";
import { FileStorageException } from "@tvb-storage/errors";
import type { Datatype } from "../datatypes/datatype.js";
import { datatypeName } from "../datatypes/datatype-name.js";
import { type Field, fieldNames, findField, type MappedType, mappedType } from "../datatypes/mapped-type.js";

// Elements of an array type have axes of their own, behind those of the dataset. HDF5 selects whole elements only.

/** A dataset, as far as a plan depends on it. */
export interface PlannedDataset {
  readonly type: Datatype;
  /** Lengths; `[0]` for a null dataspace. */
  readonly shape: readonly number[];
  readonly isNull: boolean;
}

/** What is read of a dataset: its elements or one field of them, as arrays. */
export interface ReadPlan<D extends PlannedDataset = PlannedDataset> {
  readonly dataset: D;
  /** Undefined where whole elements are read. */
  readonly fieldName: string | undefined;
  /** The field and its offset in an element. */
  readonly field: Field;
  readonly mapped: MappedType;
}

/**
 * @param what Names the dataset and its file in messages.
 * @throws FileStorageException a type that cannot be represented, or no such field.
 */
export function readPlan<D extends PlannedDataset>(
  what: string,
  dataset: D,
  fieldName: string | undefined,
): ReadPlan<D> {
  const { type } = dataset;
  const field = fieldName === undefined ? { type, offset: 0 } : findField(type, fieldName);
  if (field === undefined) {
    const names = fieldNames(type);
    const has =
      names.length === 0 ? `no fields (its type is ${datatypeName(type)})` : `the fields ${names.join(", ")}`;
    throw new FileStorageException(`${what} has no field "${fieldName}"; it has ${has}`);
  }
  const mapped = mappedType(field.type);
  if (mapped !== undefined) return { dataset, fieldName, field, mapped };
  const names = fieldNames(field.type);
  if (names.length > 0) {
    const prefix = fieldName === undefined ? "" : `${fieldName}.`;
    throw new FileStorageException(
      `${what} is a compound; read one of its fields with { field }: ${names.map((name) => prefix + name).join(", ")}`,
    );
  }
  throw new FileStorageException(
    `${what} has the type ${datatypeName(field.type)}, which cannot be represented`,
  );
}

/** The shape of the array that is read, which the caller may change; `mapped` undefined for a type that is not. */
export function readShape(
  dataset: Pick<PlannedDataset, "shape" | "isNull">,
  mapped: MappedType | undefined,
): number[] {
  return dataset.isNull ? [...dataset.shape] : [...dataset.shape, ...(mapped?.dims ?? [])];
}

/** A selection in terms of the shape that is read, which the axes of an array type are part of. */
export function planSelection({ dataset, mapped }: ReadPlan, selection?: Selection): ResolvedSelection {
  return resolveSelection(selection, readShape(dataset, mapped));
}

/** The elements that a selection over all axes needs, every one of them whole. */
export function selectedElements(
  dataset: Pick<PlannedDataset, "shape">,
  selection: ResolvedSelection,
): ResolvedSelection {
  const ranges = selection.ranges.slice(0, dataset.shape.length);
  return { ranges, shape: ranges.map(({ count }) => count), whole: false };
}

/** What a selection over all axes takes of the elements that it needs. */
export function partOfElements(
  elements: NDArray,
  { dataset, mapped: { dims } }: ReadPlan,
  { ranges, shape }: ResolvedSelection,
): NDArray {
  const inner = ranges.slice(dataset.shape.length);
  if (inner.every(({ start, count }, axis) => start === 0 && count === dims[axis])) {
    return { ...elements, shape };
  }
  const outer = elements.shape.slice(0, dataset.shape.length);
  const within = [...outer.map((count) => ({ start: 0, step: 1, count })), ...inner];
  return selectElements(elements, { ranges: within, shape, whole: false });
}
