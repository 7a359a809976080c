import { beforeAll, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../test/support/h5py.js";
import { chromium, describeWith, h5py } from "../../../test/support/judges.js";
import { type BrainFiles, GIDS, LABELS, writeBrain } from "./support/brain-files.js";
import { expectColours } from "./support/expect-colours.js";
import { useViewer } from "./support/viewer.js";

// Of matplotlib's table of viridis, at parts of its length.
const VIRIDIS = {
  0: "#440154",
  0.1: "#482475",
  0.33: "#31688e",
  0.5: "#21918c",
  0.67: "#35b779",
  1: "#fde725",
};

const SIZE = LABELS.length;

/** The middle of a cell. */
function cell(row: number, column: number, colour: string) {
  return [(column + 0.5) / SIZE, (row + 0.5) / SIZE, colour] as const;
}

describeWith(chromium, h5py)("matrices of a connectivity", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("matrices");
  let files: BrainFiles;
  beforeAll(() => {
    files = writeBrain(folder());
  });

  it("have their regions on both axes and the colours of their values", async () => {
    const { page, openFiles } = await viewer.open();
    await openFiles(files.connectivity);
    const weights = "Weights of 6 × 6 regions";
    await page.getByRole("img", { name: weights }).waitFor();

    const rows = page.getByRole("list", { name: "Labels of rows" }).getByRole("listitem");
    const columns = page.getByRole("list", { name: "Labels of columns" }).getByRole("listitem");
    await columns.nth(5).waitFor();
    expect(await rows.allTextContents()).toEqual(LABELS);
    expect(await columns.allTextContents()).toEqual(LABELS);
    const tops = await rows.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
    expect(tops).toEqual([...tops].sort((a, b) => a - b));

    const canvas = page.getByRole("img", { name: weights });
    await expectColours(canvas, [
      cell(0, 1, VIRIDIS[1]),
      cell(0, 3, VIRIDIS[0.1]),
      cell(2, 1, VIRIDIS[0.5]),
      cell(5, 5, VIRIDIS[0]),
    ]);

    await page.getByLabel("logarithmic").check();
    await expectColours(canvas, [
      cell(2, 4, VIRIDIS[0]), // 0.01, of 0.01 to 10
      cell(1, 2, VIRIDIS[0.33]),
      cell(0, 3, VIRIDIS[0.67]),
      cell(0, 1, VIRIDIS[1]),
    ]);
    await page.getByText("No value: 25 zero").waitFor();
    expect(page.url()).toContain("scale=log");

    await page.getByLabel("Colours").selectOption("Cividis");
    // The last of cividis in matplotlib; h5web has an approximation by polynomials.
    await expectColours(canvas, [cell(0, 1, "#fee838")], 15);
  });

  it("say a cell to the pointer and to the keyboard", async () => {
    const { page, openFiles } = await viewer.open(
      `#file=Connectivity_${GIDS.connectivity}.h5&matrix=tract_lengths`,
    );
    await openFiles(files.connectivity);
    await page.getByRole("img", { name: "Tract lengths of 6 × 6 regions" }).waitFor();
    await page.getByText("No value: 2 not a number").waitFor();
    // White and light grey lines are no colour of viridis.
    const canvas = page.getByRole("img", { name: "Tract lengths of 6 × 6 regions" });
    await expectColours(canvas, [cell(0, 5, "#e8ebee")], 30);
    const cells = page.getByRole("application", { name: "Cells of Tract lengths" });
    await cells.focus();
    const said = page.getByRole("figure", { name: "Tract lengths" }).getByRole("status");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
    await expect.poll(() => said.textContent()).toBe("lA1 – lM1: 10 mm");
    await page.keyboard.press("End");
    await expect.poll(() => said.textContent()).toBe("<b>rM1</b> – lM1: 30 mm");
    expect(page.url()).toContain("cell=2%2C5");

    const { width = 0, height = 0 } = (await cells.boundingBox()) ?? {};
    await cells.hover({ position: { x: (width * 4.5) / SIZE, y: (height * 0.5) / SIZE } });
    await page.getByText("rA1 – lV1: 40 mm").first().waitFor();
    await page.getByRole("row", { name: /lV1 rA1 40 mm/ }).waitFor();
  });

  it("are seen in part, which the address holds", async () => {
    const { page, openFiles } = await viewer.open(`#file=Connectivity_${GIDS.connectivity}.h5&window=0,3,3`);
    await openFiles(files.connectivity);
    const canvas = page.getByRole("img", { name: "Weights of 6 × 6 regions" });
    const rows = page.getByRole("list", { name: "Labels of rows" }).getByRole("listitem");
    const columns = page.getByRole("list", { name: "Labels of columns" }).getByRole("listitem");
    await expect.poll(() => columns.allTextContents()).toEqual(LABELS.slice(3));
    expect(await rows.allTextContents()).toEqual(LABELS.slice(0, 3));
    await expectColours(canvas, [
      [1 / 6, 1 / 6, VIRIDIS[0.1]],
      [3 / 6, 5 / 6, VIRIDIS[0]],
    ]);

    await page.getByRole("button", { name: "Reset zoom" }).click();
    await expect.poll(() => page.url()).not.toContain("window");
    await expectColours(canvas, [cell(0, 1, VIRIDIS[1])]);

    await canvas.hover();
    await page.mouse.wheel(0, -300);
    await expect.poll(() => page.url()).toContain("window");
  });

  it("are not read where they are large", async () => {
    const path = folder("Connectivity_c0000000000000000000000000003000.h5");
    runPython(
      `
with h5py.File(sys.argv[1], "w") as file:
    file.create_dataset("weights", (3000, 3000), chunks=(100, 100), dtype="float64")
    file.create_dataset("tract_lengths", (3000, 3000), chunks=(100, 100), dtype="float64")
`,
      path,
    );
    const { page, openFiles } = await viewer.open();
    await openFiles(path);
    await page
      .getByText("/weights (3000 × 3000) has 68.7 MiB here, and this view reads at most 64 MiB.")
      .waitFor();
  });
});
