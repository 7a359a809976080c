// Finds programs: on PATH, in its order, and nowhere else.
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The paths of all programs of this name on PATH, the first one first. */
export function programsOnPath(name) {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, file)).filter(isProgram);
}

/** The path of the first `python3` on PATH that can import all `modules`; undefined where none can. */
export function pythonWith(...modules) {
  // The first one may lack them: a Python of pyenv or conda is before the system's.
  const statement = modules.length === 0 ? "pass" : `import ${modules.join(", ")}`;
  return programsOnPath("python3").find(
    (path) => spawnSync(path, ["-c", statement], { stdio: "ignore" }).status === 0,
  );
}
