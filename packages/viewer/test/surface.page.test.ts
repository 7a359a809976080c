import { beforeAll, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../test/support/h5py.js";
import { chromium, describeWith, h5py } from "../../../test/support/judges.js";
import { type BrainFiles, GIDS, LABELS, writeBrain } from "./support/brain-files.js";
import { expectColours } from "./support/expect-colours.js";
import { type OpenViewer, useViewer } from "./support/viewer.js";

const REGION_0 = "#e69f00";
const REGION_3 = "#f0e442";
const PLAIN = "#c8c0b8";
const GROUND = "#16181d";

describeWith(chromium, h5py)("a surface", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("surface");
  let files: BrainFiles;
  beforeAll(() => {
    files = writeBrain(folder());
  });

  /** The canvas, and where points of the plane z = 0 are on it when the camera is above. */
  async function sceneOf({ page }: OpenViewer) {
    const canvas = page.getByRole("img", { name: /Surface of \d triangles/ });
    await canvas.waitFor();
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    // Its vertices are at most 36.06 mm from their middle, with a margin 43.27 mm.
    const pixels = Math.min(width, height) / 2 / (1.2 * Math.hypot(30, 20));
    const at = (x: number, y: number) => [0.5 + (x * pixels) / width, 0.5 - (y * pixels) / height] as const;
    return { canvas, at, width, height };
  }

  it("has the colours of the regions that its mapping names", async () => {
    const opened = await viewer.open(`#file=CorticalSurface_${GIDS.surface}.h5`);
    const { page, openFiles } = opened;
    await openFiles(files.surface, files.mapping, files.connectivity);
    const { canvas, at, width, height } = await sceneOf(opened);
    await expectColours(canvas, [
      [...at(-16, -10), REGION_0],
      [...at(16, -10), REGION_3],
      [...at(0, 0), GROUND],
      [...at(-25, 10), GROUND],
    ]);
    const table = page.getByRole("table", { name: "Regions" });
    const texts = await table.getByRole("row").allTextContents();
    const counts = [3, 0, 0, 3, 0, 0];
    expect(texts.map((text) => text.trim())).toEqual([
      "RegionVertices",
      "All regions6",
      ...LABELS.map((label, region) => `${label}${counts[region]}`),
    ]);

    const [x, y] = at(-16, -10);
    await canvas.hover({ position: { x: x * width, y: y * height } });
    await page.locator(".scene-labels", { hasText: "lV1" }).waitFor();
    await canvas.click({ position: { x: x * width, y: y * height } });
    await expect.poll(() => page.url()).toContain("region=0");
    // Little is left of the colour of the other region.
    await expectColours(canvas, [
      [...at(-16, -10), REGION_0],
      [...at(16, -10), "#68664e"],
    ]);

    await page.getByLabel("Coloured by").selectOption("nothing");
    await expectColours(canvas, [
      [...at(-16, -10), PLAIN],
      [...at(16, -10), PLAIN],
    ]);
  });

  it("is shown by its mapping too, which says what to open where it is not open", async () => {
    const opened = await viewer.open(`#file=RegionMapping_${GIDS.mapping}.h5`);
    await opened.openFiles(files.mapping);
    await opened.page.getByText(`whose name ends in _${GIDS.surface}.h5`).waitFor();
    await opened.page.getByRole("row", { name: "Region 3 3" }).waitFor();
    await opened.openFiles(files.surface);
    const { canvas, at } = await sceneOf(opened);
    await expectColours(canvas, [
      [...at(-16, -10), REGION_0],
      [...at(16, -10), REGION_3],
    ]);
  });

  it("is drawn as far as it is sound", async () => {
    const path = folder(`SkinAir_${GIDS.surface}.h5`);
    runPython(
      `
with h5py.File(sys.argv[1], "w") as file:
    file["vertices"] = np.array([[-30, -20, 0], [-10, -20, 0], [-10, 20, 0], [30, 20, 0]], dtype=float)
    file["triangles"] = np.array([[0, 1, 2], [0, 1, 9]], dtype="int64")
`,
      path,
    );
    const opened = await viewer.open();
    await opened.openFiles(path);
    await opened.page
      .getByText(
        "1 of 2 triangles name vertices that are not there, and are left out: triangle 1 names vertex 9",
      )
      .waitFor();
    const { canvas, at } = await sceneOf(opened);
    await expectColours(canvas, [[...at(-16, -10), PLAIN]]);
  });
});
