import { describeFaults } from "./faults.js";

await describeFaults({
  "with each changing call refused": { action: "fail" },
  "on a disk that stays full": {
    action: "fail",
    calls: ["write", "mkdir", "open"],
    errno: "ENOSPC",
    times: Number.POSITIVE_INFINITY,
  },
  "stopped in each changing call": { action: "stop", effects: ["half"] },
  "with writes that take only a part": { action: "truncate", calls: "write" },
});
