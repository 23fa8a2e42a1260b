import type { SQSClient } from "@aws-sdk/client-sqs";
import type { OperatorConfig } from "../../app/config/config.ts";
import { systemClock } from "../../aws/clock.ts";
import { createDeadLetterQueue } from "../../aws/sqs/dead-letter-queue.ts";
import { readQueueDepth } from "../../aws/sqs/queue-depth.ts";
import { createWorkQueue } from "../../aws/sqs/work-queue.ts";
import type { Connection } from "../../zuora/http/connection.ts";
import { createPeriodsView } from "../../zuora/revenue/accounting-periods.ts";
import { createMovesLedger } from "../../zuora/revenue/moves-ledger.ts";
import { createRevenueCandidates } from "../../zuora/revenue/revenue-candidates.ts";
import { createRevenueLedger } from "../../zuora/revenue/revenue-ledger.ts";
import { operatorInvocation } from "./operator-invocation.ts";

/** Everything of the revenue pass that commands work with; undefined where the policy does not look at revenue. */
export const openRevenue = (
  { revenueQueueUrl, revenueDeadLetterQueueUrl, zuoraTimeZone: timeZone, policy }: OperatorConfig,
  sqs: SQSClient,
  connection: Connection,
) => {
  if (revenueQueueUrl === undefined || revenueDeadLetterQueueUrl === undefined) return undefined;
  const reading = { timeZone, optOutField: policy.optOutField, periods: createPeriodsView(systemClock.now) };
  return {
    deadLetters: createDeadLetterQueue(sqs, revenueDeadLetterQueueUrl),
    workQueue: createWorkQueue(sqs, revenueQueueUrl),
    depths: async () => {
      const [work, deadLetters] = await Promise.all([
        readQueueDepth(sqs, revenueQueueUrl),
        readQueueDepth(sqs, revenueDeadLetterQueueUrl),
      ]);
      return { work, deadLetters };
    },
    ledger: createRevenueLedger(connection, operatorInvocation(), reading),
    moves: (runId: string) => createMovesLedger(connection, operatorInvocation(runId), reading),
    candidates: (trackId?: string) => createRevenueCandidates(connection, operatorInvocation(trackId)),
  };
};
