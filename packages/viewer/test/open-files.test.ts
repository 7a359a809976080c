import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { useViewer } from "./support/viewer.js";

const fixture = fileURLToPath(new URL("../../../fixtures/h5py/numbers.h5", import.meta.url));

describeWith(chromium)("the page opens files of this machine", () => {
  const viewer = useViewer();

  it("by the file dialog", async () => {
    const { page, openFiles } = await viewer.open();
    await openFiles(fixture);
    await page
      .getByRole("row", { name: /float64/ })
      .first()
      .waitFor();
    expect(await page.title()).toBe("TVB storage viewer");
  });
});
