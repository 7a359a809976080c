import type { XmlInput } from "@tvb-storage/files";
import type { CallFault, ProjectCall, Put } from "../../../project-model/project-call.js";
import type { ProjectContext } from "../../project-context.js";
import type { RuleGroup } from "../../rule.js";
import { badNames, edge } from "./edge.js";

const read = (folder: string, file: string): ProjectCall => ({
  method: "readProjectMetadata",
  args: [folder, file],
});

function write(
  folder: string,
  file: string,
  metadata: XmlInput = { name: "P", title: "new" },
  faults?: readonly CallFault[],
): ProjectCall {
  return {
    method: "writeProjectMetadataFromDict",
    args: [folder, metadata, file],
    ...(faults === undefined ? {} : { faults }),
  };
}

function inProject(
  name: string,
  file: string,
  metadata: XmlInput = {},
  faults?: readonly CallFault[],
): ProjectCall {
  return {
    method: "writeProjectMetadata",
    args: [{ name, ...metadata }, file],
    ...(faults === undefined ? {} : { faults }),
  };
}

const values: XmlInput = {
  text: "<b> & \"q\" 'a' ]]> naïve ☃ 🧠",
  spaces: "two  words",
  empty: "",
  yes: true,
  no: false,
  none: null,
  whole: 5,
  zero: 0,
  negative: -3,
  fraction: 0.5,
};

const failures: readonly { what: string; faults: readonly CallFault[] }[] = [
  { what: "a full disk", faults: [{ calls: ["write", "writeFile"], errno: "ENOSPC" }] },
  { what: "a rename that fails", faults: [{ calls: ["rename"], errno: "EIO" }] },
  { what: "a sync that fails", faults: [{ calls: ["sync"], errno: "EIO" }] },
  { what: "a file that cannot be opened", faults: [{ calls: ["open"], errno: "EACCES" }] },
];

export const metadataEdges: RuleGroup<ProjectContext> = {
  name: "metadata, every edge",
  rules: [
    edge(
      "readProjectMetadata: as TVB writes it, and as it wrote it once",
      read("{P}", "Project.xml"),
      read("{P}", "old.xml"),
      read("{P}/1/..", "Project.xml"),
    ),
    edge(
      "readProjectMetadata: malformed, empty, not XML",
      read("{P}", "broken.xml"),
      read("{P}/1", "empty.h5"),
      read("{P}/1", "b.h5"),
    ),
    edge(
      "readProjectMetadata: missing, a folder, beneath a file",
      read("{P}", "none.xml"),
      read("{P}", "1"),
      read("{New}", "Project.xml"),
      read("{P}/Project.xml", "x"),
    ),
    edge(
      "readProjectMetadata: by links",
      { put: "link", path: "{P}/11/link.xml", target: "../Project.xml" },
      { put: "link", path: "{P}/11/away.xml", target: "{folder}/elsewhere/Project.xml" },
      read("{P}/11", "link.xml"),
      read("{P}/11", "away.xml"),
      read("{Linked}", "Project.xml"),
      read("{P}/1/out", "Project.xml"),
    ),
    edge("readProjectMetadata: beside the storage root", read("{folder}/elsewhere", "Project.xml")),
    edge(
      "writeProjectMetadataFromDict: every kind of value, byte for byte as TVB",
      write("{P}", "new.xml", values),
    ),
    edge("writeProjectMetadataFromDict: no key", write("{P}", "new.xml", {})),
    edge(
      "writeProjectMetadataFromDict: replaces all, and keeps the mode",
      write("{P}", "Project.xml"),
      write("{P}", "Project.xml", { a: "1" }),
      write("{P}", "old.xml", { a: "2" }),
    ),
    edge(
      "writeProjectMetadataFromDict: read by another layout after each change",
      read("{P}", "Project.xml"),
      write("{P}", "Project.xml", { a: "1" }),
      { ...write("{P}", "Project.xml", { a: "2" }), by: "second" },
      read("{P}", "Project.xml"),
    ),
    edge(
      "writeProjectMetadataFromDict: one name of a file leaves the other",
      { put: "hardLink", path: "{P}/11/Copy.xml", existing: "{P}/Project.xml" },
      write("{P}", "Project.xml"),
    ),
    edge(
      "writeProjectMetadataFromDict: over links",
      { put: "link", path: "{P}/11/link.xml", target: "../Project.xml" },
      { put: "link", path: "{P}/11/away.xml", target: "{folder}/elsewhere/Project.xml" },
      write("{P}/11", "away.xml"),
    ),
    edge("writeProjectMetadataFromDict: over a folder", write("{P}", "1"), write("{P}", "11")),
    edge(
      "writeProjectMetadataFromDict: in a missing folder, which is not made",
      write("{New}", "Project.xml"),
      write("{P}/none", "Project.xml"),
      write("{P}/Project.xml", "x.xml"),
    ),
    edge(
      "writeProjectMetadataFromDict: in a folder that leads out",
      write("{Linked}", "Project.xml"),
      write("{P}/1/out", "new.xml"),
    ),
    edge("writeProjectMetadataFromDict: by a linked folder", write("{P}/1/up", "new.xml")),
    edge(
      "writeProjectMetadataFromDict: beside the storage root",
      write("{folder}/import", "new.xml"),
      write("{folder}/storage2", "new.xml"),
    ),
    edge(
      "writeProjectMetadataFromDict: a key that no element can have",
      write("{P}", "Project.xml", { "no key": 1 }),
      write("{P}", "new.xml", { "": 1 }),
      write("{P}", "new.xml", { a: "1", "<b>": 2 }),
    ),
    edge(
      "writeProjectMetadata: in its project, and in a new one",
      inProject("P", "Project.xml", { a: "1" }),
      inProject("New", "Project.xml"),
      inProject("Größe ☃", "any name.xml", values),
    ),
    edge(
      "writeProjectMetadata: what cannot be written makes no project",
      inProject("New", "Project.xml", { "no key": 1 }),
      inProject("P", "Project.xml", { "no key": 1 }),
    ),
    edge(
      "writeProjectMetadata: no project",
      inProject("afile", "Project.xml"),
      inProject("Linked", "Project.xml"),
    ),
    ...badNames.map(({ what, name }) =>
      edge(
        `metadata: a name that is ${what}`,
        read("{P}", name),
        write("{P}", name),
        inProject(name, "Project.xml"),
        inProject("New", name),
        inProject("P", name),
      ),
    ),
    ...failures.map(({ what, faults }) =>
      edge(
        `metadata: ${what} leaves what was there, and nothing beside it`,
        write("{P}", "Project.xml", values, faults),
        write("{P}", "new.xml", values, faults),
        inProject("New", "Project.xml", {}, faults),
      ),
    ),
  ],
};

function writeFigure(
  name: string,
  filePath: string,
  images = "IMAGES",
  metadata: XmlInput = { title: filePath },
): ProjectCall {
  return { method: "writeImageMetadata", args: [{ project: { name }, filePath }, metadata, images] };
}

function removeFigure(
  name: string,
  filePath: string,
  images = "IMAGES",
  faults?: readonly CallFault[],
): ProjectCall {
  return {
    method: "removeFigure",
    args: [{ project: { name }, filePath }, images],
    ...(faults === undefined ? {} : { faults }),
  };
}

const stuck = (name: string): CallFault[] => [{ calls: ["unlink", "rm", "rename"], name, errno: "EACCES" }];
const image = (path: string): Put => ({ put: "file", path, content: 10 });

export const figureEdges: RuleGroup<ProjectContext> = {
  name: "figures, every edge",
  rules: [
    edge(
      "writeImageMetadata: beside its image, and without one",
      writeFigure("P", "fig2.png"),
      writeFigure("P", "new.png"),
      writeFigure("Q", "new.png"),
      writeFigure("New", "a b.png", "my images"),
    ),
    edge(
      "writeImageMetadata: the name up to the first dot",
      writeFigure("P", "fig.v2.png"),
      writeFigure("P", "figure.v2.v3.svg"),
      writeFigure("P", "plain"),
    ),
    edge(
      "writeImageMetadata: what cannot be written makes no folder",
      writeFigure("New", "fig.png", "IMAGES", { "no key": 1 }),
      writeFigure("P", "fig.png", "pictures", { "no key": 1 }),
      writeFigure("P", "fig.png", "IMAGES", { "no key": 1 }),
    ),
    edge(
      "writeImageMetadata: an image whose metadata would be itself, or without a name",
      writeFigure("P", "fig.xml"),
      writeFigure("P", "FIG.XML"),
      writeFigure("P", ".fig"),
      writeFigure("P", ".xml"),
    ),
    edge(
      "writeImageMetadata: no project, no folder",
      writeFigure("afile", "fig.png"),
      writeFigure("Linked", "fig.png"),
      writeFigure("P", "fig.png", "Project.xml"),
    ),
    edge(
      "removeFigure: image and metadata, and no figure whose name begins alike",
      removeFigure("P", "fig.png"),
    ),
    edge("removeFigure: of several dots", removeFigure("P", "fig.v2.png"), removeFigure("P", "fig.v3.png")),
    edge("removeFigure: the longer of two names", removeFigure("P", "fig2.png")),
    edge(
      "removeFigure: without image, without metadata, without both",
      image("{P}/IMAGES/alone.png"),
      removeFigure("P", "fig2.svg"),
      removeFigure("P", "alone.png"),
      removeFigure("P", "none.png"),
    ),
    edge(
      "removeFigure: in a missing folder or project, which is not made",
      removeFigure("P", "fig.png", "pictures"),
      removeFigure("New", "fig.png"),
    ),
    edge(
      "removeFigure: an image whose metadata would be itself, or without a name",
      removeFigure("P", "fig.xml"),
      removeFigure("P", ".fig"),
    ),
    edge(
      "removeFigure: no project",
      removeFigure("Linked", "secret.h5", "1"),
      removeFigure("Linked", "Project.png", "1"),
    ),
    edge(
      "removeFigure: the image cannot be removed",
      removeFigure("P", "fig.png", "IMAGES", stuck("fig.png")),
    ),
    edge(
      "removeFigure: the metadata cannot be removed",
      removeFigure("P", "fig.png", "IMAGES", stuck("fig.xml")),
    ),
    ...badNames.map(({ what, name }) =>
      edge(
        `figures: a name that is ${what}`,
        writeFigure(name, "fig.png"),
        writeFigure("P", name),
        writeFigure("New", name),
        writeFigure("New", "fig.png", name),
        removeFigure(name, "fig.png"),
        removeFigure("P", name),
        removeFigure("P", "fig.png", name),
      ),
    ),
  ],
};
