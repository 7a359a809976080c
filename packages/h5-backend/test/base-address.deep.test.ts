import { temporaryFolder } from "../../../test/support/h5py.js";
import { h5py, itWith } from "../../../test/support/judges.js";
import { checkBaseAddresses } from "./support/base-address.js";

const folder = temporaryFolder();

itWith(h5py)(
  "every superblock behind every user block, where it states it and elsewhere, is read and changed as h5py does",
  () => checkBaseAddresses(folder, [0, 1, 2, 3], [0, 512, 1024, 4096]),
  300_000,
);
