import { switchKeptMs } from "../../functions/aws/parameters.ts";
import { table } from "../../functions/ops/text/table.ts";
import type { Measured } from "./measure.ts";

const scaledTo = 100_000;

/** As deployed: what Lambda bills each function's time by. */
const memoryGib = 0.5;

/** Public list prices in US dollars, to be checked for a region: Lambda on arm64 a GB-second, SQS FIFO a million requests. */
const prices = { gbSecond: 0.0000133334, millionRequests: 0.5 } as const;

/** What so many accounts cost, scaled from a measured run: calls, Lambda's GB-seconds, requests to SQS and SSM. */
export const costTable = (own: Measured, concurrency: number): string => {
  const scale = scaledTo / own.accounts;
  const processorGbSeconds = concurrency * memoryGib * (own.seconds - own.scanSeconds) * scale;
  const scannerGbSeconds = memoryGib * own.scanSeconds * scale;
  const batches = scaledTo / own.batchSize;
  // Sent by the scanner in tens; received and deleted in batches.
  const requests = scaledTo / 10 + 2 * batches;
  const dollars = (processorGbSeconds + scannerGbSeconds) * prices.gbSecond + (requests / 1e6) * prices.millionRequests;
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  return table(
    [`Per ${whole(scaledTo)} accounts, from ${whole(own.accounts)}`, "How much"],
    [
      ["calls to Zuora", whole((own.calls / own.accounts) * scaledTo)],
      ["processors, GB-seconds", whole(processorGbSeconds)],
      ["scanner, GB-seconds", whole(scannerGbSeconds)],
      ["requests to SQS", whole(requests)],
      ["readings of the switch, at most", whole(processorGbSeconds / memoryGib / (switchKeptMs / 1000))],
      ["US dollars, Lambda and SQS at list prices", dollars.toFixed(2)],
    ],
    ["How much"],
  );
};
