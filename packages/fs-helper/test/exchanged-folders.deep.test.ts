import { CALLS, describeExchanges, LONG_CALLS } from "./exchanged-folders.js";

describeExchanges(["", "/1", "/1/d", "/1/d/e", "/2"], [...CALLS, ...LONG_CALLS]);
