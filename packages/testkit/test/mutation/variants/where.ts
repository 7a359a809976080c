// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings
import type { Variant } from "../variant.js";
import { calls, manager, nodePath, nodes, transaction } from "./sources.js";

// Names, groups, `where`, and what is beneath what.

export const whereVariants: readonly Variant[] = [
  {
    wrong: "ignores where when it streams",
    file: calls,
    from: "datasetPath(checked.where, datasetName, this.#options.pathStyle), checked)",
    to: "datasetPath(undefined, datasetName, this.#options.pathStyle), checked)",
    uses: /stream.*where|where.*stream/is,
  },
  {
    wrong: "ignores where when it stores blocks",
    file: calls,
    from: "return this._storeBlocks(path, data, checked);",
    to: "return this._storeBlocks(datasetPath(undefined, datasetName), data, checked);",
    uses: /blocks?.*where|where.*block/is,
  },
  {
    wrong: "ignores where when it appends",
    file: calls,
    from: "return this._appendData(path, input, checked);",
    to: "return this._appendData(datasetPath(undefined, datasetName), input, checked);",
    uses: /append.*where|where.*append/is,
  },
  {
    wrong: "ignores where when it gives a shape",
    file: calls,
    from: "(path) => this._getDataShape(path)",
    to: "() => this._getDataShape(datasetPath(undefined, datasetName))",
    uses: /shape.*where|where.*shape/is,
  },
  {
    wrong: "ignores where when it removes",
    file: calls,
    from: "return this._removeData(path);",
    to: "return this._removeData(datasetPath(undefined, datasetName));",
    uses: /remov.*where|where.*remov/is,
  },
  {
    wrong: "ignores where when it removes metadata",
    file: calls,
    from: "return this._removeMetadata(path, key, checked);",
    to: "return this._removeMetadata(nodePath(undefined, datasetName), key, checked);",
    uses: /removeMetadata.*where|where.*removeMetadata/is,
  },
  {
    wrong: "lists the whole file, whatever where says",
    file: calls,
    from: "this._listNodes(path, depth)",
    to: 'this._listNodes("/", depth)',
    uses: /list.*(where|group)|(where|group).*list/is,
  },
  {
    wrong: "gives the data version of the root, whatever node is asked for",
    file: calls,
    from: "await this.#versionAttributes(path)",
    to: 'await this.#versionAttributes("/")',
    uses: /version/is,
  },
  {
    wrong: "takes . in a path for a name",
    file: nodePath,
    from: 'part !== "" && part !== "."',
    to: 'part !== ""',
    uses: /\/\.\/|"\."|parts? \.|dots?\b|\.\//is,
  },
  {
    wrong: "accepts names that cannot be stored",
    file: nodePath,
    from: "checkText(path, () => `the name ${quoted(path)}`);",
    to: "quoted(path), checkText;",
    uses: /name/is,
  },
  {
    wrong: "removes everything where the root is to be removed",
    file: nodePath,
    from: `  if (path === "/")
    throw new FileStructureException('a dataset needs a name`,
    to: `  if (path === "" && style.length < 0)
    throw new FileStructureException('a dataset needs a name`,
    uses: /remov|root/is,
  },
  {
    wrong: "takes names that differ in case for the same",
    file: transaction,
    from: "return this.#nodes.get(path);\n  }\n\n  list",
    to: `const same = [...this.#nodes.keys()].find((each) => each.toLowerCase() === path.toLowerCase());
    return this.#nodes.get(path) ?? this.#nodes.get(same ?? path);
  }

  list`,
    uses: /case|"[^"]*[A-Z][^"]*"/,
  },
  {
    wrong: "takes composed and decomposed names for the same",
    file: transaction,
    from: "return this.#nodes.get(path);\n  }\n\n  list",
    to: `const same = [...this.#nodes.keys()].find((each) => each.normalize() === path.normalize());
    return this.#nodes.get(path) ?? this.#nodes.get(same ?? path);
  }

  list`,
    uses: /compos|name/is,
  },
  {
    wrong: "lists siblings whose names begin alike",
    file: manager,
    from: "const beneath = [...(await transaction.list(path))]",
    to: 'const beneath = [...(await transaction.list("/"))].filter((each) => each !== path && each.startsWith(path))',
    uses: /list/is,
  },
  {
    wrong: "lists nothing for a dataset",
    file: manager,
    from: "...(isGroup(node) ? [] : [path]), ",
    to: "",
    uses: /list/is,
  },
  {
    wrong: "counts the depth of a list from the root",
    file: manager,
    from: "const levels = pathParts(path).length + depth;",
    to: "const levels = depth;",
    uses: /list|depth/is,
  },
  {
    wrong: "lists one level where no depth is given",
    file: calls,
    from: "{ depth = Number.POSITIVE_INFINITY }",
    to: "{ depth = 1 }",
    uses: /list|depth/is,
  },
  {
    wrong: "gives an empty list for a node that is missing",
    file: manager,
    from: "const node = await nodeAt(transaction, path);\n      const levels",
    to: "const node = (await transaction.node(path)) ?? { attributes: new Map() };\n      const levels",
    uses: /list/is,
  },
  {
    wrong: "says of a group that there is no such dataset",
    file: nodes,
    from: "if (dataset === undefined) throw new FileStructureException(`${path} is a group, not a dataset`);",
    to: "if (dataset === undefined) throw new MissingDataSetException(`${path} is a group, not a dataset`);",
    uses: /group|ignoreErrors/is,
  },
  {
    wrong: "leaves the groups beneath a group that it removes",
    file: transaction,
    from: "for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);",
    to: 'for (const each of [path, ...this.list(path)]) if (each.indexOf("/", path.length + 1) < 0) this.#nodes.delete(each);',
    uses: /remov/is,
  },
  {
    wrong: "removes a group with the last dataset in it",
    file: transaction,
    from: "for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);",
    to: `for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (parent !== "" && this.list(parent).length === 0) this.#nodes.delete(parent);`,
    uses: /remov/is,
  },
  {
    wrong: "gives a new dataset the metadata of the one that was removed",
    file: transaction,
    from: "this.#nodes.set(path, { attributes: new Map(), dataset });",
    to: "this.#nodes.set(path, { attributes: this.#nodes.get(`removed ${path}`)?.attributes ?? new Map(), dataset });",
    also: {
      from: "for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);",
      to: `for (const each of [path, ...this.list(path)]) {
      this.#nodes.set(\`removed \${each}\`, this.#node(each));
      this.#nodes.delete(each);
    }`,
    },
    uses: /metadata/is,
  },
  {
    wrong: "gives a new group the metadata of the one that was removed",
    file: transaction,
    from: "this.#nodes.set(path, { attributes: new Map() });",
    to: "this.#nodes.set(path, { attributes: this.#nodes.get(`removed ${path}`)?.attributes ?? new Map() });",
    also: {
      from: "for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);",
      to: `for (const each of [path, ...this.list(path)]) {
      this.#nodes.set(\`removed \${each}\`, this.#node(each));
      this.#nodes.delete(each);
    }`,
    },
    uses: /metadata/is,
  },
];
