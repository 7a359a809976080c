import { execFileSync } from "node:child_process";
import { h5py, plainPython } from "../../../../test/support/judges.js";

const LIST = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as file:
    bad = file.testzip()
    assert bad is None, bad
    print(json.dumps(sorted(file.namelist())))
`;

/** The entries of an archive, sorted, as Python's zipfile lists them after it has checked each. */
export function listedByPython(archive: string): string[] {
  const text = execFileSync(plainPython.command, ["-c", LIST, archive], { encoding: "utf8" });
  return JSON.parse(text);
}

const ATTRIBUTES = `
import h5py, io, json, sys, zipfile
path, entry = sys.argv[1:]
content = io.BytesIO(zipfile.ZipFile(path).read(entry)) if entry else path
with h5py.File(content, "r") as file:
    data = [float(each) for each in file["data"][...].ravel()]
    print(json.dumps({"keys": sorted(file.attrs), "data": data}))
`;

/** The keys of the root attributes and the dataset \`data\`, as h5py reads them, of a file or of one in an archive. */
export function readByH5py(path: string, entry = ""): { keys: string[]; data: number[] } {
  const text = execFileSync(h5py.command, ["-c", ATTRIBUTES, path, entry], { encoding: "utf8" });
  return JSON.parse(text);
}
