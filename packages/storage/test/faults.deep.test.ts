import { describeFaults } from "./faults.js";

await describeFaults({
  "with each call refused, reading ones too,": { action: "fail", calls: "any" },
  "stopped before, in and after each changing call": { action: "stop" },
});
