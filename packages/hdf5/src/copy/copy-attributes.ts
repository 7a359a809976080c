import { attributeDataspace, attributeDatatype, encodeAttribute } from "../attributes/attribute-message.js";
import { type StoredAttribute, storedAttributes } from "../attributes/attribute-storage.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { encodeDataspace, spaceElements } from "../datatypes/dataspace-message.js";
import { AttributeEditor, type EncodedAttribute } from "../edits/attribute-editor.js";
import { DATATYPE } from "../headers/message-type.js";
import type { ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { resolveShared } from "../messages/shared-message.js";
import { readingError } from "../objects/reading-error.js";
import { type ElementMover, holdsAddresses } from "./element-mover.js";
import { type NamedTypes, NOT_NAMED } from "./named-types.js";

interface CopiedNode {
  readonly header: ObjectHeader;
  /** Address of the copy, which has no attributes. */
  readonly copy: number;
  readonly mover: ElementMover;
  readonly namedTypes: NamedTypes;
  readonly problem: (text: string, key?: string) => void;
}

/** Copies the attributes of an object, in their order; those that cannot be read are reported. Returns how many. */
export function copyAttributes(source: StructureFile, target: StructureFile, node: CopiedNode): number {
  const { header, copy, problem } = node;
  const encoded: EncodedAttribute[] = [];
  for (const stored of readable(() => storedAttributes(source, header), problem) ?? []) {
    const { name } = stored.parts;
    const body = readable(
      () => encodedFor(source, target, stored, node),
      (text) => problem(text, name),
    );
    if (body !== undefined) encoded.push({ name, body });
  }
  if (encoded.length === 0) return 0;
  const refused = AttributeEditor.addEncoded(target, copy, encoded);
  for (const { name, body } of refused)
    problem(`it is too long for the target (${body.length} bytes), and is not copied`, name);
  return encoded.length - refused.length;
}

/** What `read` gives; where the file is damaged there, that is reported. */
function readable<T>(read: () => T, problem: (text: string) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    problem(`attributes cannot be read, and are not copied: ${readingError(error)}`);
    return undefined;
  }
}

/** The message of an attribute for the target; undefined where it cannot have it, which is reported. */
function encodedFor(
  source: StructureFile,
  target: StructureFile,
  { parts, address }: StoredAttribute,
  { mover, namedTypes, problem }: CopiedNode,
): Uint8Array | undefined {
  const { name } = parts;
  const type = attributeDatatype(source, parts, address);
  const space = attributeDataspace(source, parts, address);
  const hasAddresses = holdsAddresses(type);
  if (hasAddresses && source.offsetSize !== target.offsetSize) {
    problem("it is of variable length, in a file of short addresses, and is not copied", name);
    return undefined;
  }
  const bytes = parts.data.subarray(0, spaceElements(space) * type.size);
  const data = hasAddresses ? mover.moved(type, bytes) : bytes;
  const { shared, at } = parts.datatype;
  let datatype = parts.datatype.bytes;
  let own: Uint8Array | undefined;
  if (shared) {
    const reader = new ByteReader(datatype, source, "attribute's datatype", address + at);
    const { bytes: resolved, committedAt } = resolveShared(source, DATATYPE, reader);
    own = committedAt === undefined ? undefined : namedTypes.shared(committedAt);
    datatype = own ?? resolved;
    if (committedAt !== undefined && own === undefined) problem(NOT_NAMED, name);
  }
  return encodeAttribute(name, datatype, encodeDataspace(space, target.lengthSize), data, own !== undefined);
}
