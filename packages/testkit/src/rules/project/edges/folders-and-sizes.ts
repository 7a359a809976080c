import type { ProjectCall, Put } from "../../../project-model/project-call.js";
import type { ProjectContext } from "../../project-context.js";
import type { RuleGroup } from "../../rule.js";
import { badNames, edge } from "./edge.js";

const created = (path?: string): ProjectCall => ({
  method: "checkCreated",
  args: path === undefined ? [] : [path],
});
const project = (name: string, ...below: string[]): ProjectCall => ({
  method: "getProjectFolder",
  args: [name, ...below],
});
const images = (name: string, folder: string): ProjectCall => ({
  method: "getImagesFolder",
  args: [name, folder],
});
const allen = (name: string): ProjectCall => ({ method: "getAllenMouseCacheFolder", args: [name] });
const metaFile = (name: string, file: string): ProjectCall => ({
  method: "getProjectMetaFilePath",
  args: [name, file],
});
const fromH5 = (path: string): ProjectCall => ({ method: "getProjectFolderFromH5", args: [path] });

export const folderEdges: RuleGroup<ProjectContext> = {
  name: "folders, every edge",
  rules: [
    edge(
      "checkCreated: the storage root, and one that is there",
      created(),
      created("{P}/1"),
      created("{P}"),
    ),
    edge(
      "checkCreated: with parents, of mode 0744 less the umask",
      created("{P}/a/b/c"),
      created("{root}/TEMP"),
    ),
    edge("checkCreated: other spellings", created("{P}/x/../y/"), created("{P}//z/./")),
    edge(
      "checkCreated: a file in the way",
      created("{P}/1/a.h5"),
      created("{P}/1/a.h5/below"),
      created("{P}/1/a.h5/x/y"),
    ),
    edge("checkCreated: a link to a folder, and beneath it", created("{P}/1/up"), created("{P}/1/up/new")),
    edge("checkCreated: a link to a file", created("{P}/1/in.h5")),
    edge(
      "checkCreated: a link that leads out, and beneath it",
      created("{P}/1/out"),
      created("{P}/1/out/new"),
      created("{Linked}/new"),
    ),
    edge(
      "checkCreated: a link that leads out, into a folder whose path begins with that of the storage root",
      { put: "link", path: "{P}/near", target: "{folder}/storage2" },
      created("{P}/near/new"),
      project("P", "near"),
    ),
    edge(
      "checkCreated: a link beside the storage root is the caller's own",
      { put: "link", path: "{folder}/storage2/away", target: "{folder}/elsewhere" },
      created("{folder}/storage2/away"),
    ),
    edge(
      "checkCreated: beside the storage root",
      created("{folder}/else/where"),
      created("{folder}/storage2/new"),
    ),
    edge("checkCreated: no path", created(""), created("{P}/\0")),
    edge("getProjectsFolder", { method: "getProjectsFolder", args: [] }),
    edge(
      "getProjectFolder: new, there, and beneath both",
      project("New"),
      project("P"),
      project("P", "1"),
      project("P", "1", "deep", "new"),
      project("New", "7"),
    ),
    edge(
      "getProjectFolder: spaces and letters beyond ASCII",
      project("my project", "run 2"),
      project("Größe ☃", "naïve 🧠"),
    ),
    edge(
      "getProjectFolder: names that look odd and are fine",
      ...[
        ".hidden",
        "a.b.c",
        "-x",
        "~",
        "$HOME",
        "%41",
        "null",
        "0",
        "com10",
        "CONSOLE",
        "x".repeat(255),
        "é".repeat(127),
        "__proto__",
      ].map((name) => project("P", name)),
    ),
    edge("getProjectFolder: names that differ in case", project("P", "Run"), project("P2")),
    edge(
      "getProjectFolder: a file in the way",
      project("afile"),
      project("P", "Project.xml"),
      project("P", "1", "a.h5", "x"),
    ),
    edge(
      "getProjectFolder: a link that leads out",
      project("Linked"),
      project("Linked", "1"),
      project("P", "1", "out"),
      project("P", "1", "out", "new"),
    ),
    edge(
      "getProjectFolder: a link that stays inside",
      project("P", "1", "up"),
      project("P", "1", "up", "new"),
    ),
    edge(
      "getImagesFolder and getAllenMouseCacheFolder",
      images("P", "IMAGES"),
      images("New", "my images"),
      allen("P"),
      allen("Q"),
      images("afile", "x"),
      allen("Linked"),
    ),
    edge(
      "getProjectMetaFilePath",
      metaFile("P", "Project.xml"),
      metaFile("New", "any name.xml"),
      metaFile("afile", "x.xml"),
      metaFile("Linked", "x.xml"),
    ),
    edge(
      "getProjectFolderFromH5",
      fromH5("{P}/1/a.h5"),
      fromH5("{P}/1/none.h5"),
      fromH5("{P}/1/../11/e.h5"),
      fromH5("/a/b/c.h5"),
      fromH5("/b/c.h5"),
      fromH5("/c.h5"),
      fromH5("/"),
      fromH5(""),
      fromH5("/a/\0/b/c"),
    ),
    ...badNames.map(({ what, name }) =>
      edge(
        `a name that is ${what}, by every method that makes a folder`,
        project(name),
        project("P", name),
        project("New", name),
        project("P", "1", name),
        images("P", name),
        images(name, "x"),
        images("New", name),
        allen(name),
        metaFile(name, "x.xml"),
        metaFile("P", name),
        metaFile("New", name),
      ),
    ),
  ],
};

const size = (path: string): ProjectCall => ({ method: "computeSizeOnDisk", args: [path] });
const h5 = (path: string): ProjectCall => ({ method: "computeRecursiveH5DiskUsage", args: [path] });
const both = (path: string): ProjectCall[] => [size(path), h5(path)];
const file = (path: string, content: number): Put => ({ put: "file", path, content });

export const sizeEdges: RuleGroup<ProjectContext> = {
  name: "sizes, every edge",
  rules: [
    ...[0, 1, 511, 512, 513, 1023, 1024, 1025, 1535, 1536, 1537, 2047, 2048, 2049].map((bytes) =>
      edge(
        `sizes: ${bytes} bytes`,
        file("{P}/2/x.h5", bytes),
        file("{P}/3/x.txt", bytes),
        ...both("{P}/2/x.h5"),
        ...both("{P}/2"),
        ...both("{P}/3"),
      ),
    ),
    edge(
      "sizes: rounded once, not for each file",
      ...Array.from({ length: 5 }, (_, i) => file(`{P}/2/${i}.h5`, 700)),
      ...both("{P}/2"),
    ),
    edge(
      "sizes: names that end otherwise",
      file("{P}/2/a.H5", 5000),
      file("{P}/2/b.h5.bak", 5000),
      file("{P}/2/c.h5.journal", 5000),
      file("{P}/2/h5", 5000),
      file("{P}/2/.h5", 3000),
      file("{P}/2/d.h5/e.txt", 9000),
      file("{P}/2/d.h5/f.h5", 2000),
      ...both("{P}/2"),
    ),
    edge(
      "sizes: folders in folders, empty ones, links and files of two names",
      ...both("{P}/1"),
      ...both("{P}"),
      ...both("{projects}"),
      ...both("{root}"),
      ...both("{P}/1/hollow"),
    ),
    edge(
      "sizes: a link to a file, and to a folder",
      { put: "link", path: "{P}/2/large.h5", target: "../1/deep/er/d.h5" },
      size("{P}/2/large.h5"),
      size("{P}/1/in.h5"),
      ...both("{P}/1/up"),
      ...both("{P}/2"),
    ),
    edge("sizes: links that lead out", ...both("{P}/1/out"), ...both("{P}/1/out.h5"), ...both("{Linked}/1")),
    edge(
      "sizes: what is missing",
      ...both("{P}/none"),
      ...both("{New}"),
      ...both("{P}/1/a.h5/below"),
      ...both("{P}/1/nowhere"),
    ),
    edge("sizes: beside the storage root", ...both("{folder}/elsewhere"), ...both("{folder}/storage2")),
    edge("sizes: no path", ...both(""), ...both("{P}/\0")),
    edge(
      "sizes: 130 files in one folder",
      ...Array.from({ length: 130 }, (_, i) => file(`{P}/2/${i}.h5`, 1000 + i)),
      ...both("{P}/2"),
    ),
    edge(
      "sizes: forty folders deep",
      file(`{P}/2/${"d/".repeat(40)}x.h5`, 4000),
      file(`{P}/2/${"d/".repeat(20)}y.h5`, 4000),
      ...both("{P}/2"),
    ),
  ],
};
