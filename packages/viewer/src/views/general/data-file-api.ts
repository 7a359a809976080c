import {
  type Attribute,
  type AttributeValues,
  type BuiltInExporter,
  type ChildEntity,
  DataProviderApi,
  type Dataset,
  DTypeClass,
  type Entity,
  EntityKind,
  type ExportFormat,
  type ExportURL,
  type ProvidedEntity,
  ShapeClass,
  type ValuesStoreParams,
} from "@h5web/app";
import {
  elementCount,
  isDataType,
  itemSize,
  type NodeInfo,
  resolveSelection,
  type Selection,
} from "@tvb-storage/core/arrays";
import { FileStorageException, MissingDataSetException } from "@tvb-storage/errors";
import { nameInError } from "@tvb-storage/files";
import type { TypeInfo } from "@tvb-storage/hdf5";
import type { DataFile } from "../../data/data-file.js";
import { exportedBlob } from "../../export/exported-blob.js";
import type { SourceFile } from "../../sources/source.js";
import { arrayType, h5webShape, h5webType } from "./h5web-types.js";
import { attributeValue, h5webCompounds, h5webValue } from "./h5web-values.js";
import { NodeTree } from "./node-tree.js";
import { parseSelection } from "./parse-selection.js";
import { unreadableReason } from "./unreadable-reason.js";

/** What is read at once. */
const MAX_BYTES = 64 * 2 ** 20;
/** What an element takes that is no number of an array: a text, a pair, a list of fields. */
const OBJECT_BYTES = 64;
/** Attributes of the members of a larger group are not looked at before a member is chosen. */
const MAX_MEMBERS = 2000;

/** What h5web shows now. */
export type OnShown = (path: string, selection: Selection) => void;

/** A file as h5web reads it. */
export class DataFileApi extends DataProviderApi {
  readonly #tree: NodeTree;
  readonly #types = new Map<string, Promise<TypeInfo>>();

  constructor(
    private readonly file: SourceFile,
    private readonly data: DataFile,
    private readonly nodes: readonly NodeInfo[],
    private readonly onShown: OnShown,
  ) {
    super(file.path);
    this.#tree = new NodeTree(nodes);
  }

  async getEntity(path: string): Promise<ProvidedEntity> {
    const entity = await this.#entity(path, true);
    if (entity.kind !== EntityKind.Group) return entity;
    const group = this.#tree.find(path)?.path ?? path;
    const names = this.#tree.namesIn(group);
    const children = await Promise.all(
      names.map(
        (name): Promise<ChildEntity> =>
          this.#entity(`${path === "/" ? "" : path}/${name}`, names.length <= MAX_MEMBERS),
      ),
    );
    return { ...entity, children };
  }

  async #entity(path: string, withAttributes: boolean): Promise<ChildEntity> {
    const node = this.#tree.find(path);
    if (node === undefined)
      throw nameInError(new MissingDataSetException("nothing is there"), this.file.path, path);
    const link = this.#linkAt(path, node);
    const base = {
      name: path.split("/").at(-1) ?? "",
      path,
      attributes: withAttributes ? await this.#attributes(node) : [],
      ...(link === undefined ? {} : { link }),
    };
    switch (node.kind) {
      case "group":
        return { ...base, kind: EntityKind.Group };
      case "dataset":
        return {
          ...base,
          kind: EntityKind.Dataset,
          shape: h5webShape(node.shape ?? []),
          type: h5webType(await this.#type(node), node.stringLength),
          ...(node.chunks ? { chunks: [...node.chunks] } : {}),
        };
      case "datatype":
        return { ...base, kind: EntityKind.Datatype };
      default:
        return { ...base, kind: EntityKind.Unresolved };
    }
  }

  #linkAt(path: string, node: NodeInfo): Entity["link"] {
    const own = this.nodes.find((each) => each.path === path);
    if (own?.kind !== "link" || own.target === undefined) return undefined;
    if (node !== own) return { class: "Soft", path: own.target };
    const at = own.target.indexOf(":");
    return at < 0
      ? { class: "Soft", path: own.target }
      : { class: "External", file: own.target.slice(0, at), path: own.target.slice(at + 1) };
  }

  async #attributes({ path, kind }: NodeInfo): Promise<Attribute[]> {
    if (kind === "link" || kind === "unreadable") return [];
    return [...(await this.data.attributes(path))].map(([name, value]) =>
      "array" in value
        ? { name, shape: h5webShape(value.array.shape), type: arrayType(value.array) }
        : { name, shape: h5webShape([]), type: { class: DTypeClass.Unknown } },
    );
  }

  async getAttrValues({ path }: Entity): Promise<AttributeValues> {
    const node = this.#tree.find(path);
    if (node === undefined || node.kind === "link" || node.kind === "unreadable") return {};
    return Object.fromEntries(
      [...(await this.data.attributes(node.path))].map(([name, value]) => [
        name,
        "array" in value ? attributeValue(value.array) : `(${value.unreadable}, which is not read)`,
      ]),
    );
  }

  async getValue(
    { dataset, selection }: ValuesStoreParams,
    signal?: AbortSignal,
    onProgress?: (value: number) => void,
  ): Promise<unknown> {
    const node = this.#tree.find(dataset.path);
    if (node === undefined) throw new FileStorageException(`${dataset.path} is not in the file`);
    const reason = unreadableReason(node);
    if (reason !== undefined) throw new FileStorageException(reason);
    const asked = parseSelection(selection);
    const { shape } = resolveSelection(asked, node.shape ?? []);
    const type = await this.#type(node);
    this.#checkSize(shape, type);
    const options = {
      selection: asked,
      ...(signal === undefined ? {} : { signal }),
    };
    try {
      const isScalar =
        dataset.shape.class === ShapeClass.Scalar || (selection !== undefined && shape.length === 0);
      if (type.fields === undefined) {
        const report = (done: number, total: number) => onProgress?.(total === 0 ? 1 : done / total);
        return h5webValue(await this.data.read(node.path, { ...options, onProgress: report }), isScalar);
      }
      const fields = [];
      for (const { name, dtype } of type.fields) {
        fields.push(
          isDataType(dtype)
            ? await this.data.read(node.path, { ...options, field: name })
            : `(${dtype}, which is not read)`,
        );
        onProgress?.(fields.length / type.fields.length);
      }
      const elements = h5webCompounds(fields, elementCount(shape));
      return isScalar ? elements[0] : elements;
    } catch (error) {
      // h5web knows its own reason, and offers to try again.
      throw signal?.aborted === true ? signal.reason : error;
    }
  }

  #checkSize(shape: readonly number[], { dtype, fields }: TypeInfo): void {
    const each =
      fields === undefined && isDataType(dtype) && !/^(string|complex)/.test(dtype)
        ? itemSize(dtype)
        : OBJECT_BYTES * (1 + (fields?.length ?? 0));
    const bytes = elementCount(shape) * each;
    if (bytes <= MAX_BYTES) return;
    throw new FileStorageException(
      `${shape.join(" × ")} elements need ${Math.ceil(bytes / 2 ** 20)} MiB, and the page reads at most ${MAX_BYTES / 2 ** 20} MiB at once. ` +
        "Choose a plot of fewer axes above (a line is one row), the time series' own view, or take a part out by the export below.",
    );
  }

  override getExportURL(
    format: ExportFormat,
    dataset: Dataset,
    selection?: string,
    builtIn?: BuiltInExporter,
  ): ExportURL | undefined {
    const node = this.#tree.find(dataset.path);
    if (node === undefined) return undefined;
    const asked = parseSelection(selection);
    // h5web asks for this when it shows a selection, and has no other way to say which.
    queueMicrotask(() => this.onShown(node.path, asked));
    const isCompound = dataset.type.class === DTypeClass.Compound;
    if ((format === "csv" || format === "npy") && !isCompound) {
      const { file, data } = this;
      return () => exportedBlob(format, { file, data, path: node.path, selection: asked }, node);
    }
    return builtIn && format === "json" ? async () => new Blob([builtIn()]) : undefined;
  }

  override async getSearchablePaths(path: string): Promise<string[]> {
    const prefix = path === "/" ? "/" : `${path}/`;
    return this.nodes.map((node) => node.path).filter((each) => each.startsWith(prefix));
  }

  #type(node: NodeInfo): Promise<TypeInfo> {
    let type = this.#types.get(node.path);
    if (type === undefined) {
      const { dtype = "", storedType = dtype } = node;
      // Only these have more to say than the node does.
      const isKnown = !storedType.includes("enum of") && !storedType.startsWith("compound");
      type =
        isKnown || this.data.type === undefined
          ? Promise.resolve({ dtype, storedType, shape: [] })
          : this.data.type(node.path);
      this.#types.set(node.path, type);
    }
    return type;
  }
}
