import type { Figure } from "@tvb-storage/core";
import { equal, rejects } from "../expect.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

const IMAGES = "IMAGES";

/** A figure of project "Demo", and its folder. */
async function figure(t: ProjectContext, name: string): Promise<{ figure: Figure; folder: string }> {
  const folder = await t.projects.getImagesFolder("Demo", IMAGES);
  await t.write(`${folder}/${name}`, `image ${name}`);
  return { figure: { project: { name: "Demo" }, filePath: name }, folder };
}

export const figureRules: RuleGroup<ProjectContext> = {
  name: "figures",
  rules: [
    rule("metadata is one file beside the image", async (t) => {
      const { figure: one, folder } = await figure(t, "fc.png");
      await t.projects.writeImageMetadata(one, { title: "Functional connectivity" }, IMAGES);
      const files = await t.files(folder);
      equal(files.length, 2);
      const [metadata = ""] = files.filter((name) => name !== "fc.png");
      equal(await t.projects.readProjectMetadata(folder, metadata), { title: "Functional connectivity" });
    }),
    rule("writing it again replaces it", async (t) => {
      const { figure: one, folder } = await figure(t, "fc.png");
      await t.projects.writeImageMetadata(one, { title: "old" }, IMAGES);
      await t.projects.writeImageMetadata(one, { title: "new" }, IMAGES);
      equal((await t.files(folder)).length, 2);
    }),
    rule("removeFigure removes image and metadata, and no other figure", async (t) => {
      const { figure: one, folder } = await figure(t, "fc.png");
      const { figure: other } = await figure(t, "fcd.png");
      await t.projects.writeImageMetadata(one, { title: "fc" }, IMAGES);
      await t.projects.writeImageMetadata(other, { title: "fcd" }, IMAGES);
      const before = (await t.files(folder)).length;
      await t.projects.removeFigure(one, IMAGES);
      const left = await t.files(folder);
      equal([left.length, left.includes("fcd.png"), left.includes("fc.png")], [before - 2, true, false]);
    }),
    rule("a figure without metadata is removed too", async (t) => {
      const { figure: one, folder } = await figure(t, "fc.png");
      await t.projects.removeFigure(one, IMAGES);
      equal(await t.files(folder), []);
    }),
    rule("a figure's path that would leave the images is refused", async (t) => {
      await t.write(`${await t.projects.getProjectFolder("Demo")}/precious.xml`, "keep");
      await t.projects.getImagesFolder("Demo", IMAGES);
      const hostile: Figure = { project: { name: "Demo" }, filePath: "../precious.xml" };
      await rejects(t.projects.writeImageMetadata(hostile, { a: 1 }, IMAGES), "FILE_STRUCTURE");
      await rejects(t.projects.removeFigure(hostile, IMAGES), "FILE_STRUCTURE");
      equal(await t.read(`${await t.projects.getProjectFolder("Demo")}/precious.xml`), "keep");
    }),
  ],
};
