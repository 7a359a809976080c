import { CALLS, describeExchanges } from "./exchanged-folders.js";

describeExchanges(["/1/d"], CALLS);
