// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings
import type { Variant } from "../variant.js";
import { calls, metadata, nodes } from "./sources.js";

// What copies from one backend to another need.

export const exactVariants: readonly Variant[] = [
  {
    wrong: "gives only attributes that have the prefix where they are asked for as stored",
    file: calls,
    from: "new Map(await this._getAttributes(path, checked))",
    to: 'new Map([...(await this._getAttributes(path, checked))].filter(([name]) => name.startsWith("TVB_")))',
    uses: /getAttributes|attributes/is,
  },
  {
    wrong: "makes a node for attributes where there is none",
    file: calls,
    from: "      await this._getAttributes(path, { skipUnreadable: true });\n",
    to: "",
    uses: /setAttributes|attributes/is,
  },
  {
    wrong: "takes attributes without a name",
    file: metadata,
    from: "      checkMetadataKey(name);\n      return [name, normalizeInput(value).array];",
    to: "      return [name, normalizeInput(value).array];",
    uses: /setAttributes|attribute/is,
  },
  {
    wrong: "makes an empty group without those above it",
    file: nodes,
    from: "for (const group of missing) await transaction.createGroup(group);",
    to: "for (const group of missing.slice(-1)) await transaction.createGroup(group);",
    uses: /createGroup|group/is,
  },
  {
    wrong: "makes an empty group where a dataset is",
    file: nodes,
    from: "const missing = await missingGroups(open, path, `${path}/`);",
    to: "const missing = (await open.transaction.node(path)) === undefined ? await missingGroups(open, path, `${path}/`) : [];",
    uses: /createGroup|group/is,
  },
];
