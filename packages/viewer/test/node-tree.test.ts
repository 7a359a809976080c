import { expect, it } from "vitest";
import { NodeTree } from "../src/views/general/node-tree.js";
import { parseSelection } from "../src/views/general/parse-selection.js";

const tree = new NodeTree([
  { path: "/a", kind: "group" },
  { path: "/a/again", kind: "link", target: "again" },
  { path: "/a/data", kind: "dataset", otherPaths: ["/b/same"] },
  { path: "/a/up", kind: "link", target: "/b" },
  { path: "/b", kind: "group", otherPaths: ["/a/inner"] },
  { path: "/b/elsewhere", kind: "link", target: "other.h5:/x" },
  { path: "/b/relative", kind: "link", target: "same" },
]);

it("finds nodes by hard and soft links", () => {
  expect(tree.find("/")?.kind).toBe("group");
  for (const path of ["/a/data", "/b/same", "/a/inner/same", "/a/up/same", "/b/relative", "/a/up/relative"])
    expect(tree.find(path)?.path, path).toBe("/a/data");
  expect(tree.find("/a/inner/inner")).toBeUndefined();
  expect(tree.find("/a/data/x")).toBeUndefined();
});

it("ends where links lead in a circle or out of the file", () => {
  expect(tree.find("/a/again")).toEqual({ path: "/a/again", kind: "link", target: "again" });
  expect(tree.find("/b/elsewhere")?.kind).toBe("link");
  expect(tree.find("/b/elsewhere/more")).toBeUndefined();
});

it("lists a group with further hard links", () => {
  expect(tree.namesIn("/a")).toEqual(["again", "data", "inner", "up"]);
  expect(tree.namesIn("/b")).toEqual(["elsewhere", "relative", "same"]);
});

it("reads h5web's selections", () => {
  expect(parseSelection(undefined)).toEqual([]);
  expect(parseSelection("3,:,0:10")).toEqual([3, null, { start: 0, stop: 10, step: 1 }]);
});
