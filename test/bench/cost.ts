import { switchKeptMs } from "../../functions/aws/parameters.ts";
import { table } from "../../functions/ops/text/table.ts";
import { stages } from "../../infra/settings.ts";
import { callsOfScanAlone } from "../../infra/zuora-calls.ts";
import type { Measured } from "./measure.ts";
import { latency } from "./tenant.ts";

const scaledTo = 100_000;
const million = 1_000_000;

/** As deployed: what Lambda bills each function's time by. */
const memoryGib = { processor: stages.prod.processorMemoryMb / 1_024, scanner: stages.prod.scannerMemoryMb / 1_024 };

/**
 * Public list prices in US dollars, to be checked for a region: Lambda on arm64 a GB-second, SQS FIFO a million
 * requests, CloudWatch a gigabyte of logs taken in. Parameter Store asks nothing for its standard parameters.
 */
const prices = { gbSecond: 0.0000133334, millionRequests: 0.5, logGigabyte: 0.5 } as const;

/** What a processor writes of an account: `test/infra/standing-cost.test.ts` measures it. */
const logBytesEach = 1_050;

/** Sent, received and deleted in tens, however wide a batch is. */
const requestsEach = 3 / 10;

/** What a cost follows from. */
type Paced = Pick<Measured, "accounts" | "calls" | "seconds" | "scanSeconds">;

const whole = (value: number): string => Math.round(value).toLocaleString("en");

/**
 * What so many accounts cost, scaled from a measured run: calls, Lambda's GB-seconds, requests to SQS and SSM, logs.
 */
export const costTable = (own: Paced, processors: number): string => {
  const scale = scaledTo / own.accounts;
  const processorGbSeconds = processors * memoryGib.processor * (own.seconds - own.scanSeconds) * scale;
  const scannerGbSeconds = memoryGib.scanner * own.scanSeconds * scale;
  const requests = scaledTo * requestsEach;
  const logBytes = scaledTo * logBytesEach;
  const running = (processorGbSeconds + scannerGbSeconds) * prices.gbSecond + (requests / 1e6) * prices.millionRequests;
  const logs = (logBytes / 1e9) * prices.logGigabyte;
  return table(
    [`Per ${whole(scaledTo)} accounts, from ${whole(own.accounts)}`, "How much"],
    [
      ["calls to Zuora", whole((own.calls / own.accounts) * scaledTo)],
      ["processors, GB-seconds", whole(processorGbSeconds)],
      ["scanner, GB-seconds", whole(scannerGbSeconds)],
      ["requests to SQS", whole(requests)],
      ["readings of the switch, at most", whole(processorGbSeconds / memoryGib.processor / (switchKeptMs / 1000))],
      ["megabytes of logs", whole(logBytes / 1e6)],
      ["US dollars, Lambda and SQS at list prices", running.toFixed(2)],
      ["US dollars, logs", logs.toFixed(2)],
      ["US dollars, all of it", (running + logs).toFixed(2)],
    ],
    ["How much"],
  );
};

/**
 * How long a million accounts take: the scan as long as measured, and its further rows by the tenant's own pace;
 * settling as long as measured.
 */
export const modelOfMillion = (own: Paced): string => {
  const furtherRows = million - own.accounts;
  const scanSeconds = own.scanSeconds + (furtherRows * latency.perRowMs) / 1000 / callsOfScanAlone(stages.prod);
  const settleSeconds = ((own.seconds - own.scanSeconds) / own.accounts) * million;
  const minutes = (seconds: number) => (seconds / 60).toFixed(1);
  return (
    `A million accounts, from ${whole(own.accounts)}: ${whole((own.calls / own.accounts) * million)} calls, ` +
    `scan ${minutes(scanSeconds)} min and settling ${minutes(settleSeconds)} min, ${minutes(scanSeconds + settleSeconds)} in all`
  );
};
