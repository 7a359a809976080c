import { afterAll, it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5py, h5stat } from "../../../test/support/judges.js";
import { H5pyServer } from "./removal/h5py-server.js";
import { ORIGINS, runSequence } from "./removal/run-sequences.js";

describeWith(h5py, h5stat)("35 random sequences of calls on a file", () => {
  const file = temporaryFolder();
  const server = new H5pyServer();
  afterAll(() => server.close());

  it.each(ORIGINS)("leave what h5py can read and go on with; first written by %s", async (origin) => {
    for (let seed = 100; seed < 135; seed++)
      await runSequence(server, file(`${origin}${seed}.h5`), origin, seed);
  });
});
