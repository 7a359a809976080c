import { numpyPrintsTheSame } from "./support/numpy-prints.js";

numpyPrintsTheSame(3000, 1);
