import type { CallFault, ProjectCall } from "../../../project-model/project-call.js";
import type { ProjectContext } from "../../project-context.js";
import type { RuleGroup } from "../../rule.js";
import { edge } from "./edge.js";

function files(list: readonly string[], ignoreErrors?: boolean, faults?: readonly CallFault[]): ProjectCall {
  const args = ignoreErrors === undefined ? ([list] as const) : ([list, ignoreErrors] as const);
  return { method: "removeFiles", args, ...(faults === undefined ? {} : { faults }) };
}

function folder(path: string, ignoreErrors?: boolean, faults?: readonly CallFault[]): ProjectCall {
  const args = ignoreErrors === undefined ? ([path] as const) : ([path, ignoreErrors] as const);
  return { method: "removeFolder", args, ...(faults === undefined ? {} : { faults }) };
}

function operation(project: string, id: string | number, faults?: readonly CallFault[]): ProjectCall {
  return { method: "removeOperationData", args: [project, id], ...(faults === undefined ? {} : { faults }) };
}

/** The file of this name cannot be removed, by whatever call. */
function stuck(name: string, errno: "EIO" | "EACCES" = "EIO"): CallFault[] {
  return [{ calls: ["unlink", "rm", "rmdir", "rename"], name, errno }];
}

const THREE = ["{P}/1/a.h5", "{P}/1/b.h5", "{P}/1/one.txt"];

export const removalEdges: RuleGroup<ProjectContext> = {
  name: "removal, every edge",
  rules: [
    edge("removeFiles: nothing", files([])),
    edge("removeFiles: one of several files, and several", files(["{P}/1/b.h5"]), files(THREE)),
    edge("removeFiles: one twice, by two spellings", files(["{P}/1/b.h5", "{P}/1/../1/b.h5", "{P}/1/b.h5"])),
    edge(
      "removeFiles: a folder, and files in it before and after",
      files(["{P}/1/deep/note.txt", "{P}/1/deep", "{P}/1/deep/er/d.h5"]),
    ),
    edge("removeFiles: an empty folder, with a separator at the end", files(["{P}/1/hollow/"])),
    edge(
      "removeFiles: missing ones among others",
      files(["{P}/none", "{P}/1/b.h5", "{New}/1/a.h5", "{P}/1/a"]),
    ),
    edge("removeFiles: beneath a file", files(["{P}/1/a.h5/below", "{P}/1/b.h5"])),
    edge("removeFiles: a link to a file leaves the file", files(["{P}/1/in.h5"])),
    edge("removeFiles: a link to a folder leaves the folder", files(["{P}/1/up"]), files(["{P}/1/out"])),
    edge("removeFiles: a link to nothing", files(["{P}/1/nowhere"])),
    edge(
      "removeFiles: links that lead out are removed, not what they lead to",
      files(["{P}/1/out", "{P}/1/out.h5", "{Linked}"]),
    ),
    edge("removeFiles: by a linked folder", files(["{P}/1/up/e.h5"])),
    edge(
      "removeFiles: a path that leads out is refused before anything is removed",
      files(["{P}/1/a.h5", "{P}/1/out/secret.h5"]),
      files(["{Linked}/1", "{P}/1/a.h5"], true),
    ),
    edge("removeFiles: one name of a file leaves the other", files(["{P}/1/same.h5"])),
    edge("removeFiles: a folder with links of every kind leaves what they lead to", files(["{P}/1"])),
    edge("removeFiles: a whole project leaves those with longer names", files(["{P}"])),
    edge(
      "removeFiles: a folder leaves those whose names begin with its own",
      files(["{P}/1"]),
      files(["{folder}/storage"]),
    ),
    edge("removeFiles: beside the storage root", files(["{folder}/import", "{folder}/storage2/1/a.h5"])),
    edge(
      "removeFiles: a path that is none is refused before anything is removed",
      files(["{P}/1/a.h5", ""]),
      files(["{P}/1/a.h5", "{P}/\0"], true),
    ),
    ...(["EIO", "EACCES"] as const).flatMap((errno) => [
      edge(
        `removeFiles: others are removed where one fails with ${errno}`,
        files(THREE, false, stuck("b.h5", errno)),
      ),
      edge(
        `removeFiles: others are removed where the first fails with ${errno}, and no error where asked`,
        files(THREE, true, stuck("a.h5", errno)),
      ),
    ]),
    edge(
      "removeFiles: two fail, one of them by the disk",
      files([...THREE, "{P}/11"], false, [...stuck("a.h5", "EACCES"), ...stuck("b.h5", "EIO")]),
    ),
    edge(
      "removeFiles: a file in a folder fails",
      files(["{P}/1/deep", "{P}/11", "{P}/1/b.h5"], false, stuck("note.txt")),
      files(["{P}/1/deep", "{P}/0"], true, stuck("note.txt")),
    ),
    edge("removeFiles: a folder itself fails", files(["{P}/1/hollow", "{P}/11"], false, stuck("hollow"))),
    edge("removeFolder: with all that is in it", folder("{P}/1/deep"), folder("{P}/1")),
    edge("removeFolder: an empty one", folder("{P}/1/hollow")),
    edge("removeFolder: by another spelling", folder("{P}/1/../11/")),
    edge(
      "removeFolder: a file stays, also where errors are ignored",
      folder("{P}/1/a.h5"),
      folder("{P}/1/a.h5", true),
    ),
    edge(
      "removeFolder: a missing one",
      folder("{P}/none"),
      folder("{P}/none", true),
      folder("{P}/none", false),
    ),
    edge(
      "removeFolder: a link to a folder stays, also where errors are ignored",
      folder("{P}/1/up"),
      folder("{P}/1/up", true),
      folder("{P}/1/out"),
      folder("{P}/1/out", true),
    ),
    edge("removeFolder: a link to nothing stays", folder("{P}/1/nowhere"), folder("{P}/1/nowhere", true)),
    edge("removeFolder: by a folder that leads out", folder("{P}/1/out/1"), folder("{Linked}/1")),
    edge("removeFolder: the storage root", folder("{root}")),
    edge("removeFolder: no path", folder(""), folder("{P}/\0")),
    edge(
      "removeFolder: a file in it cannot be removed",
      folder("{P}/1/deep", false, stuck("note.txt")),
      folder("{P}/1/deep", true, stuck("note.txt", "EACCES")),
    ),
    edge("removeOperationData: 0", operation("P", 0)),
    edge('removeOperationData: "0"', operation("P", "0")),
    edge("removeOperationData: 1 leaves 11, and twice is refused", operation("P", 1), operation("P", 1)),
    edge("removeOperationData: 11 leaves 1", operation("P", "11")),
    edge("removeOperationData: an id with a space", operation("P", "run 2")),
    edge("removeOperationData: of one project leaves the others", operation("P2", 1), operation("Q", "1")),
    edge("removeOperationData: missing", operation("P", 77), operation("P", "01"), operation("P", "run")),
    edge("removeOperationData: of a missing project, which is not made", operation("New", 1)),
    edge("removeOperationData: of what is no project", operation("afile", 1), operation("Linked", 1)),
    edge("removeOperationData: a file is no operation", operation("P", "Project.xml")),
    edge(
      "removeOperationData: a link is no operation",
      { put: "link", path: "{P}/5", target: "11" },
      operation("P", 5),
    ),
    ...[-1, 1.5, Number.NaN, 2 ** 60, "", ".", "..", "1/deep", "a\\b", "../P2/1"].map((id) =>
      edge(`removeOperationData: the id ${JSON.stringify(id)} (${String(id)})`, operation("P", id)),
    ),
    edge("removeOperationData: a file in it cannot be removed", operation("P", "plain", stuck("x.h5"))),
  ],
};
