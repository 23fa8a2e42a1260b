import { fifoDeliveryMax } from "../../functions/app/process/width.ts";
import type { FindRevenueResult } from "../../functions/app/revenue/find-revenue.ts";
import { drain } from "./drain.ts";
import { startEventSourceMapping } from "./event-source-mapping.ts";
import { type Functions, revenueConcurrency } from "./functions.ts";
import type { FunctionError } from "./lambda/function-error.ts";
import type { Options } from "./options.ts";
import { countMessages } from "./queues.ts";
import type { Services } from "./services.ts";

/**
 * A pass over the revenue of what was settled, and its queue until nothing of it waits: after the credit, as deployed.
 *
 * @returns whether it came to that
 */
export const netRevenue = async (
  { batchSize }: Pick<Options, "batchSize">,
  { sqs, revenueQueues }: Services,
  { revenue }: Functions,
  giveUp: AbortSignal,
  note: (line: string) => void,
): Promise<boolean> => {
  if (revenue === undefined || revenueQueues === undefined) return true;
  const failed = (error: FunctionError): undefined => {
    if (!giveUp.aborted) note(`an invocation of the revenue pass failed: ${error.errorType}: ${error.message}`);
  };
  const found = (await revenue.invoke({}).catch(failed)) as FindRevenueResult | undefined;
  if (found?.skipped !== undefined) note(`revenue was not looked at: ${found.skipped}`);
  const { work } = revenueQueues;
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: work.url,
    queueArn: work.arn,
    batchSize: Math.min(batchSize, fifoDeliveryMax),
    pollers: revenueConcurrency,
    invoke: (event) =>
      revenue.invoke(event).catch((error: FunctionError) => {
        failed(error);
        throw error;
      }),
  });
  try {
    const isDrained = await drain({ mapping, count: () => countMessages(sqs, work), giveUp, onProgress: () => {} });
    return isDrained && found !== undefined;
  } finally {
    mapping.stop();
    await mapping.finished;
  }
};
