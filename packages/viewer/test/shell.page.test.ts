import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { useViewer } from "./support/viewer.js";

const fixture = (path: string) => fileURLToPath(new URL(`../../../fixtures/${path}`, import.meta.url));
const session = fixture("foreign/session.nwb");
const numbers = fixture("h5py/numbers.h5");

describeWith(chromium)("the page around the views", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("page");

  it("says what it is for, how files are opened, and that nothing is uploaded", async () => {
    const { page } = await viewer.open();
    await page.getByRole("heading", { level: 2 }).waitFor();
    expect(await page.title()).toBe("TVB storage viewer");
    const text = await page.getByRole("main").textContent();
    expect(text).toContain("tvb-storage view FOLDER");
    expect(text).toContain("Nothing is uploaded");
  });

  it("goes back and forward through what was looked at, and its address shows it again", async () => {
    const { page, openFiles } = await viewer.open();
    await openFiles(session, numbers);
    await page.getByRole("treeitem", { name: /^session/ }).click();
    await page.getByRole("treeitem", { name: /^starting_time/ }).click();
    await page.getByRole("treeitem", { name: /^numbers/ }).click();
    expect(await page.title()).toBe("numbers.h5 – TVB storage viewer");

    await page.goBack();
    const node = page.getByRole("treeitem", { name: /^starting_time/ });
    await expect.poll(() => node.getAttribute("aria-selected")).toBe("true");
    const address = page.url();
    expect(new URLSearchParams(new URL(address).hash.slice(1)).get("node")).toBe(
      "/acquisition/ElectricalSeries/starting_time",
    );
    await page.goForward();
    await expect.poll(() => page.title()).toBe("numbers.h5 – TVB storage viewer");

    // A shared address: the file comes later.
    const shared = await viewer.open(new URL(address).hash);
    await shared.page.getByText("Open session.nwb to see this view.").waitFor();
    await shared.openFiles(session);
    await shared.page.getByRole("treeitem", { name: /^starting_time/, selected: true }).waitFor();
  });

  it("is used by keys alone: a file, a node in it, and another tab", async () => {
    const { page, openFiles } = await viewer.open();
    await openFiles(session, numbers);
    await page.getByRole("searchbox", { name: "Filter files" }).focus();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("tree");
    await page.keyboard.type("ses");
    await page.keyboard.press("Enter");
    await page.getByRole("treeitem", { name: /^acquisition/ }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await expect
      .poll(() => page.getByRole("treeitem", { selected: true }).getAttribute("title"))
      .toBe("/acquisition/ElectricalSeries");

    await page.getByRole("tab", { selected: true }).focus();
    const before = await page.evaluate(() => document.activeElement?.id);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    const last = await page.getByRole("tab").last().getAttribute("id");
    expect(await page.getByRole("tab", { selected: true }).getAttribute("id")).toBe(last);
    await page.keyboard.press("Home");
    expect(await page.evaluate(() => document.activeElement?.id)).not.toBe(
      before === last ? undefined : last,
    );
  });

  it("makes elements of those rows only that are in sight, of thousands of files", async () => {
    const { page } = await viewer.open();
    const files = Array.from({ length: 2000 }, (_, index) => ({
      name: `series-${index}.h5`,
      mimeType: "",
      buffer: Buffer.alloc(0),
    }));
    await page.getByLabel("Open files").setInputFiles(files);
    const tree = page.getByRole("tree");
    await tree.focus();
    await page.keyboard.press("End");
    const last = page.getByRole("treeitem", { name: /^series-1999.h5/ });
    await last.waitFor();
    expect(await last.getAttribute("aria-setsize")).toBe("2000");
    expect(await tree.getAttribute("aria-activedescendant")).toBe(await last.getAttribute("id"));
    expect(await page.getByRole("treeitem").count()).toBeLessThan(100);
    await page.getByLabel("Filter files").fill("series-77");
    // 77, 770 to 779, and the row of all files.
    await expect.poll(() => page.getByRole("treeitem").count()).toBe(12);
  });

  it("keeps the theme and the width of the list", async () => {
    const { page, openFiles } = await viewer.open();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByLabel("Theme").selectOption("dark");
    expect(await ground()).toBe("rgb(22, 24, 29)");
    await openFiles(session);
    await page.getByRole("separator").focus();
    await page.keyboard.press("ArrowRight");
    await page.reload();
    expect(await page.getByLabel("Theme").inputValue()).toBe("dark");
    expect(await ground()).toBe("rgb(22, 24, 29)");
    await openFiles(session);
    expect(await page.getByRole("separator").getAttribute("aria-valuenow")).toBe("340");
    await page.getByLabel("Theme").selectOption("system");
  });

  it("lists files in a drawer where it is narrow, and does not scroll sideways", async () => {
    const { page, openFiles } = await viewer.open();
    await page.setViewportSize({ width: 375, height: 700 });
    await openFiles(session, numbers);
    await page.getByRole("button", { name: "Files", exact: true }).click();
    await page.getByRole("treeitem", { name: /^session/ }).click();
    await page.getByRole("tab").first().waitFor();
    expect(await page.getByRole("tree").isVisible()).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  });

  it("says why a file cannot be opened and what can be done, and the names of files are text", async () => {
    const name = "<img src=x onerror=console.error(1)>.h5";
    const bad = folder(name);
    writeFileSync(bad, "no data");
    const { page, openFiles } = await viewer.open();
    await openFiles(bad, numbers);
    await page.getByRole("treeitem", { name }).click();
    await page.getByRole("alert").waitFor();
    const text = await page.getByRole("main").textContent();
    expect(text).toContain(`${name} cannot be opened`);
    expect(text).toContain("of another format");
    await page.getByRole("searchbox", { name: "Filter files" }).fill("<img");
    await expect.poll(() => page.getByRole("treeitem", { name: /numbers/ }).count()).toBe(0);
    await page.getByRole("searchbox", { name: "Filter files" }).fill("<img none");
    await page.getByText("No file has “<img none” in its path.").waitFor();
    expect(await page.locator("img").count()).toBe(0);
  });
});
