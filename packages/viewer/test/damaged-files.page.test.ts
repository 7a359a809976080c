import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { rawZip } from "../../zip/test/support/raw-zip.js";
import { markedFile } from "./support/marked-file.js";
import { useViewer } from "./support/viewer.js";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));

describeWith(chromium)("of files that are damaged, foreign or in use, the page", () => {
  const folder = temporaryFolder("damaged");
  const viewer = useViewer();

  beforeAll(() => {
    const whole = readFileSync(fixture("h5py/small-latest.h5"));
    writeFileSync(folder("cut.h5"), whole.subarray(0, 3000));
    writeFileSync(folder("random.h5"), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)));
    writeFileSync(folder("empty.h5"), "");
    writeFileSync(folder("classic.nc"), "CDF\x01\0\0\0\0");
    writeFileSync(folder("no.zip"), "no archive");
    writeFileSync(folder("marked.h5"), markedFile());
    const entries = [{ name: "../<b>evil</b>.h5" }, { name: "good.h5", data: whole }, { name: "notes.txt" }];
    writeFileSync(folder("hostile.zip"), rawZip(entries));
  });

  it("says why they cannot be opened", async () => {
    const { page, openFiles } = await viewer.open();
    const said = async (name: string): Promise<string> => {
      await openFiles(folder(name));
      const alert = page.getByRole("alert");
      await alert.waitFor();
      const text = (await alert.textContent()) ?? "";
      await page.getByRole("button", { name: `Close ${name}` }).click();
      await alert.waitFor({ state: "detached" });
      return text;
    };
    expect(await said("cut.h5")).toBe(
      "cut.h5: the file is cut short: its superblock says 23562 bytes, there are 3000.",
    );
    expect(await said("random.h5")).toBe("random.h5: not an HDF5 file: no HDF5 signature in its 5000 bytes.");
    expect(await said("empty.h5")).toBe("empty.h5 is empty");
    expect(await said("classic.nc")).toBe(
      "classic.nc is no HDF5 file: it is a netCDF file of the classic format, not netCDF-4, which is HDF5",
    );
    await openFiles(folder("no.zip"));
    await page.getByText("no.zip is no ZIP archive that can be read").waitFor();
  });

  it("shows what can be read, and says why the rest cannot", async () => {
    const { page, openFiles } = await viewer.open("#file=crash-on-creation.h5&view=contents");
    await openFiles(fixture("damaged/crash-on-creation.h5"));
    await page.getByRole("row", { name: /\/gzip int64 40/ }).waitFor();
    await page
      .getByRole("row", { name: /\/named the object header at address 0x5ff cannot be read/ })
      .waitFor();
  });

  it.each([
    ["weather.nc", /\/stations compound \{height: float32, id: int32\} 3/],
    ["session.nwb", /\/acquisition\/ElectricalSeries\/data int16 100 × 4/],
    ["results.mat", /\/config\/compressed float64 100 × 10/],
  ])("shows %s of another program", async (name, row) => {
    const { page, openFiles } = await viewer.open(`#file=${name}&view=contents`);
    await openFiles(fixture(`foreign/${name}`));
    await page.getByRole("row", { name: row }).waitFor();
  });

  it("opens what an archive has besides, and says what of it is refused", async () => {
    const { page, openFiles } = await viewer.open("#file=good.h5&view=contents");
    await openFiles(folder("hostile.zip"));
    await page.getByRole("row", { name: /\/gzip int64 40/ }).waitFor();
    await page.getByText("1 cannot be opened").click();
    await page.getByText("../<b>evil</b>.h5: its name leads out of the folder (..)").waitFor();
    await page.getByText("1 other file").waitFor();
  });

  it("opens one that is marked as being written when it is told to", async () => {
    const { page, openFiles } = await viewer.open("#file=marked.h5&view=contents");
    await openFiles(folder("marked.h5"));
    await page.getByRole("alert").getByText("is marked as open for writing").waitFor();
    await page.getByRole("button", { name: "Open it as it is" }).click();
    await page.getByRole("table").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});
