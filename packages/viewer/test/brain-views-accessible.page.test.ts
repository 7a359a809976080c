import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { chromium, describeWith, h5py } from "../../../test/support/judges.js";
import { seriousViolations } from "./support/axe.js";
import { type BrainFiles, GIDS, writeBrain } from "./support/brain-files.js";
import { useViewer } from "./support/viewer.js";

describeWith(chromium, h5py)("axe finds nothing serious", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("accessible");
  let files: BrainFiles;
  beforeAll(() => {
    files = writeBrain(folder());
  });

  it.each([
    ["in matrices in light", "light", `#file=Connectivity_${GIDS.connectivity}.h5&scale=log&cell=1,2`],
    ["in matrices in the dark", "dark", `#file=Connectivity_${GIDS.connectivity}.h5&scale=log&cell=1,2`],
    ["in the 3D graph", "light", `#file=Connectivity_${GIDS.connectivity}.h5&view=graph&region=1`],
    ["in functional connectivity", "dark", `#file=CorrelationCoefficients_${GIDS.correlations}.h5`],
    ["in a surface", "dark", `#file=CorticalSurface_${GIDS.surface}.h5&region=0`],
  ] as const)("%s", async (_what, colorScheme, hash) => {
    const { page, openFiles } = await viewer.open(hash);
    await openFiles(...Object.values(files));
    await page.getByRole("img").first().waitFor();
    await page.emulateMedia({ colorScheme });
    expect(await seriousViolations(page)).toEqual([]);
  });
});
