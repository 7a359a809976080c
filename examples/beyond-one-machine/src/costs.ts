#!/usr/bin/env node
import { UserMistake } from "@tvb-storage/example-quickstart/user-mistake";
import { costReport } from "./cost-model/cost-report.js";

try {
  console.log(costReport(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof UserMistake ? `error: ${error.message}` : error);
  process.exitCode = 1;
}
