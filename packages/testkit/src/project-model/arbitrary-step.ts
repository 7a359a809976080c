import fc from "fast-check";
import type { CopySettings, ProjectCall, Put, SourceStream, Step, TargetStream } from "./project-call.js";
import { startTree } from "./start-tree.js";

/** Few names, so that calls meet: the first is what a failing sequence is shrunk to. */
const project = fc.constantFrom("P", "Q", "New", "P2", "p", "my project", "Größe ☃", "Linked", "afile");
const operation = fc.constantFrom<string | number>(1, 0, "1", "0", 11, "run 2", 5, "IMAGES", -1, "..");
const badName = fc.constantFrom("..", "", "a/b", "a\\b", "a\0b", ".", "x".repeat(256), "CON");
const goodName = fc.constantFrom("a.h5", "b.h5", "new.txt", "Project.xml", "fig.xml", "My file 1.xml");
const name = fc.oneof({ weight: 12, arbitrary: goodName }, { weight: 1, arbitrary: badName });

const paths = startTree.map(({ path }) => path);
const folders = [
  "{P}",
  "{P}/1",
  "{P}/1/deep",
  "{P}/11",
  "{Q}/1",
  "{New}/5",
  "{folder}/import",
  "{P}/1/hollow",
  "{P}/1/up",
];
/** What is there at first, or may be made by calls. */
const path = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...paths) },
  {
    weight: 3,
    arbitrary: fc
      .record({ folder: fc.constantFrom(...folders), name: goodName })
      .map((one) => `${one.folder}/${one.name}`),
  },
  { weight: 2, arbitrary: fc.constantFrom(...folders) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "{P}/1/../1/a.h5",
      "{P}//1/./b.h5",
      "{P}/1/up/e.h5",
      "{P}/1/out/secret.h5",
      "{P}/1/a.h5/below",
      "{P}/1/deep/",
      "{Linked}/1/z.h5",
      "{folder}/storage/../elsewhere/secret.h5",
    ),
  },
);

const metadata = fc.constantFrom(
  { name: "P", title: "new" },
  { name: "Q", flag: true, none: null, number: 0.5 },
  { name: "New", text: '<b> & "q" naïve ☃ 🧠' },
  { name: "P", "no key": 1 },
);
const figure = fc.record({
  project: fc.record({ name: project }),
  filePath: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom("fig.png", "fig.v2.png", "fig2.png", "new.png", "fig.xml", ".fig"),
    },
    { weight: 1, arbitrary: badName },
  ),
});
const images = fc.constantFrom("IMAGES", "pictures", "1", "..");

const source: fc.Arbitrary<string | SourceStream> = fc.oneof(
  { weight: 6, arbitrary: path },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        gives: fc.array(
          fc.oneof(fc.constantFrom("one ", "naïve ☃"), fc.array(fc.nat(255), { minLength: 1, maxLength: 9 })),
          { maxLength: 3 },
        ),
        // Without the key where it is undefined.
        slow: fc.constant<true>(true),
      },
      { requiredKeys: ["gives"] },
    ),
  },
  { weight: 1, arbitrary: fc.constant<SourceStream>({ gives: ["part"], last: "fails" }) },
);
const dest: fc.Arbitrary<string | TargetStream> = fc.oneof(
  { weight: 6, arbitrary: path },
  {
    weight: 1,
    arbitrary: fc.constantFrom<TargetStream>(
      { takes: "all" },
      { takes: "all", slow: true },
      { takes: "all", failsAt: 1 },
    ),
  },
);
const settings: fc.Arbitrary<CopySettings> = fc.record(
  {
    destPostfix: name,
    bufferSize: fc.constantFrom(1000, 8, 7, 1, 24, 2048),
    abort: fc.constantFrom<"before" | number>("before", 1, 8, 1000),
    listener: fc.constant<"throws">("throws"),
  },
  { requiredKeys: [] },
);

/** Most copies have no options, or they would seldom succeed. */
const copyArguments = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(source, dest) },
  {
    weight: 2,
    arbitrary: fc.tuple(source, dest, fc.record({ bufferSize: fc.constantFrom(1000, 8, 7, 24) })),
  },
  { weight: 1, arbitrary: fc.tuple(source, dest, settings) },
);

function call<M extends ProjectCall["method"]>(
  method: M,
  args: fc.Arbitrary<Extract<ProjectCall, { method: M }>["args"]>,
  weight = 1,
): fc.WeightedArbitrary<ProjectCall> {
  // The arguments are those of the method, which the compiler does not connect.
  const arbitrary = args.map((one) => ({ method, args: one }) as ProjectCall);
  return { weight, arbitrary };
}

const anyCall: fc.Arbitrary<ProjectCall> = fc.oneof(
  call("checkCreated", fc.tuple(path), 2),
  call("getProjectFolder", fc.tuple(project, name)),
  call("getProjectMetaFilePath", fc.tuple(project, name)),
  call("getImagesFolder", fc.tuple(project, images)),
  call("getAllenMouseCacheFolder", fc.tuple(project)),
  call("renameProjectStructure", fc.tuple(project, project), 3),
  call("readProjectMetadata", fc.tuple(fc.constantFrom(...folders), name)),
  call("writeProjectMetadataFromDict", fc.tuple(fc.constantFrom(...folders), metadata, name), 2),
  call("writeProjectMetadata", fc.tuple(metadata, name), 2),
  call("removeOperationData", fc.tuple(project, operation), 2),
  call("moveDatatype", fc.tuple(project, operation, path), 6),
  call("writeImageMetadata", fc.tuple(figure, metadata, images), 2),
  call("removeFigure", fc.tuple(figure, images), 2),
  call("copyFile", copyArguments, 8),
  call("removeFiles", fc.tuple(fc.array(path, { maxLength: 3 }), fc.boolean()), 2),
  call("removeFolder", fc.tuple(path, fc.boolean()), 2),
  call("computeSizeOnDisk", fc.tuple(path)),
  call("computeRecursiveH5DiskUsage", fc.tuple(path)),
);

/** The n-th rename finds another device. */
const oneCall = fc
  .record({ call: anyCall, second: fc.nat(3), across: fc.nat(3) })
  .map(({ call, second, across }) => ({
    ...call,
    ...(second === 3 ? { by: "second" as const } : {}),
    ...(across === 3 && call.method === "moveDatatype"
      ? { faults: [{ calls: ["rename"], at: 1, errno: "EXDEV" as const }] }
      : {}),
  }));

/** A sequence: a part of what may be there at first, and calls. It shrinks by dropping either. */
export function arbitrarySteps(length: number): fc.Arbitrary<Step[]> {
  const puts: fc.Arbitrary<Put[]> = fc.subarray([...startTree], { minLength: 0 });
  return fc
    .tuple(
      fc.oneof({ weight: 2, arbitrary: fc.constant([...startTree]) }, { weight: 1, arbitrary: puts }),
      fc.array(oneCall, { minLength: 1, maxLength: length, size: "max" }),
    )
    .map(([first, calls]) => [...first, ...calls]);
}
