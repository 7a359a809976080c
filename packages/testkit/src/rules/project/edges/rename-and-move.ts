import type { CallFault, ProjectCall, Put } from "../../../project-model/project-call.js";
import type { ProjectContext } from "../../project-context.js";
import type { RuleGroup } from "../../rule.js";
import { badNames, edge } from "./edge.js";

type Extra = Pick<ProjectCall, "faults" | "syncing">;

function rename(project: string, newName: string, extra: Extra = {}): ProjectCall {
  return { method: "renameProjectStructure", args: [project, newName], ...extra };
}

function move(
  project: string,
  operation: string | number,
  path: string,
  faults?: readonly CallFault[],
): ProjectCall {
  return {
    method: "moveDatatype",
    args: [project, operation, path],
    ...(faults === undefined ? {} : { faults }),
  };
}

const file = (path: string): Put => ({ put: "file", path, content: 3 });

export const renameEdges: RuleGroup<ProjectContext> = {
  name: "renameProjectStructure, every edge",
  rules: [
    edge(
      "renameProjectStructure: with links, empty folders, modes and times, and back",
      rename("P", "New"),
      rename("New", "P"),
    ),
    edge("renameProjectStructure: onto itself", rename("P", "P")),
    edge("renameProjectStructure: onto another project", rename("P", "Q"), rename("P", "P2")),
    edge(
      "renameProjectStructure: onto an empty project",
      { put: "folder", path: "{New}" },
      rename("P", "New"),
    ),
    edge("renameProjectStructure: onto a file", rename("P", "afile")),
    edge("renameProjectStructure: onto a link", rename("P", "Linked")),
    edge(
      "renameProjectStructure: onto a link to nothing",
      { put: "link", path: "{New}", target: "nowhere" },
      rename("P", "New"),
    ),
    edge(
      "renameProjectStructure: a missing project, and none is made",
      rename("New", "my project"),
      rename("New", "New"),
    ),
    edge("renameProjectStructure: a file", rename("afile", "New")),
    edge("renameProjectStructure: a link", rename("Linked", "New")),
    edge(
      "renameProjectStructure: to spaces and letters beyond ASCII, and back",
      rename("P", "my project"),
      rename("my project", "Größe ☃"),
      rename("Größe ☃", "P"),
    ),
    edge(
      "renameProjectStructure: to a name that begins with another's",
      rename("Q", "my project"),
      rename("P2", "Q"),
    ),
    edge("renameProjectStructure: while it is synchronised", rename("P", "New", { syncing: "always" })),
    edge(
      "renameProjectStructure: synchronised from the second question on",
      rename("P", "New", { syncing: "later" }),
    ),
    edge(
      "renameProjectStructure: a missing one while it is synchronised",
      rename("New", "my project", { syncing: "always" }),
    ),
    edge(
      "renameProjectStructure: while something is synchronised, onto another",
      rename("P", "Q", { syncing: "always" }),
    ),
    ...(["EIO", "EACCES"] as const).map((errno) =>
      edge(
        `renameProjectStructure: the disk fails with ${errno}`,
        rename("P", "New", { faults: [{ calls: ["rename"], errno }] }),
      ),
    ),
    ...badNames.map(({ what, name }) =>
      edge(`renameProjectStructure: a name that is ${what}`, rename("P", name), rename(name, "New")),
    ),
  ],
};

const across: CallFault = { calls: ["rename"], at: 1, errno: "EXDEV" };
const movable = [
  { what: "a file", path: "{P}/1/b.h5" },
  { what: "an empty file", path: "{P}/1/empty.h5" },
  { what: "a file of mode 0600 with two names", path: "{P}/1/a.h5" },
  { what: "a file with a space in its name", path: "{P}/1/Series 1.h5" },
  { what: "a folder", path: "{P}/1/deep" },
  { what: "an empty folder of mode 0700", path: "{P}/1/hollow" },
  { what: "a file from elsewhere", path: "{folder}/import/new.h5" },
  { what: "a folder from elsewhere", path: "{folder}/import/data.npyd/" },
];

export const moveEdges: RuleGroup<ProjectContext> = {
  name: "moveDatatype, every edge",
  rules: [
    ...movable.flatMap(({ what, path }) => [
      edge(`moveDatatype: ${what} keeps mode and time`, move("New", 7, path)),
      edge(`moveDatatype: ${what} to another device keeps mode and time`, move("New", 7, path, [across])),
    ]),
    edge("moveDatatype: operation 0", move("Q", 0, "{P}/1/b.h5"), move("P", "0", "{P}/1/a.h5")),
    edge(
      "moveDatatype: an operation with a space, and one that is there",
      move("P", "run 2", "{P}/1/b.h5"),
      move("P", 11, "{P}/1/a.h5"),
    ),
    edge("moveDatatype: there and back", move("New", 1, "{P}/1/b.h5"), move("P", 1, "{New}/1/b.h5")),
    edge(
      "moveDatatype: onto itself",
      move("P", 1, "{P}/1/b.h5"),
      move("P", "1", "{P}/1/../1/b.h5"),
      move("P", 1, "{P}/1/deep"),
    ),
    edge("moveDatatype: onto itself by a linked folder", move("P", 11, "{P}/1/up/e.h5")),
    edge("moveDatatype: a folder into itself", move("P", 1, "{P}/1"), move("P", 1, "{P}")),
    edge("moveDatatype: onto a file", move("Q", 1, "{P}/1/a.h5"), move("Q", 1, "{P2}/1/a.h5")),
    edge(
      "moveDatatype: a folder onto a file, and a file onto a folder",
      file("{Q}/1/deep"),
      file("{P}/2/hollow/x"),
      file("{folder}/import/hollow"),
      move("Q", 1, "{P}/1/deep"),
      move("P", 2, "{folder}/import/hollow"),
    ),
    edge(
      "moveDatatype: a folder onto a folder, and onto an empty one",
      file("{Q}/1/deep/x"),
      { put: "folder", path: "{Q}/2/deep" },
      move("Q", 1, "{P}/1/deep"),
      move("Q", 2, "{P}/1/deep"),
    ),
    edge(
      "moveDatatype: onto a link, and onto one to nothing",
      { put: "link", path: "{Q}/2/b.h5", target: "../1/a.h5" },
      { put: "link", path: "{Q}/3/b.h5", target: "none" },
      move("Q", 2, "{P}/1/b.h5"),
      move("Q", 3, "{P}/1/b.h5"),
    ),
    edge("moveDatatype: another device does not replace what is there", move("Q", 1, "{P}/1/a.h5", [across])),
    edge(
      "moveDatatype: a missing file makes no operation",
      move("New", 1, "{P}/1/none.h5"),
      move("New", 1, "{P}/1/a"),
      move("New", 1, "{P}/1/a.h5/below"),
    ),
    edge(
      "moveDatatype: a link",
      move("New", 1, "{P}/1/in.h5"),
      move("New", 1, "{P}/1/up"),
      move("New", 1, "{P}/1/nowhere"),
      move("New", 1, "{P}/1/out"),
    ),
    edge("moveDatatype: by a linked folder", move("New", 1, "{P}/1/up/e.h5")),
    edge("moveDatatype: by a linked folder to another device", move("P", 1, "{P}/1/up/e.h5", [across])),
    edge(
      "moveDatatype: by a folder that leads out",
      move("New", 1, "{P}/1/out/secret.h5"),
      move("Linked", 1, "{P}/1/b.h5"),
    ),
    edge("moveDatatype: a folder with links", move("New", 1, "{P}/1")),
    edge("moveDatatype: a folder with links to another device", move("New", 1, "{P}/1", [across])),
    edge(
      "moveDatatype: into an operation that is a file",
      move("P", "Project.xml", "{P}/1/b.h5"),
      move("afile", 1, "{P}/1/b.h5"),
    ),
    edge(
      "moveDatatype: beside the storage root, in a folder whose path begins alike",
      move("New", 1, "{folder}/storage2/1/a.h5"),
    ),
    edge("moveDatatype: no path", move("P", 5, ""), move("P", 5, "{P}/\0")),
    edge(
      "moveDatatype: a file whose name no other disk takes",
      file("{P}/1/a\\b.h5"),
      move("New", 1, "{P}/1/a\\b.h5"),
    ),
    ...[-1, 1.5, Number.NaN].map((id) =>
      edge(`moveDatatype: the operation ${id}`, move("Q", id, "{P}/1/b.h5")),
    ),
    ...badNames.map(({ what, name }) =>
      edge(
        `moveDatatype: a name that is ${what}`,
        move(name, 1, "{P}/1/b.h5"),
        move("New", name, "{P}/1/b.h5"),
      ),
    ),
    ...(["EIO", "EACCES"] as const).map((errno) =>
      edge(
        `moveDatatype: the disk fails with ${errno}`,
        move("New", 1, "{P}/1/b.h5", [{ calls: ["rename"], errno }]),
      ),
    ),
    edge(
      "moveDatatype: the operation cannot be made",
      move("New", 1, "{P}/1/b.h5", [{ calls: ["mkdir"], errno: "EACCES" }]),
    ),
    ...[
      { what: "is full", fault: { calls: ["write"], errno: "ENOSPC" } },
      { what: "fails at a sync", fault: { calls: ["sync"], errno: "EIO" } },
      { what: "cannot be read", fault: { calls: ["read"], errno: "EIO" } },
      { what: "cannot rename", fault: { calls: ["rename"], errno: "EIO" } },
    ].flatMap(({ what, fault }) =>
      ["{P}/1/b.h5", "{P}/1/deep"].map(
        (path) =>
          edge(
            `moveDatatype: ${path} to another device that ${what}`,
            move("New", 1, path, [fault as CallFault, across]),
          ), // its errno is one of them
      ),
    ),
  ],
};
