import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { seriousViolations } from "./support/axe.js";
import { useViewer } from "./support/viewer.js";

const fixture = fileURLToPath(new URL("../../../fixtures/h5py/numbers.h5", import.meta.url));

describeWith(chromium)("axe finds nothing serious in the general plots and the export", () => {
  const viewer = useViewer();

  it.each(["light", "dark"] as const)("%s", async (colorScheme) => {
    const { page, openFiles } = await viewer.open("#file=numbers.h5&node=/array_u1&view=plots");
    await page.emulateMedia({ colorScheme });
    await openFiles(fixture);
    await page.getByText("Export and code").click();
    for (const [plot, shown] of [
      ["Matrix", "[role=gridcell]"],
      ["Heatmap", "canvas"],
    ] as const) {
      await page.getByRole("tab", { name: plot }).click();
      await page.locator(`.general-plots ${shown}`).first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    }
    await page.getByRole("tab", { name: "Inspect" }).click();
    await page.getByRole("cell", { name: "/array_u1" }).waitFor();
    expect(await page.getByRole("tab", { name: "Inspect" }).getAttribute("aria-selected")).toBe("true");
    expect(await seriousViolations(page)).toEqual([]);
  });
});
