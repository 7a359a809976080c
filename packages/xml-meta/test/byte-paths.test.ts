import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { expect } from "vitest";
import { itWith, linux } from "../../../test/support/judges.js";
import { XMLReader, XMLWriter } from "../src/index.js";

// File names on Linux are bytes. What is not UTF-8 in them is escaped as Python's surrogateescape does.
itWith(linux)("a document is written to and read from a path that is not UTF-8", async () => {
  const folder = nodeFs.mkdtempSync(`${tmpdir()}/xml-meta-`);
  try {
    await new XMLWriter({ a: 1 }).writeMetadataInXml(`${folder}/caf\udce9.xml`);
    expect(nodeFs.readdirSync(folder, { encoding: "latin1" })).toEqual(["caf\xe9.xml"]);
    expect(await new XMLReader(`${folder}/caf\udce9.xml`).readMetadataFromXml()).toEqual({ a: "1" });
    await expect(new XMLWriter({ a: 1 }).writeMetadataInXml(`${folder}/\ud800.xml`)).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
    });
  } finally {
    nodeFs.rmSync(folder, { recursive: true });
  }
});
