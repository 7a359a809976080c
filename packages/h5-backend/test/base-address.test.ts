import { temporaryFolder } from "../../../test/support/h5py.js";
import { h5py, itWith } from "../../../test/support/judges.js";
import { checkBaseAddresses } from "./support/base-address.js";

const folder = temporaryFolder();

itWith(h5py)(
  "a file whose superblock states another base address than where it lies is read and changed as h5py does",
  () => checkBaseAddresses(folder, [0, 3], [0, 1024]),
  60_000,
);
