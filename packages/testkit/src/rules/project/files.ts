import { Readable, Writable } from "node:stream";
import type { CopyOptions } from "@tvb-storage/core";
import { faultyFs } from "../../faults/faulty-fs.js";
import { equal, isTrue, rejects } from "../expect.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

const KIB = 1024;

/** A stream that collects what is written to it. */
function gathering(): { stream: Writable; text: () => string } {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      parts.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(parts).toString("utf8") };
}

/** The project folder, in which files may be put. */
const place = (t: ProjectContext): Promise<string> => t.projects.getProjectFolder("Demo");

export const fileRules: RuleGroup<ProjectContext> = {
  name: "files: copy, remove, measure",
  rules: [
    rule("copyFile copies, and leaves the source", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "content");
      await t.projects.copyFile(`${at}/a`, `${at}/b`);
      equal([await t.read(`${at}/a`), await t.read(`${at}/b`)], ["content", "content"]);
    }),
    rule("with destPostfix the destination is a folder", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "content");
      await t.projects.copyFile(`${at}/a`, `${at}/inner`, { destPostfix: "b" });
      equal(await t.read(`${at}/inner/b`), "content");
    }),
    rule("a small buffer copies a large file right", async (t) => {
      const at = await place(t);
      const content = "0123456789abcdef".repeat(5000);
      await t.write(`${at}/a`, content);
      await t.projects.copyFile(`${at}/a`, `${at}/b`, { bufferSize: 777 });
      isTrue((await t.read(`${at}/b`)) === content, "the copy should have the content");
    }),
    rule("a stream is copied to a file", async (t) => {
      const at = await place(t);
      await t.projects.copyFile(Readable.from([Buffer.from("one "), Buffer.from("two")]), `${at}/b`);
      equal(await t.read(`${at}/b`), "one two");
    }),
    rule("a file is copied to a stream", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "content");
      const { stream, text } = gathering();
      await t.projects.copyFile(`${at}/a`, stream);
      equal(text(), "content");
    }),
    rule("progress is reported in bytes, up to the whole", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "x".repeat(5000));
      const calls: [number, number][] = [];
      await t.projects.copyFile(`${at}/a`, `${at}/b`, {
        bufferSize: 1000,
        onProgress: (done, total) => calls.push([done, total]),
      });
      equal(calls.at(-1), [5000, 5000]);
      isTrue(
        calls.every(([done], i) => done >= (calls[i - 1]?.[0] ?? 0)),
        "progress should rise",
      );
    }),
    rule("a listener of progress that throws leaves what was there", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "new");
      await t.write(`${at}/b`, "old");
      const onProgress = (): void => {
        throw new Error("the listener's own problem");
      };
      for (const name of ["b", "c"])
        await rejects(t.projects.copyFile(`${at}/a`, `${at}/${name}`, { onProgress }), "FILE_STORAGE", [
          "the listener's own problem",
        ]);
      equal(await t.read(`${at}/b`), "old");
      equal(await t.files(at), ["a", "b"]);
    }),
    rule("an option that copyFile does not have is refused", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "new");
      const options = { destPostfx: "c" } as CopyOptions; // deliberately misspelled
      await rejects(t.projects.copyFile(`${at}/a`, `${at}/b`, options), "FILE_STRUCTURE", ["destPostfx"]);
      equal(await t.files(at), ["a"]);
    }),
    rule("a missing source is a FileStructureException, and no destination comes of it", async (t) => {
      const at = await place(t);
      await rejects(t.projects.copyFile(`${at}/none`, `${at}/b`), "FILE_STRUCTURE", [`${at}/none`]);
      equal(await t.files(at), []);
    }),
    rule("a stream that fails leaves what was there", async (t) => {
      const at = await place(t);
      await t.write(`${at}/b`, "old");
      const failing = new Readable({
        read() {
          this.push("part");
          this.destroy(new Error("the line went dead"));
        },
      });
      await rejects(t.projects.copyFile(failing, `${at}/b`), ["FILE_STORAGE", "FILE_STRUCTURE"]);
      equal([await t.files(at), await t.read(`${at}/b`)], [["b"], "old"]);
    }),
    rule("a full disk leaves what was there, and nothing beside it", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "new content");
      await t.write(`${at}/b`, "old");
      const full = t.make({
        fs: faultyFs(t.fs, {
          calls: ["write", "writeFile", "copyFile"],
          at: 1,
          times: Number.POSITIVE_INFINITY,
          errno: "ENOSPC",
        }),
      });
      await rejects(full.copyFile(`${at}/a`, `${at}/b`), ["FILE_STORAGE", "FILE_STRUCTURE"]);
      equal([await t.files(at), await t.read(`${at}/b`)], [["a", "b"], "old"]);
    }),
    rule("a cancelled copy leaves nothing", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "content");
      await rejects(
        t.projects.copyFile(`${at}/a`, `${at}/b`, { signal: AbortSignal.abort() }),
        "FILE_STORAGE",
      );
      equal(await t.files(at), ["a"]);
    }),
    rule("removeFiles removes files and folders, and missing ones are fine", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, "a");
      await t.write(`${at}/d/e/f`, "f");
      await t.write(`${at}/keep`, "k");
      await t.projects.removeFiles([`${at}/a`, `${at}/none`, `${at}/d`]);
      equal(await t.files(at), ["keep"]);
      isTrue(!(await t.exists(`${at}/d`)), "the folder should be gone");
    }),
    rule("removeFolder removes a folder with all that is in it", async (t) => {
      const at = await place(t);
      await t.write(`${at}/d/e/f`, "f");
      await t.write(`${at}/d2/g`, "g");
      await t.projects.removeFolder(`${at}/d`);
      equal(await t.files(at), ["d2/g"]);
    }),
    rule(
      "removeFolder of what is no folder is a FileStructureException, or ignored where asked; it stays",
      async (t) => {
        const at = await place(t);
        await t.write(`${at}/a`, "a");
        await rejects(t.projects.removeFolder(`${at}/none`), "FILE_STRUCTURE", [`${at}/none`]);
        await rejects(t.projects.removeFolder(`${at}/a`), "FILE_STRUCTURE", [`${at}/a`]);
        await t.projects.removeFolder(`${at}/none`, true);
        await t.projects.removeFolder(`${at}/a`, true);
        equal(await t.files(at), ["a"]);
      },
    ),
    rule("computeSizeOnDisk is in KiB, rounded down, and 0 for what is missing", async (t) => {
      const at = await place(t);
      await t.write(`${at}/a`, new Uint8Array(2 * KIB + 900));
      equal(
        [await t.projects.computeSizeOnDisk(`${at}/a`), await t.projects.computeSizeOnDisk(`${at}/none`)],
        [2, 0],
      );
    }),
    rule("computeRecursiveH5DiskUsage adds up the .h5 files below, in KiB, rounded", async (t) => {
      const at = await place(t);
      await t.write(`${at}/1/a.h5`, new Uint8Array(KIB + 512));
      await t.write(`${at}/2/deep/b.h5`, new Uint8Array(KIB + 512));
      await t.write(`${at}/2/not.h5.bak`, new Uint8Array(50 * KIB));
      await t.write(`${at}/Project.xml`, new Uint8Array(50 * KIB));
      equal(await t.projects.computeRecursiveH5DiskUsage(at), 3);
    }),
  ],
};
