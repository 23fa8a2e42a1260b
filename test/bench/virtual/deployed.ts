import { stages } from "../../../infra/settings.ts";
import { callsOfScanAlone, processorCalls } from "../../../infra/zuora-calls.ts";
import type { Stage } from "./measure-virtually.ts";

const { prod } = stages;

/** A stage as it is deployed. */
export const deployed: Stage = {
  scannerCalls: callsOfScanAlone(prod),
  processors: prod.processorsMax,
  processorCalls: processorCalls(prod),
  accountsTogether: prod.accountsTogetherMax,
};
