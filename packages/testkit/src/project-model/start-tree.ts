import type { XmlMetadata } from "@tvb-storage/files";
import type { Put } from "./project-call.js";

/** Valid names of projects that sequences use; some are prefixes of others, or differ in case alone. */
export const PROJECTS = ["P", "P2", "p", "Q", "New", "Linked", "afile", "my project", "Größe ☃"];

interface Document {
  readonly text: string;
  readonly metadata: XmlMetadata;
}

const projectXml: Document = {
  text: '<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t<name>P</name>\n\t<flag>True</flag>\n</tvb_data>\n',
  metadata: { name: "P", flag: "True" },
};

/** As older versions of TVB wrote it. */
const oldXml: Document = {
  text: '<?xml version="1.0" ?>\n<tvb_data>\n\t<name>\n\t\tnaïve &amp; ☃\n\t</name>\n\t<inner>\n\t\t<a>1</a>\n\t</inner>\n</tvb_data>\n',
  metadata: { name: "naïve & ☃", inner: { a: "1" } },
};

const figureXml: Document = {
  text: '<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t<title>fig</title>\n</tvb_data>\n',
  metadata: { title: "fig" },
};

/** What is read from the documents of the start. */
export const knownDocuments: readonly Document[] = [projectXml, oldXml, figureXml];

/** What is there before the calls of a sequence: two projects, things beside the storage root, links of every kind. */
export const startTree: readonly Put[] = [
  { put: "file", path: "{P}/Project.xml", content: projectXml.text, mode: 0o640 },
  { put: "file", path: "{P}/old.xml", content: oldXml.text },
  { put: "file", path: "{P}/broken.xml", content: "<tvb_data><name>P</tvb_data>" },
  { put: "file", path: "{P}/1/a.h5", content: 24, mode: 0o600 },
  { put: "file", path: "{P}/1/b.h5", content: 1000, mode: 0o666 },
  { put: "file", path: "{P}/1/empty.h5", content: 0 },
  { put: "file", path: "{P}/1/one.txt", content: 1, mode: 0o755 },
  { put: "file", path: "{P}/1/Series 1.h5", content: 1535 },
  { put: "file", path: "{P}/1/deep/er/d.h5", content: 2049 },
  { put: "file", path: "{P}/1/deep/note.txt", content: 7 },
  { put: "folder", path: "{P}/1/hollow", mode: 0o700 },
  { put: "hardLink", path: "{P}/1/same.h5", existing: "{P}/1/a.h5" },
  { put: "link", path: "{P}/1/in.h5", target: "a.h5" },
  { put: "link", path: "{P}/1/up", target: "../11" },
  { put: "link", path: "{P}/1/out", target: "{folder}/elsewhere" },
  { put: "link", path: "{P}/1/out.h5", target: "{folder}/elsewhere/secret.h5" },
  { put: "link", path: "{P}/1/nowhere", target: "missing.h5" },
  { put: "file", path: "{P}/0/zero.h5", content: 900 },
  { put: "file", path: "{P}/11/e.h5", content: 511 },
  { put: "file", path: "{P}/run 2/f.h5", content: 9 },
  { put: "file", path: "{P}/plain/x.h5", content: 8 },
  { put: "file", path: "{P}/plain/y/z.txt", content: 17, mode: 0o711 },
  { put: "file", path: "{P}/IMAGES/fig.png", content: 11 },
  { put: "file", path: "{P}/IMAGES/fig.v2.png", content: 12 },
  { put: "file", path: "{P}/IMAGES/fig.v3.png", content: 13 },
  { put: "file", path: "{P}/IMAGES/fig2.png", content: 14 },
  { put: "file", path: "{P}/IMAGES/fig.xml", content: figureXml.text, mode: 0o600 },
  { put: "file", path: "{P}/IMAGES/fig2.xml", content: figureXml.text },
  { put: "file", path: "{P2}/1/a.h5", content: 300 },
  { put: "file", path: "{Q}/1/a.h5", content: 16 },
  { put: "link", path: "{Linked}", target: "{folder}/elsewhere" },
  { put: "file", path: "{afile}", content: 5 },
  { put: "file", path: "{folder}/storage2/1/a.h5", content: 6 },
  { put: "file", path: "{folder}/elsewhere/secret.h5", content: 2000 },
  { put: "file", path: "{folder}/elsewhere/1/z.h5", content: 100 },
  { put: "file", path: "{folder}/elsewhere/Project.xml", content: projectXml.text },
  { put: "file", path: "{folder}/import/new.h5", content: 400, mode: 0o640 },
  { put: "file", path: "{folder}/import/data.npyd/x.npy", content: 30, mode: 0o600 },
  { put: "file", path: "{folder}/import/data.npyd/y/z.npy", content: 31 },
  { put: "folder", path: "{folder}/import/empty.npyd", mode: 0o700 },
];
