import { beforeEach, expect, it } from "vitest";
import { shownFile, shownProject, useWorkspace } from "../src/shell/workspace.js";
import { sourceOf } from "./support/source-of.js";

const initial = useWorkspace.getState();
beforeEach(() => useWorkspace.setState(initial, true));
const now = () => useWorkspace.getState();
const single = sourceOf("files", "one.h5");
const project = sourceOf("folder", "Epilepsy/Project.xml", "Epilepsy/1/one.h5");

it("shows a file, or a project, that was opened alone", () => {
  now().addSource(single);
  expect(now().shown).toEqual({ file: "one.h5", params: {} });
  now().addSource(project);
  expect(now().shown).toEqual({ project: "Epilepsy", params: {} });
});

it("waits for the file that the address names, and shows what the user opens instead", () => {
  now().followAddress("#file=1/two.h5&view=v&scale=log");
  now().addSource(single, { keepShown: true });
  expect(now().shown.file).toBe("1/two.h5");
  const wanted = sourceOf("archive", "1/one.h5", "1/two.h5");
  now().addSource(wanted);
  expect(now().shown).toEqual({ file: "1/two.h5", view: "v", params: { scale: "log" } });
  expect(shownFile(now().sources, now().shown)).toBe(wanted.files[1]);
  now().followAddress("#file=missing.h5");
  now().addSource(sourceOf("address", "three.h5"));
  expect(now().shown.file).toBe("three.h5");
});

it("tells files of one path apart by their sources", () => {
  const copy = { ...sourceOf("archive", "one.h5"), id: "archive-7" };
  now().addSource(single);
  now().addSource(copy);
  const [file] = copy.files;
  if (file === undefined) throw new Error("it has a file");
  now().showFile(file, { node: "/a" });
  expect(now().shown).toEqual({ source: "archive-7", file: "one.h5", node: "/a", params: {} });
  expect(shownFile(now().sources, now().shown)).toBe(file);
});

it("keeps addresses until their source is closed", () => {
  now().addSource({ ...sourceOf("address", "a.h5"), address: "http://127.0.0.1/a.h5" });
  expect(now().addresses).toEqual(["http://127.0.0.1/a.h5"]);
  now().closeSource("address-1");
  expect(now().addresses).toEqual([]);
  expect(now().shown).toEqual({ params: {} });
});

it("shows the only project where nothing is chosen", () => {
  expect(shownProject([single, project], {})?.project.name).toBe("Epilepsy");
  expect(shownProject([project, sourceOf("archive", "Project.xml")], {})).toBeUndefined();
  expect(shownProject([project, sourceOf("archive", "Project.xml")], { project: "" })?.source.kind).toBe(
    "archive",
  );
});

it("says a failure once, the last one first", () => {
  for (const message of ["a", "b", "a"]) now().fail(message);
  expect(now().failures).toEqual(["a", "b"]);
  now().dismissFailure("a");
  expect(now().failures).toEqual(["b"]);
  now().dismissFailures();
  expect(now().failures).toEqual([]);
});
