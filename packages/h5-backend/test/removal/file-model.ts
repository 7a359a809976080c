import type { Expected, ExpectedFile } from "../../../../test/support/expected.js";

/** A dataset: what it holds, and its attributes. However many links lead to it, it is one. */
export class DatasetModel {
  readonly attributes = new Map<string, number | readonly number[]>();
  values: number[];

  constructor(
    values: readonly number[],
    readonly grows: boolean,
  ) {
    this.values = [...values];
  }
}

export class GroupModel {
  readonly links = new Map<string, Target>();
  readonly attributes = new Map<string, number | readonly number[]>();
}

export type Target = DatasetModel | GroupModel | string;

/** What a file holds: groups and datasets by their links; a soft link is its path. */
export class FileModel {
  readonly root = new GroupModel();

  constructor() {
    this.root.attributes.set("TVB_Data_version", 5);
  }

  /** The group at the names, made where it is missing. */
  group(names: readonly string[]): GroupModel {
    let group = this.root;
    for (const name of names) {
      const found = group.links.get(name) ?? new GroupModel();
      if (!(found instanceof GroupModel)) throw new Error(`${name} is no group`);
      group.links.set(name, found);
      group = found;
    }
    return group;
  }

  set(path: string, target: Target): void {
    const names = path.split("/");
    this.group(names.slice(0, -1)).links.set(names.at(-1) ?? "", target);
  }

  get(path: string): Target | undefined {
    const names = path.split("/");
    return this.group(names.slice(0, -1)).links.get(names.at(-1) ?? "");
  }

  remove(path: string): void {
    const names = path.split("/");
    this.group(names.slice(0, -1)).links.delete(names.at(-1) ?? "");
  }

  /** Every link by its path, groups before what is in them. */
  *paths(group: GroupModel = this.root, above = ""): Generator<[path: string, Target]> {
    for (const [name, target] of group.links) {
      yield [above + name, target];
      if (target instanceof GroupModel) yield* this.paths(target, `${above}${name}/`);
    }
  }

  /** What h5py must see. */
  expected(): Omit<ExpectedFile, "addresses"> {
    const counts = new Map<Target, number>();
    const all: [string, Target][] = [["", this.root], ...this.paths()];
    for (const [, target] of all) counts.set(target, (counts.get(target) ?? 0) + 1);
    const found = {
      datasets: {} as Record<string, Expected>,
      attributes: {} as Record<string, Record<string, Expected>>,
      groups: [] as string[],
      links: {} as Record<string, string>,
      linkCounts: {} as Record<string, number>,
    };
    for (const [path, target] of all) {
      const at = `/${path}`;
      if (typeof target === "string") {
        found.links[at] = target;
        continue;
      }
      found.linkCounts[at] = counts.get(target) ?? 0;
      if (target.attributes.size > 0) {
        found.attributes[at] = Object.fromEntries(
          [...target.attributes].map(([key, value]) => [key, attribute(value)]),
        );
      }
      if (target instanceof GroupModel) found.groups.push(at);
      else found.datasets[at] = numbers("float64", [target.values.length], target.values);
    }
    found.groups.sort();
    return found;
  }
}

function attribute(value: number | readonly number[]): Expected {
  return typeof value === "number"
    ? numbers("int64", [], [value])
    : numbers("float64", [value.length], value);
}

/** As Python writes them. */
function numbers(dtype: string, shape: number[], values: readonly number[]): Expected {
  const text = (value: number) =>
    dtype === "float64" && Number.isInteger(value) ? `${value}.0` : String(value);
  return { dtype, shape, values: values.map(text) };
}
