import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { chromium, describeWith, h5py } from "../../../test/support/judges.js";
import { type BrainFiles, GIDS, writeBrain } from "./support/brain-files.js";
import { expectColours } from "./support/expect-colours.js";
import { colourAt, pictureOf, useViewer } from "./support/viewer.js";

const LEFT = "#56b4e9";
const RIGHT = "#e69f00";
const GROUND = "#16181d";

describeWith(chromium, h5py)("the 3D graph of a connectivity", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("graph");
  let files: BrainFiles;
  beforeAll(() => {
    files = writeBrain(folder());
  });

  async function openGraph(params: string) {
    const opened = await viewer.open(`#file=Connectivity_${GIDS.connectivity}.h5&view=graph&${params}`);
    await opened.openFiles(files.connectivity);
    const canvas = opened.page.getByRole("img", { name: /6 regions with \d+ edges/ });
    await canvas.waitFor();
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    // The centres are at most 50 mm from their middle; with a margin, the smaller side of the canvas is 120 mm.
    const pixels = Math.min(width, height) / 120;
    /** Where a point of the plane that the camera faces is, in parts of the canvas. */
    const at = (right: number, up: number) =>
      [0.5 + (right * pixels) / width, 0.5 - (up * pixels) / height] as const;
    return { ...opened, canvas, at, width, height };
  }

  it("has regions at their centres, in the colours of their hemispheres", async () => {
    const { canvas, at } = await openGraph("camera=270,90,1&strongest=0");
    await expectColours(canvas, [
      [...at(-30, -40), LEFT],
      [...at(-30, 0), LEFT],
      [...at(-30, 40), LEFT],
      [...at(30, -40), RIGHT],
      [...at(30, 0), RIGHT],
      [...at(30, 40), RIGHT],
      [...at(0, 0), GROUND],
    ]);
  });

  it("is turned by keys and by its buttons", async () => {
    const { page, canvas, at } = await openGraph("camera=270,90,1&strongest=0");
    await page.getByRole("button", { name: "Left", exact: true }).click();
    // From the left the front is at the left.
    await expectColours(canvas, [
      [...at(40, 0), LEFT],
      [...at(0, 0), LEFT],
      [...at(-40, 0), LEFT],
      [...at(20, 0), GROUND],
    ]);
    await page.getByRole("application", { name: /camera/ }).focus();
    for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowRight");
    // From behind the left is at the left.
    await expectColours(canvas, [
      [...at(-30, 0), LEFT],
      [...at(30, 0), RIGHT],
    ]);
    await expect.poll(() => page.url()).toContain("camera=270%2C0%2C1");
  });

  it("has the edges above a threshold, or those of one region", async () => {
    const { page, canvas, at, width, height } = await openGraph("camera=270,90,1");
    await page.getByText("11 of 11 edges", { exact: true }).waitFor();
    const slider = page.getByLabel("Weight above");
    await slider.fill("1");
    await page.getByText("4 of 11 edges", { exact: true }).waitFor();
    expect(page.url()).toContain("threshold=1");
    // lA1 -> lV1, the strongest, is yellow near its target, and there is none from lV1 to rV1 any more.
    const picture = await pictureOf(canvas);
    const brightest = (right: number, up: number) => {
      const [x, y] = at(right, up);
      const around = [-2, -1, 0, 1, 2].map((by) => colourAt(picture, x + by / width, y + by / height));
      return Math.max(...around.map(([red]) => red));
    };
    expect(brightest(-30, -30)).toBeGreaterThan(140);
    expect(brightest(0, -40)).toBeLessThan(40);

    await page.getByLabel("Strongest").fill("9");
    await page.getByText("9 of 11 edges", { exact: true }).waitFor();
    await page.getByRole("listbox", { name: "Region" }).selectOption("lV1");
    await page.getByText("4 of 11 edges, those of lV1").waitFor();
    await page.getByRole("row", { name: "lA1 lV1 10" }).waitFor();
    expect(page.url()).toContain("region=0");

    // A region of the picture is chosen by a click, and named when the pointer is on it.
    const [x, y] = at(30, 40);
    await canvas.click({ position: { x: x * width, y: y * height } });
    await page.getByText("2 of 11 edges, those of <b>rM1</b>").waitFor();
    await canvas.hover({ position: { x: at(-30, 40)[0] * width, y: at(-30, 40)[1] * height } });
    await page.locator(".scene-labels", { hasText: "lM1" }).waitFor();
  });
});
