import type { XmlMetadata } from "@tvb-storage/files";
import { XMLReader } from "@tvb-storage/xml-meta";
import type { Difference } from "./difference.js";

/**
 * Compares what two XML files say: their elements by name, and the texts of these. Order and layout do not count.
 *
 * @throws FileStructureException one of them is missing, may not be read, or is malformed.
 */
export async function compareXml([a, b]: readonly [string, string]): Promise<Difference[]> {
  const left = texts(await new XMLReader(a).readMetadataFromXml());
  const right = texts(await new XMLReader(b).readMetadataFromXml());
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((node): Difference[] => {
    const [x, y] = [left.get(node), right.get(node)];
    if (x === y) return [];
    if (x === undefined || y === undefined)
      return [{ node, kind: y === undefined ? "onlyInA" : "onlyInB", what: "element" }];
    return [{ node, kind: "property", property: "text", a: x, b: y }];
  });
}

/** The texts of a document by the path of their element. An element without content has an empty one. */
function texts(metadata: XmlMetadata, above = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(metadata)) {
    const path = `${above}/${key}`;
    if (typeof value === "string") found.set(path, value);
    else for (const [inner, text] of texts(value, path)) found.set(inner, text);
  }
  return found;
}
