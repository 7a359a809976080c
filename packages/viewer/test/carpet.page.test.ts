import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { chromium, describeWith, h5py } from "../../../test/support/judges.js";
import { expectColours } from "./support/expect-colours.js";
import { type SeriesFiles, writeSeries } from "./support/series-files.js";
import { useViewer } from "./support/viewer.js";

describeWith(chromium, h5py)("a time series as a carpet plot", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("carpet");
  let files: SeriesFiles;
  beforeAll(() => {
    files = writeSeries(folder());
  }, 60_000);

  it("has the colours of the values in its cells, and the window of the lines", async () => {
    const name = files.small.split("/").at(-1);
    const { page, openFiles } = await viewer.open(
      `#file=${name}&view=time-series&start=140&length=20&channels=0-2`,
    );
    await openFiles(files.small);
    await page.getByRole("img", { name: /^3 lines/ }).waitFor();
    await page.getByRole("tab", { name: "Carpet plot" }).click();
    expect(page.url()).toContain("start=140&length=20&channels=0-2");
    const canvas = page.getByRole("img", { name: /rows of colours/ });
    const from = page.getByRole("textbox", { name: "From" });
    const to = page.getByRole("textbox", { name: "To" });
    await from.fill("50");
    await from.press("Enter");
    await to.fill("150");
    await to.press("Enter");
    // 40 samples from number 80 on, of ramp, step and gap; viridis of 50 to 150 is #440154 to #fde725.
    await expectColours(canvas, [
      [21 / 80, 1 / 2, "#440154"], // step is 50 in sample 90
      [61 / 80, 1 / 2, "#fde725"], // and 150 in sample 110
      [41 / 80, 1 / 6, "#21918c"], // ramp is 100 in sample 100: the middle of viridis
      [41 / 80, 5 / 6, "#ffffff"], // gap has no value
    ]);
    const texts = await page.locator(".series-axes text").allTextContents();
    expect(texts).toEqual(
      expect.arrayContaining(["ramp", "step", "gap", "Time (ms)", "50", "100", "150", "data"]),
    );

    await page.getByRole("combobox", { name: "Values" }).selectOption("full");
    await page.getByLabel("z-score of each row").check();
    await from.fill("");
    await from.press("Enter");
    await to.fill("");
    await to.press("Enter");
    // Step is one deviation below and above its mean; the ramp's ends are sqrt(3) * 39 / 40 of 1599 / 1600 away: 1.69.
    // Of -1.69 to 1.69 of ColorBrewer's RdBu they are the ends.
    await expectColours(canvas, [
      [0.5 / 40, 1 / 6, "#053061"],
      [39.5 / 40, 1 / 6, "#67001f"],
    ]);
    await page
      .getByText(/z-score/)
      .first()
      .waitFor();
    expect(page.url()).toContain("zscore=1");
  });

  it("has means in columns of several samples, and says so", async () => {
    const name = files.spike.split("/").at(-1);
    const { page, openFiles } = await viewer.open(`#file=${name}&view=carpet&min=0&max=1`);
    await openFiles(files.spike);
    await page.getByText(/mean of each 1\d\d samples/).waitFor();
    // One sample of more than 100 that is 1 is less than a hundredth in the mean: #440154 is 0 of viridis.
    await expectColours(page.getByRole("img", { name: /^2 rows of colours/ }), [[0.61234, 0.25, "#440154"]]);
  });
});
