import type { RuleGroup } from "../rule.js";
import type { StorageContext } from "../storage-context.js";
import { appendRefusalRules, appendRules } from "./append.js";
import { appendBufferedRules } from "./append-buffered.js";
import { byteTextRules } from "./byte-texts.js";
import { concurrencyRules } from "./concurrency.js";
import { exactRules } from "./exact.js";
import { faultRules } from "./faults.js";
import { fieldRules } from "./fields.js";
import { missingAndForeignRules } from "./foreign.js";
import { largeRules, manyNodesRules } from "./large.js";
import { layoutRules } from "./layout.js";
import { lifecycleRules } from "./lifecycle.js";
import { listRules } from "./list.js";
import { metadataRules, removeMetadataRules } from "./metadata.js";
import { metadataValueRules } from "./metadata-values.js";
import { diskModelRules, modelRules } from "./model.js";
import { nameRules } from "./names.js";
import { optionRules } from "./options.js";
import { overwriteRules } from "./overwrite.js";
import { processRules } from "./processes.js";
import { readRules } from "./read.js";
import { remoteRules } from "./remote.js";
import { removeRules } from "./remove.js";
import { selectRules } from "./select.js";
import { storeRules } from "./store.js";
import { storeBlocksRules } from "./store-blocks.js";
import { storedRules } from "./stored.js";
import { streamRules } from "./stream.js";
import { versionRules } from "./version.js";

/** The contract of `StorageManager`, each rule once. */
export const storageManagerRules: readonly RuleGroup<StorageContext>[] = [
  storeRules,
  overwriteRules,
  storeBlocksRules,
  layoutRules,
  optionRules,
  appendRules,
  appendRefusalRules,
  appendBufferedRules,
  readRules,
  selectRules,
  streamRules,
  fieldRules,
  removeRules,
  metadataValueRules,
  metadataRules,
  removeMetadataRules,
  exactRules,
  versionRules,
  listRules,
  nameRules,
  byteTextRules,
  concurrencyRules,
  processRules,
  lifecycleRules,
  missingAndForeignRules,
  storedRules,
  faultRules,
  remoteRules,
  largeRules,
  manyNodesRules,
  modelRules,
  diskModelRules,
];
