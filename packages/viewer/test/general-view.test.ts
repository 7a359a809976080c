import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { useViewer } from "./support/viewer.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/h5py/${name}`, import.meta.url));

describeWith(chromium)("any dataset is shown", () => {
  const viewer = useViewer();

  it("by h5web", async () => {
    const { page, openFiles } = await viewer.open("#file=numbers.h5&node=%2Fle_f8");
    await openFiles(fixture("numbers.h5"));
    await page.getByText("Heatmap").waitFor();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: "/tmp/general-shot.png" });
    expect(1).toBe(1);
  });
});
