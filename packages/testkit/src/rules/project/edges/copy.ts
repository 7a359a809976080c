import type { CallFault } from "../../../project-model/project-call.js";
import type { ProjectContext } from "../../project-context.js";
import type { Rule, RuleGroup } from "../../rule.js";
import { badNames, copy, edge } from "./edge.js";

const A = "{P}/1/a.h5";
const B = "{P}/1/b.h5";
/** A file that is not there, in a folder that is not there. */
const NEW = "{New}/7/copy.h5";

/** Files by their size; a bufferSize of 8 is one less, equal, one more, twice and so on. */
const bySize = [
  [0, "{P}/1/empty.h5"],
  [1, "{P}/1/one.txt"],
  [7, "{P}/1/deep/note.txt"],
  [8, "{P}/plain/x.h5"],
  [9, "{P}/run 2/f.h5"],
  [16, "{Q}/1/a.h5"],
  [17, "{P}/plain/y/z.txt"],
  [24, A],
] as const;

const MIB = 2 ** 20;

function sizes(): Rule<ProjectContext>[] {
  return [
    ...bySize.map(([size, path]) =>
      edge(
        `copyFile: ${size} bytes by 8, to a file, over a file and to a stream`,
        copy(path, NEW, { bufferSize: 8 }),
        copy(path, B, { bufferSize: 8 }),
        copy(path, { takes: "all" }, { bufferSize: 8 }),
      ),
    ),
    edge("copyFile: byte by byte", copy(A, NEW, { bufferSize: 1 })),
    edge(
      "copyFile: a buffer of the size of the file, and much larger",
      copy(A, NEW, { bufferSize: 24 }),
      copy(A, B, { bufferSize: 4096 }),
    ),
    ...[MIB - 1, MIB, MIB + 1].map((size) =>
      edge(
        `copyFile: ${size} bytes with the bufferSize of 1 MiB that is the default`,
        { put: "file", path: "{P}/1/large.h5", content: size },
        copy("{P}/1/large.h5", NEW),
        copy("{P}/1/large.h5", { takes: "all" }),
      ),
    ),
  ];
}

const ends: readonly Rule<ProjectContext>[] = [
  edge("copyFile: onto itself", copy(A, A)),
  edge("copyFile: onto itself by another spelling", copy(A, "{P}/1/../1/a.h5"), copy("{P}//1/./a.h5", A)),
  edge("copyFile: onto a link to itself", copy(A, "{P}/1/in.h5")),
  edge("copyFile: a link onto its own target", copy("{P}/1/in.h5", A)),
  edge("copyFile: onto a hard link of itself", copy(A, "{P}/1/same.h5"), copy("{P}/1/same.h5", A)),
  edge("copyFile: onto itself by a linked folder", copy("{P}/11/e.h5", "{P}/1/up/e.h5")),
  edge("copyFile: onto itself by destPostfix", copy(A, "{P}/1", { destPostfix: "a.h5" })),
  edge("copyFile: an empty file onto itself", copy("{P}/1/empty.h5", "{P}/1/empty.h5")),
  edge("copyFile: into a missing folder", copy(A, NEW)),
  edge(
    "copyFile: over a larger file, and over a smaller one",
    copy(A, B),
    copy("{P}/1/Series 1.h5", "{P}/1/one.txt"),
  ),
  edge(
    "copyFile: over another file of the same size and time",
    { put: "file", path: "{P}/1/like a.h5", content: "012345678901234567890123" },
    copy(A, "{P}/1/like a.h5"),
  ),
  edge(
    "copyFile: over an empty file, and an empty one over another",
    copy(A, "{P}/1/empty.h5"),
    copy("{P2}/1/a.h5", A),
  ),
  edge(
    "copyFile: the mode is kept of what is replaced, and new files have that of the source less the umask",
    copy("{P}/1/one.txt", "{P}/1/new.txt"),
    copy(B, "{P}/1/new2.txt"),
    copy(A, "{P}/1/new3.txt"),
    copy("{P}/1/one.txt", A),
  ),
  edge("copyFile: over one of the names of a file leaves the other", copy(B, "{P}/1/same.h5")),
  edge("copyFile: over a link replaces the link, not what it leads to", copy(B, "{P}/1/in.h5")),
  edge("copyFile: over a link to nothing", copy(B, "{P}/1/nowhere")),
  edge("copyFile: from a link copies what it leads to", copy("{P}/1/in.h5", NEW)),
  edge("copyFile: by a linked folder", copy("{P}/1/up/e.h5", NEW), copy(A, "{P}/1/up/new.h5")),
  edge("copyFile: from a link to nothing", copy("{P}/1/nowhere", NEW)),
  edge("copyFile: from a link that leads out of the storage root", copy("{P}/1/out.h5", NEW)),
  edge("copyFile: over a link that leads out of the storage root", copy(A, "{P}/1/out.h5")),
  edge(
    "copyFile: from a folder that leads out",
    copy("{P}/1/out/secret.h5", NEW),
    copy("{Linked}/1/z.h5", NEW),
  ),
  edge(
    "copyFile: into a folder that leads out",
    copy(A, "{P}/1/out/secret.h5"),
    copy(A, "{Linked}/new/a.h5"),
  ),
  edge(
    "copyFile: with destPostfix into a folder that leads out",
    copy(A, "{P}/1/out", { destPostfix: "b.h5" }),
  ),
  edge(
    "copyFile: from beside the storage root and to it",
    copy("{folder}/import/new.h5", NEW),
    copy(A, "{folder}/export/a.h5"),
  ),
  edge(
    "copyFile: in a folder whose path begins with that of the storage root",
    copy("{folder}/storage2/1/a.h5", NEW),
    copy(A, "{folder}/storage2/1/b.h5"),
  ),
  edge("copyFile: a folder as source", copy("{P}/1", NEW), copy("{P}/1/up", NEW)),
  edge("copyFile: a folder as destination", copy(A, "{P}/11"), copy(A, "{P}/1/up"), copy(A, "{P}/11/")),
  edge(
    "copyFile: a missing source makes no folder",
    copy("{P}/1/none.h5", NEW),
    copy("{P}/1/a", NEW),
    copy("{New}/1/a.h5", NEW),
  ),
  edge("copyFile: beneath a file", copy(`${A}/below`, NEW), copy(B, `${A}/below`), copy(B, `${A}/x/y`)),
  edge(
    "copyFile: no path at either end",
    copy("", NEW),
    copy(A, ""),
    copy("{P}/1/a\0.h5", NEW),
    copy(A, "{P}/\0/b"),
  ),
  edge(
    "copyFile: destPostfix into a folder, a missing one, and one with a space",
    copy(A, "{P}/11", { destPostfix: "b.h5" }),
    copy(A, "{New}/x/y", { destPostfix: "b.h5" }),
    copy(A, "{P}/run 2/", { destPostfix: "my copy ☃.h5" }),
  ),
  edge("copyFile: destPostfix into a file", copy(A, B, { destPostfix: "c.h5" })),
  ...badNames.map(({ what, name }) =>
    edge(
      `copyFile: a destPostfix that is ${what}`,
      copy(A, "{P}/11", { destPostfix: name }),
      copy(A, "{New}", { destPostfix: name }),
    ),
  ),
  ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map((bufferSize) =>
    edge(`copyFile: a bufferSize of ${bufferSize}`, copy(A, NEW, { bufferSize })),
  ),
];

const streams: readonly Rule<ProjectContext>[] = [
  edge(
    "copyFile: a stream of texts and bytes",
    copy({ gives: ["naïve ☃ ", [0, 255, 128], "end"] }, NEW),
    copy({ gives: ["x"] }, A),
  ),
  edge("copyFile: a slow stream", copy({ gives: ["one ", [1, 2, 3], "three"], slow: true }, NEW)),
  edge(
    "copyFile: a stream of more than the buffer",
    copy({ gives: ["0123456789", "0123456789abc"] }, NEW, { bufferSize: 4 }),
  ),
  edge("copyFile: an empty stream", copy({ gives: [] }, NEW), copy({ gives: [] }, A)),
  edge(
    "copyFile: a stream that fails at once",
    copy({ gives: [], last: "fails" }, NEW),
    copy({ gives: [], last: "fails" }, A),
  ),
  edge(
    "copyFile: a stream that fails in the middle",
    copy({ gives: ["part", "part"], last: "fails" }, NEW),
    copy({ gives: ["part"], last: "fails", slow: true }, A),
  ),
  edge("copyFile: a stream that was destroyed before", copy({ gives: ["x"], used: true }, NEW)),
  edge("copyFile: a stream of objects", copy({ gives: ["x", { odd: true }] }, NEW)),
  edge("copyFile: a stream into a folder that leads out", copy({ gives: ["x"] }, "{P}/1/out/new.h5")),
  edge("copyFile: a stream over a folder", copy({ gives: ["x"] }, "{P}/11")),
  edge(
    "copyFile: a stream with destPostfix",
    copy({ gives: ["x"] }, "{P}/11", { destPostfix: "s.txt" }),
    copy(A, { takes: "all" }, { destPostfix: "s.txt" }),
  ),
  edge("copyFile: to a slow stream", copy(A, { takes: "all", slow: true }, { bufferSize: 5 })),
  edge(
    "copyFile: to a stream that fails",
    copy(A, { takes: "all", failsAt: 1 }),
    copy(A, { takes: "all", failsAt: 2 }, { bufferSize: 8 }),
  ),
  edge("copyFile: to a stream that was ended before", copy(A, { takes: "all", used: true })),
  edge("copyFile: a missing file to a stream", copy("{P}/none.h5", { takes: "all" })),
  edge("copyFile: a file that leads out to a stream", copy("{P}/1/out.h5", { takes: "all" })),
  edge(
    "copyFile: a stream to a stream",
    copy({ gives: ["a", [0, 1], "☃"] }, { takes: "all" }),
    copy({ gives: ["a"], last: "fails" }, { takes: "all" }),
    copy({ gives: ["a"] }, { takes: "all", failsAt: 1 }),
  ),
];

const ended: readonly Rule<ProjectContext>[] = [
  edge(
    "copyFile: signal aborted before",
    copy(A, NEW, { abort: "before" }),
    copy(A, B, { abort: "before" }),
    copy({ gives: ["x"] }, B, { abort: "before" }),
    copy(A, { takes: "all" }, { abort: "before" }),
  ),
  edge("copyFile: signal aborted in the middle, new file", copy(A, NEW, { bufferSize: 8, abort: 8 })),
  edge(
    "copyFile: signal aborted in the middle, over a file",
    copy("{P}/1/Series 1.h5", B, { bufferSize: 100, abort: 1 }),
    copy("{P}/1/Series 1.h5", B, { bufferSize: 100, abort: 700 }),
  ),
  edge("copyFile: signal aborted at the last byte", copy(A, NEW, { bufferSize: 8, abort: 24 })),
  edge("copyFile: signal that is never aborted", copy(A, NEW, { bufferSize: 8, abort: 1000 })),
  edge(
    "copyFile: signal aborted in the middle of a slow stream",
    copy({ gives: ["12345678", "12345678", "12345678"], slow: true }, NEW, { abort: 8, bufferSize: 1 }),
  ),
  edge(
    "copyFile: signal aborted while it writes to a stream",
    copy("{P}/1/Series 1.h5", { takes: "all", slow: true }, { bufferSize: 100, abort: 100 }),
  ),
  edge(
    "copyFile: onProgress that throws",
    copy(A, NEW, { listener: "throws" }),
    copy(A, B, { listener: "throws", bufferSize: 8 }),
    copy({ gives: ["x"] }, B, { listener: "throws" }),
    copy(A, { takes: "all" }, { listener: "throws" }),
    copy("{P}/1/empty.h5", NEW, { listener: "throws" }),
  ),
];

const full: CallFault = { calls: ["write", "writeFile", "copyFile"], errno: "ENOSPC" };
const faults: readonly { what: string; faults: readonly CallFault[] }[] = [
  { what: "a full disk", faults: [full] },
  { what: "a disk that is full at the second write", faults: [{ ...full, at: 2 }] },
  { what: "a rename that fails", faults: [{ calls: ["rename"], errno: "EIO" }] },
  { what: "a file that cannot be opened", faults: [{ calls: ["open"], errno: "EACCES" }] },
  { what: "a read that fails in the middle", faults: [{ calls: ["read"], at: 2, errno: "EIO" }] },
  { what: "a sync that fails", faults: [{ calls: ["sync"], errno: "EIO" }] },
  { what: "a chmod that fails", faults: [{ calls: ["chmod"], errno: "EIO" }] },
  { what: "a folder that cannot be made", faults: [{ calls: ["mkdir"], errno: "EACCES" }] },
];

export const copyEdges: RuleGroup<ProjectContext> = {
  name: "copyFile, every edge",
  rules: [
    ...ends,
    ...sizes(),
    ...streams,
    ...ended,
    ...faults.map(({ what, faults: fault }) =>
      edge(
        `copyFile: ${what} leaves what was there, and nothing beside it`,
        copy(A, NEW, { bufferSize: 8 }, fault),
        copy(A, B, { bufferSize: 8 }, fault),
        copy({ gives: ["12345678", "12345678"] }, B, undefined, fault),
      ),
    ),
  ],
};
