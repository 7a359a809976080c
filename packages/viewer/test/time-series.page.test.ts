import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { chromium, describeWith, h5py } from "../../../test/support/judges.js";
import { type Crossing, crossingAt } from "./support/drawn-line.js";
import { rendererBytes } from "./support/renderer-memory.js";
import { type SeriesFiles, writeSeries } from "./support/series-files.js";
import { pictureOf, useViewer } from "./support/viewer.js";

const MIB = 2 ** 20;

/** Where lines cross these columns, as soon as they do as expected; each is given by its middle, in parts of the height. */
async function expectLines(
  canvas: Locator,
  expected: Readonly<Record<number, number | undefined>>,
): Promise<void> {
  const middle = (found: Crossing | undefined) => found && (found.top + found.bottom) / 2;
  await expect
    .poll(
      async () => {
        const png = await pictureOf(canvas);
        return Object.fromEntries(
          Object.entries(expected).map(([x, wanted]) => {
            const y = middle(crossingAt(png, Number(x)));
            // A pixel of 500 and what smooths its edges.
            const isThere = y !== undefined && wanted !== undefined && Math.abs(y - wanted) < 0.006;
            return [x, isThere ? wanted : y];
          }),
        );
      },
      { timeout: 10_000 },
    )
    .toEqual(expected);
}

const plotOf = (page: Page) => page.getByRole("group", { name: /^Lines of/ });
const canvasOf = (page: Page) => page.getByRole("img", { name: /lines; their values/ });
/** Waits until all of the window is read. */
const settled = (page: Page) =>
  expect.poll(() => page.locator(".series-reading").textContent(), { timeout: 10_000 }).toBe("\u00a0");
const textsOf = (page: Page) => page.locator(".series-axes text").allTextContents();

describeWith(chromium, h5py)("time series as lines", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("series");
  let files: SeriesFiles;
  beforeAll(() => {
    files = writeSeries(folder());
  }, 60_000);

  const open = async (file: string, params: string) => {
    const opened = await viewer.open(`#file=${file.split("/").at(-1)}&view=time-series&${params}`);
    await opened.openFiles(file);
    await canvasOf(opened.page).waitFor();
    return opened;
  };

  it("are where the values of the file are, on one axis", async () => {
    const { page } = await open(files.small, "layout=overlaid&channels=0&low=0&high=200");
    const canvas = canvasOf(page);
    // In the middle of sample s, at (s + 0.5) / 200 of the width, the ramp has the value s.
    await expectLines(canvas, { 0.2525: 0.75, 0.5025: 0.5, 0.7525: 0.25 });
    const texts = await textsOf(page);
    expect(texts).toEqual(
      expect.arrayContaining(["Time (ms)", "data", "ramp", "0", "100", "200", "120", "180"]),
    );

    await page.getByText("Region: 1 of 3").click();
    await page.getByRole("button", { name: "None" }).click();
    await page.getByLabel("step").check();
    // The list lies over the lines.
    await page.keyboard.press("Escape");
    expect(await page.getByLabel("step").isVisible()).toBe(false);
    await expectLines(canvas, { 0.25: 0.75, 0.75: 0.25 });
    expect(page.url()).toContain("channels=1");
  });

  it("have lanes of their own, and gaps where there is no value", async () => {
    const { page } = await open(files.small, "");
    const canvas = canvasOf(page);
    // Lanes of 200 units; the middles are 100 for each, in steps of 50: 99.5 is the middle of the ramp.
    await expect
      .poll(() => textsOf(page))
      .toEqual(expect.arrayContaining(["ramp", "step", "gap", "100", "200"]));
    const lanes = async (x: number) => {
      const png = await pictureOf(canvas);
      return [0, 1, 2].map((lane) => {
        const found = crossingAt(png, x, lane / 3, Math.min(0.995, (lane + 1) / 3));
        return found && Math.round(200 * (1 - ((found.top + found.bottom) / 2) * 3 + lane));
      });
    };
    // In units above the lane's lower edge, of which a pixel has 1.3.
    const near = (value: number) =>
      expect.toSatisfy((found: unknown) => Math.abs(Number(found) - value) <= 2);
    expect(await lanes(0.2525)).toEqual([near(50), near(50), near(100)]);
    expect(await lanes(0.5225)).toEqual([near(104), near(150), undefined]);
    expect(await lanes(0.7525)).toEqual([near(150), near(150), near(100)]);

    await page.getByLabel("State Variable").selectOption("W");
    await expect.poll(() => textsOf(page)).toEqual(expect.arrayContaining(["1000"]));
    expect(page.url()).toContain("variable=1");
    await expect.poll(() => lanes(0.5025)).toEqual([near(100), near(100), near(100)]);
  });

  it("say their values at a time, and of the window as a table", async () => {
    const { page } = await open(files.small, "start=140&length=20");
    const plot = plotOf(page);
    await plot.press("Shift+ArrowRight");
    // The window is the samples 80 to 119; the cursor begins in its middle.
    const values = page.locator("output");
    await expect
      .poll(() => values.textContent())
      .toBe("150.5 ms (sample 101): ramp 101, step 150, gap no value");
    await page.getByText(/^Values of this window/).click();
    const rows = page.getByRole("row");
    await expect
      .poll(() => rows.allInnerTexts())
      .toEqual([
        "Region\tMinimum\tMaximum\tMean",
        "ramp\t80\t119\t99.5",
        "step\t50\t150\t100",
        "gap\tno value\tno value\tno value",
      ]);
  });

  it("are moved by keys, wheel, dragging and typed numbers, and the address follows", async () => {
    const { page } = await open(files.spike, "start=1000&length=1000");
    const plot = plotOf(page);
    const start = page.getByLabel("Start (ms)");
    const length = page.getByLabel("Length (ms)");
    const isWindow = async (from: number, count: number) => {
      await expect
        .poll(async () => [await start.inputValue(), await length.inputValue()])
        .toEqual([`${from}`, `${count}`]);
      await expect.poll(() => page.url()).toContain(`start=${from}&length=${count}`);
    };
    await plot.press("ArrowRight");
    await isWindow(1100, 1000);
    await plot.press("PageDown");
    await isWindow(2100, 1000);
    await plot.press("+");
    await isWindow(2267, 666);
    await plot.press("End");
    await isWindow(99_334, 666);
    await plot.press("Home");
    await isWindow(0, 666);
    await start.fill("5000");
    await start.press("Enter");
    await length.fill("500");
    await length.press("Enter");
    await isWindow(5000, 500);
    const box = await canvasOf(page).boundingBox();
    if (box === null) throw new Error("the canvas has no place");
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await isWindow(4750, 500);
    await page.mouse.move(box.x + 1, box.y + 50);
    await page.mouse.wheel(0, -500);
    // 500 / 1.0015 ** 500, the left edge stays.
    await expect.poll(() => length.inputValue()).toBe("236");
    await page.getByLabel("Position in the series").fill("70000");
    await isWindow(70_000, 236);
  });

  it("show one sample, large integers and magnitudes, and say that a series is empty", async () => {
    const one = await open(files.one, "");
    // It is a point in the middle, as no line has a length.
    await expect.poll(async () => crossingAt(await pictureOf(canvasOf(one.page)), 0.5)).toBeDefined();
    await plotOf(one.page).press("Shift+ArrowLeft");
    await expect
      .poll(() => one.page.locator("output").textContent())
      .toBe("0 ms (sample 0): 0 9007199254740993");

    const { page } = await open(files.complex, "");
    await page.getByText("Values of this window, 1 row, from 5 to 5").waitFor();

    const empty = await viewer.open(`#file=${files.empty.split("/").at(-1)}`);
    await empty.openFiles(files.empty);
    await empty.page.getByText("/data is empty: its shape is 0 × 1 × 2 × 1.").waitFor();
  });

  it("show a peak of one sample among a hundred in a column", async () => {
    const { page } = await open(files.spike, "channels=0&layout=overlaid&low=0&high=1.25");
    // 100,000 samples in 768 columns: the peak goes from the bottom to 1 / 1.25 of the height.
    const top = async () => {
      const png = await pictureOf(canvasOf(page));
      // Without the axis at the left edge.
      const columns = Array.from({ length: png.width - 2 }, (_, at) => (at + 2.5) / png.width);
      return columns
        .map((x) => ({ x, top: crossingAt(png, x)?.top ?? 1 }))
        .reduce((a, b) => (b.top < a.top ? b : a));
    };
    await expect.poll(async () => Math.abs((await top()).top - 0.2) < 0.01).toBe(true);
    expect(Math.abs((await top()).x - 0.61234)).toBeLessThan(0.004);
  });

  it("of a series of 580 MiB are an overview that says so, until all of it is read", async () => {
    const { page } = await open(files.large, "channels=3&layout=overlaid&low=0&high=100");
    // Half a MiB of it is shown first, in whole blocks.
    await settled(page);
    expect(Number(await page.locator(".series").getAttribute("data-bytes-read"))).toBeLessThan(MIB);
    await page.getByRole("button", { name: "Whole series" }).click();
    await page
      .getByText("Overview of 1 of every 37 blocks of 108 samples; peaks between them may be missing.")
      .waitFor();
    const canvas = canvasOf(page);
    const isPeakAt = async (x: number) => {
      const png = await pictureOf(canvas);
      return [-2, -1, 0, 1, 2].some((by) => (crossingAt(png, x + by / png.width)?.top ?? 1) < 0.52);
    };
    await settled(page);
    expect(await isPeakAt(0.500123)).toBe(false);
    expect(Number(await page.locator(".series").getAttribute("data-bytes-read"))).toBeLessThan(18 * MIB);
    await page.getByRole("button", { name: "Read all (580 MiB)" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();

    // A part of it, so that the test is short.
    await page.getByLabel("Length (ms)").fill("200000");
    await page.getByLabel("Length (ms)").press("Enter");
    await page.getByLabel("Start (ms)").fill("400000");
    await page.getByLabel("Start (ms)").press("Enter");
    await page.getByText("Overview of 1 of every 8 blocks").waitFor();
    await page.getByRole("button", { name: "Read all (116 MiB)" }).click();
    await page.getByText("peaks between them may be missing").waitFor({ state: "detached", timeout: 60_000 });
    await expect.poll(() => isPeakAt(0.500615)).toBe(true);
    expect(rendererBytes()).toBeLessThan(300 * MIB);
  });

  it("of 76 regions and a million samples are scrolled with a bound on what is read and drawn", async () => {
    for (const file of [files.large, files.chunked]) {
      const { page } = await open(file, "channels=all&start=50000&length=2000");
      await settled(page);
      const frames = await scroll(page, 50);
      await settled(page);
      // Two for each of 768 columns of pixels and of the bins that reach over an edge.
      expect(Math.max(...frames.map(({ points }) => points))).toBeLessThanOrEqual(76 * 2 * 770);
      expect(Math.min(...frames.map(({ points }) => points))).toBeGreaterThan(76);
      // A step is a tenth of the window, 121,600 bytes; what is read ahead is a window more, in whole blocks.
      expect(Math.max(...frames.map(({ bytes }) => bytes))).toBeLessThan(4 * MIB);
      // Of 50 steps, 10,000 samples, and the window with its neighbour: each block once.
      expect(frames.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(10 * MIB);
      await expect.poll(() => page.url()).toContain("start=60000&");
      expect(rendererBytes()).toBeLessThan(300 * MIB);
    }
  });
});

/** Moves the window to the right, a tenth of it for each frame; what was read and drawn for each. */
function scroll(page: Page, steps: number): Promise<{ readonly bytes: number; readonly points: number }[]> {
  return page.evaluate(async (count) => {
    const plot = document.querySelector(".series-plot");
    const canvas = plot?.querySelector("canvas");
    const read = () => Number(document.querySelector(".series")?.getAttribute("data-bytes-read"));
    const frames: { bytes: number; points: number }[] = [];
    let before = read();
    for (let step = 0; step < count; step += 1) {
      plot?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      const bytes = read();
      frames.push({ bytes: bytes - before, points: Number(canvas?.dataset["pointsDrawn"]) });
      before = bytes;
    }
    return frames;
  }, steps);
}
