import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { type Expected, readExpected } from "../../../test/support/expected.js";
import { chromium, describeWith, h5py } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { colourAt, pictureOf, useViewer } from "./support/viewer.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/h5py/${name}`, import.meta.url));

/** Opens the plots of a file, with h5web's own tree beside them, and gives what chooses a dataset there. */
async function plotsOf(viewer: ReturnType<typeof useViewer>, path: string, node: string) {
  const name = path.split("/").at(-1) ?? path;
  const { page, openFiles, expectErrors } = await viewer.open(
    `#${new URLSearchParams({ file: name, node, view: "plots" })}`,
  );
  page.setDefaultTimeout(8000);
  await openFiles(path);
  await page.getByRole("button", { name: "Toggle sidebar" }).click();
  const choose = async (dataset: string): Promise<void> => {
    await page.getByRole("treeitem", { name: dataset, exact: true }).click();
    await page.getByRole("heading", { name: `${dataset} (copy path)` }).waitFor();
  };
  return {
    page,
    expectErrors,
    choose,
    async chooseMatrix(dataset: string): Promise<string[]> {
      await choose(dataset);
      const matrix = page.getByRole("tab", { name: "Matrix" });
      if (await matrix.isVisible()) await matrix.click();
      await page.getByRole("radio", { name: "Exact" }).setChecked(true);
      await page.getByRole("gridcell").first().waitFor();
      return page.getByRole("gridcell").allInnerTexts();
    },
  };
}

/** What h5py reads, as h5web writes it: as JavaScript writes numbers. */
function textsOf(expected: Expected | undefined): string[] {
  if (expected === undefined || !("values" in expected)) throw new Error("h5py has no values of it");
  const { values, dtype } = expected;
  if ("members" in expected) {
    const names = Object.entries(expected.members);
    return values.map((value) => names.find(([, number]) => number === value)?.[0] ?? value);
  }
  if (dtype === "bool") return values.map((value) => (value === "1" ? "true" : "false"));
  if (dtype.startsWith("float")) return values.map(numberText);
  return [...values];
}

function numberText(python: string): string {
  return python.replace("inf", "Infinity").replace("nan", "NaN") === "NaN"
    ? "NaN"
    : String(Number(python.replace("inf", "Infinity")));
}

describeWith(chromium)("any dataset is shown by h5web", () => {
  const viewer = useViewer();

  it("as a matrix of the values that h5py reads, whatever their type", async () => {
    const { datasets } = readExpected(fixture("numbers.h5"));
    const { chooseMatrix, choose, page } = await plotsOf(viewer, fixture("numbers.h5"), "/le_f8");
    for (const name of ["le_f8", "be_f4", "le_f2", "be_i8", "le_u8", "u1", "bool", "enum_be_i2"])
      expect(await chooseMatrix(name), name).toEqual(textsOf(datasets[`/${name}`]));
    expect(await chooseMatrix("be_c16")).toEqual(["1 + 2 i", "0 − 0.5 i", "NaN + Infinity i", "0 + 0 i"]);
    await choose("scalar_u8");
    await page.getByText("7", { exact: true }).waitFor();
    await choose("scalar_c16");
    await page.getByText("7 + 0 i", { exact: true }).waitFor();
    for (const name of ["null_f8", "empty_0x3"]) {
      await choose(name);
      await page.getByText("Please select another entity").waitFor();
    }
  });

  it("as texts, and compounds as tables of their fields", async () => {
    const texts = await plotsOf(viewer, fixture("strings.h5"), "/vlen_utf8");
    expect(await texts.chooseMatrix("vlen_utf8")).toEqual(["ä", "", "naïve ☃ 🧠", "tab end"]);
    const compounds = await plotsOf(viewer, fixture("compounds.h5"), "/mixed");
    expect(await compounds.chooseMatrix("mixed")).toEqual(["1.5", "2", "3", "-3.25", "4", "5"]);
    expect(await compounds.page.getByRole("columnheader").allInnerTexts()).toEqual(["x", "n", "m"]);
    expect(await compounds.chooseMatrix("enums")).toEqual(["RED", "7", "true", "BLUE", "8", "false"]);
    expect(await compounds.chooseMatrix("deep")).toEqual([
      ...["1", "2", "3 + 4 i", "true"],
      ...["5", "6", "0 + 7 i", "false"],
    ]);
    await compounds.choose("arrays");
    await compounds.page.getByText("[[1,2,3,4,5,6]").or(compounds.page.getByText(/"7n"/)).first().waitFor();
  });

  it("as a heat map whose colours are those of the values, slice by slice, and as lines", async () => {
    const { page, choose } = await plotsOf(viewer, fixture("numbers.h5"), "/le_f8");
    await choose("array_u1");
    await page.getByRole("tab", { name: "Heatmap" }).click();
    const canvas = page.locator(".general-plots canvas");
    await canvas.waitFor();
    // Two rows of three values, 0 to 5, the first row below.
    await expect.poll(async () => colourAt(await pictureOf(canvas), 0.25, 0.75)).toEqual([68, 1, 84]);
    expect(colourAt(await pictureOf(canvas), 0.75, 0.25)).toEqual([253, 231, 37]);
    await page.getByText("Selected: ").waitFor({ state: "attached" });
    expect(await page.locator(".export-selection").textContent()).toBe("Selected: /array_u1[0]");
    await page.getByRole("tab", { name: "Line" }).click();
    await expect
      .poll(() => page.locator(".export-selection").textContent())
      .toBe("Selected: /array_u1[0, 0]");
  });

  it("and says why what cannot be read is not", async () => {
    const { page, choose, expectErrors } = await plotsOf(viewer, fixture("refused.h5"), "/readable");
    expectErrors(/The values of \/reference have/, /\/zstd/);
    await choose("reference");
    await page
      .getByText("The values of /reference have the type object reference, which is not read")
      .waitFor();
    await choose("zstd");
    await page.getByText("/zstd is damaged: the chunk at [0] (zstd) would unpack").waitFor();
    await choose("record_of_opaque");
    await page.getByText("(opaque[4], which is not read)").first().waitFor();
    const chosen = await viewer.open("#file=refused.h5&node=/opaque&view=plots");
    chosen.page.setDefaultTimeout(8000);
    await chosen.openFiles(fixture("refused.h5"));
    expect(await chosen.page.getByRole("alert").textContent()).toBe(
      "The values of /opaque have the type opaque[4], which is not read",
    );
  });
});

describeWith(chromium, h5py)("a NeXus file", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("general-nexus");

  it("shows what it says itself is to be plotted, with its axis", async () => {
    const path = folder("nexus.h5");
    execFileSync(h5py.command, [
      "-c",
      `
import h5py, sys
with h5py.File(sys.argv[1], "w") as f:
    f.attrs["default"] = "entry"
    entry = f.create_group("entry")
    entry.attrs.update({"NX_class": "NXentry", "default": "scan"})
    scan = entry.create_group("scan")
    scan.attrs.update({"NX_class": "NXdata", "signal": "counts", "axes": ["energy"]})
    scan["counts"] = [1.0, 4.0, 9.0]
    scan["energy"] = [10.0, 20.0, 30.0]
    scan["energy"].attrs.update({"units": "eV", "long_name": "Photon energy"})
`,
      path,
    ]);
    const { page, openFiles } = await viewer.open("#file=nexus.h5&view=plots");
    await openFiles(path);
    await page.getByRole("tab", { name: "NX line" }).waitFor();
    await page.getByText("Photon energy").first().waitFor();
  });
});

describeWith(chromium, h5py)("a dataset that is larger than what is read at once", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("general-large");

  it("is a line of one row, and no heat map, which says so", async () => {
    const path = folder("large.h5");
    execFileSync(h5py.command, [
      "-c",
      "import h5py, sys\nwith h5py.File(sys.argv[1], 'w') as f: f.create_dataset('series', (2000000, 40), 'f4')",
      path,
    ]);
    const { page, expectErrors } = await plotsOf(viewer, path, "/series");
    expectErrors(/need 306 MiB/);
    await page.getByText(/need 306 MiB, and the page reads at most 64 MiB at once/).waitFor();
    await page.getByRole("tab", { name: "Line" }).click();
    await page.locator(".general-plots canvas").waitFor();
  });
});
