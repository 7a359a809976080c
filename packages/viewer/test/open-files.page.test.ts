import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ZarrStorageManager } from "@tvb-storage/zarr-backend";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { servedFiles } from "../../../test/support/served-files.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { useViewer } from "./support/viewer.js";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));
const zarrFixture = fileURLToPath(
  new URL("../../zarr-backend/test/fixtures/zarr-python/hierarchy.zarr", import.meta.url),
);
const CONNECTIVITY = "Connectivity_0c0de000000000000000000000000001.h5";

/** The address of the page that shows what is in a file. */
const contentsOf = (path: string): string => `#${new URLSearchParams({ file: path, view: "contents" })}`;

/** Waits until the page lists a node, with its type or what is said of it. */
const lists = (page: Page, node: string | RegExp): Promise<void> =>
  page.getByRole("row", { name: node }).first().waitFor();

describeWith(chromium)("the page opens", () => {
  const folder = temporaryFolder("open");
  const viewer = useViewer(
    servedFiles((path) => {
      try {
        return readFileSync(folder(path.slice(1)));
      } catch {
        return undefined; // a folder, or nothing
      }
    }),
  );
  /** Of a file of `folder` on the server. */
  const addressOf = (name: string): string => new URL(`/${name}`, viewer.address).href;

  beforeAll(async () => {
    mkdirSync(folder("Study/1"), { recursive: true });
    copyFileSync(fixture("h5py/numbers.h5"), folder("Study/1/numbers.h5"));
    // Its name does not tell.
    copyFileSync(fixture("h5py/small-latest.h5"), folder("Study/1/recording.dat"));
    writeFileSync(folder("Study/README.md"), "nothing to see");
    writeFileSync(folder("Study/notes"), "nothing to see");
    cpSync(zarrFixture, folder("Study/hierarchy.zarr"), { recursive: true });
    const zarr = new ZarrStorageManager(folder("made.zarr"));
    await zarr.storeData(new Float32Array([1, 2, 3]), "rows/first");
    copyFileSync(fixture("exports/project.zip"), folder("project.zip"));
    copyFileSync(fixture("exports/project.zip"), folder("Study/old.zip"));
    copyFileSync(fixture("h5py/numbers.h5"), folder("numbers.h5"));
  });

  it("several files of the file dialog, an archive among them, and closes them again", async () => {
    const { page, openFiles } = await viewer.open(contentsOf("weather.nc"));
    await openFiles(
      fixture("foreign/weather.nc"),
      fixture("foreign/session.nwb"),
      fixture("exports/project.zip"),
    );
    await lists(page, /\/temperature int16 2 × 3 × 4/);
    const opened = page.getByRole("list", { name: "Opened" });
    expect(await opened.locator("li > div > span").allTextContents()).toEqual(["2 files", "project.zip"]);
    await page.getByRole("button", { name: "Close 2 files" }).click();
    expect(await opened.locator("li > div > span").allTextContents()).toEqual(["project.zip"]);
    expect(await page.getByRole("navigation", { name: "Files" }).textContent()).not.toContain("weather.nc");
  });

  it("a folder of the folder dialog: HDF5 by name or signature, a hierarchy as one, others counted", async () => {
    const { page } = await viewer.open(contentsOf("Study/hierarchy.zarr"));
    await page.getByLabel("Open a folder").setInputFiles(folder("Study"));
    await lists(page, /\/types\/inner\/i4 int32 3/);
    const files = await page.getByRole("navigation", { name: "Files" }).textContent();
    expect(files).toContain("numbers.h5");
    expect(files).toContain("recording.dat");
    await page.getByText("2 other files").click();
    await page.getByText("Study/README.md").waitFor();
    await page.getByText("1 ZIP archive").click();
    await page.getByRole("button", { name: "Open Study/old.zip" }).click();
    await page.getByRole("button", { name: "Close old.zip" }).waitFor();
  });

  it("files and folders that are dropped on it", async () => {
    const { page } = await viewer.open(contentsOf("Study/1/numbers.h5"));
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [folder("Study"), folder("project.zip")], dragOperationsMask: 1 };
    const drag = (type: "dragEnter" | "dragOver" | "drop") =>
      session.send("Input.dispatchDragEvent", { type, x: 400, y: 400, data });
    await drag("dragEnter");
    await drag("dragOver");
    await page.getByText("Drop files or folders to open them").waitFor();
    await drag("drop");
    await lists(page, /\/array_be_i2 int16 4 × 2 × 3/);
    expect(await page.getByText("Drop files or folders").count()).toBe(0);
    // The tree has elements for rows in sight only.
    await page.getByLabel("Filter files").fill("hierarchy");
    await page.getByRole("treeitem", { name: /^hierarchy.zarr/ }).waitFor();
    await page.getByLabel("Filter files").fill("connectivity");
    await page.getByRole("treeitem").and(page.getByTitle(CONNECTIVITY)).waitFor();
  });

  it("an address of an HDF5 file, by ranges; the page's address holds it", async () => {
    const { page } = await viewer.open(contentsOf("numbers.h5"));
    await page.getByLabel("Address of a file").fill(addressOf("numbers.h5"));
    await page.keyboard.press("Enter");
    await lists(page, /\/array_be_i2 int16 4 × 2 × 3/);
    await expect
      .poll(() => new URLSearchParams(new URL(page.url()).hash.slice(1)).get("open"))
      .toBe(addressOf("numbers.h5"));
    await page.reload();
    await lists(page, /\/array_be_i2 int16 4 × 2 × 3/);
  });

  it("addresses of a Zarr hierarchy and of an archive", async () => {
    const open = new URLSearchParams([
      ["open", addressOf("made.zarr/zarr.json")],
      ["open", addressOf("project.zip")],
      ["file", "made.zarr"],
      ["view", "contents"],
    ]);
    const { page } = await viewer.open(`#${open}`);
    await lists(page, /\/rows\/first float32 3/);
    await page.getByRole("treeitem").and(page.getByTitle(CONNECTIVITY)).waitFor();
  });

  it("entries of an archive, inflated when they are looked at", async () => {
    const { page, openFiles } = await viewer.open(contentsOf(`1/${CONNECTIVITY}`));
    await openFiles(fixture("exports/project.zip"));
    await lists(page, /\/weights/);
    // Of the archive's 3560 bytes, those of the entry alone: 30 of its header, and 820.
    const read = page.locator("[data-bytes-read]");
    await expect.poll(() => read.getAttribute("data-bytes-read")).toBe("850");
    expect(await read.textContent()).toBe("Read 850 bytes of 7.3 KiB");
  });

  it("what it cannot read with the reason", async () => {
    const { page, errors } = await viewer.open();
    await page.getByLabel("Address of a file").fill("ftp://host/file.h5");
    await page.getByRole("button", { name: "Open the address" }).click();
    await page.getByRole("alert").getByText("is no address of a file; give one such as https://").waitFor();
    await page.getByRole("textbox", { name: "Address of a file" }).fill("https://me:secret@host/file.h5");
    await page.getByRole("button", { name: "Open the address" }).click();
    await page.getByRole("alert").getByText("the address of host/file.h5 has a user or a password").waitFor();
    expect(await page.content()).not.toContain("me:secret");
    expect(errors).toEqual([]);
  });
});
