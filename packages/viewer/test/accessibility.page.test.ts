import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { seriousViolations } from "./support/axe.js";
import { useViewer } from "./support/viewer.js";

const fixture = (path: string) => fileURLToPath(new URL(`../../../fixtures/${path}`, import.meta.url));

describeWith(chromium)("axe finds nothing serious", () => {
  const viewer = useViewer();

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 375],
    ["dark", 375],
  ] as const)(
    "%s, %i pixels wide: the empty page, a project, contents, metadata, failures",
    async (theme, width) => {
      const { page, openFiles } = await viewer.open();
      await page.setViewportSize({ width, height: 800 });
      await page.getByLabel("Theme").selectOption(theme);
      const isWide = async () => (await page.evaluate(() => document.documentElement.scrollWidth)) > width;
      expect(await seriousViolations(page)).toEqual([]);
      expect(await isWide()).toBe(false);

      await openFiles(fixture("exports/project.zip"));
      await page.getByRole("row", { name: /^TimeSeriesRegion .*data 4/ }).waitFor();
      if (width < 700) await page.getByRole("button", { name: "Files", exact: true }).click();
      expect(await seriousViolations(page)).toEqual([]);
      expect(await isWide()).toBe(false);

      await openFiles(fixture("foreign/session.nwb"));
      for (const title of ["Contents", "Metadata"]) {
        await page.getByRole("tab", { name: title }).click();
        await page.getByRole("table").waitFor();
        expect(await seriousViolations(page)).toEqual([]);
        expect(await isWide()).toBe(false);
      }

      await page.getByLabel("Address of a file").fill("ftp://host/<b>.h5");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: /^Dismiss: / }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(await isWide()).toBe(false);
      await page.getByRole("button", { name: /^Dismiss: / }).click();
      expect(await page.getByRole("alert").count()).toBe(0);
      await page.getByLabel("Theme").selectOption("system");
    },
  );
});
