import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { chromium, describeWith, h5py } from "../../../test/support/judges.js";
import { type BrainFiles, GIDS, LABELS, writeBrain } from "./support/brain-files.js";
import { expectColours } from "./support/expect-colours.js";
import { useViewer } from "./support/viewer.js";

describeWith(chromium, h5py)("functional connectivity", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("correlations");
  let files: BrainFiles;
  beforeAll(() => {
    files = writeBrain(folder());
  });

  it("has the names of the connectivity that its time series names, and zero in the middle of its colours", async () => {
    const { page, openFiles } = await viewer.open(`#file=CorrelationCoefficients_${GIDS.correlations}.h5`);
    await openFiles(files.correlations, files.series, files.connectivity);
    const canvas = page.getByRole("img", { name: "Correlation coefficients of 6 × 6 regions" });
    const columns = page.getByRole("list", { name: "Labels of columns" }).getByRole("listitem");
    await columns.nth(5).waitFor();
    expect(await columns.allTextContents()).toEqual(LABELS);
    // ColorBrewer's RdBu with red above zero: 1, -0.5 and 0 of -1 to 1. d3 interpolates it by splines.
    const first = [1 / 12, 1 / 12, "#67001f"] as const;
    await expectColours(canvas, [first, [3 / 12, 1 / 12, "#6aacd0"], [11 / 12, 1 / 12, "#f7f7f7"]], 12);

    await page.getByLabel("State variable").selectOption("1");
    await expectColours(canvas, [first, [3 / 12, 1 / 12, "#fac8af"]], 12);
    expect(page.url()).toContain("variable=1");
    await page.getByRole("row", { name: "lV1 lA1 0.25" }).waitFor();
  });

  it("says where the names are when they are not open", async () => {
    const { page, openFiles } = await viewer.open();
    await openFiles(files.correlations);
    await page.getByText("The regions have no names here.").waitFor();
    await page.getByRole("row", { name: "Region 0 Region 1 -0.5" }).waitFor();
  });
});
