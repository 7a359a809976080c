import type { Extent } from "../bytes/extent.js";
import type { StructureFile } from "../headers/structure-file.js";

// File Format Specification, "Disk Format: Level 1H - Free-space Manager".

/** The space that a free-space manager itself occupies: its header and its list of sections. */
export function* freeSpaceExtents(file: StructureFile, address: number): Generator<Extent> {
  const size = 18 + 7 * file.lengthSize + file.offsetSize;
  const reader = file.readChecked("free-space manager", address, size);
  reader.expectSignature("FSHD");
  reader.expectVersion(0);
  reader.skip(1 + 4 * file.lengthSize + 8); // client, statistics, classes and percentages
  reader.skip(file.lengthSize); // largest section
  yield { address, size };
  const listAddress = reader.fileAddress();
  reader.skip(file.lengthSize); // bytes in use
  const allocated = reader.length();
  if (listAddress !== undefined) {
    file.check("free-space section list", listAddress, allocated);
    yield { address: listAddress, size: allocated };
  }
}
