import { randomBytes } from "node:crypto";
import type { Closers } from "./closers.ts";
import { startEventSourceMapping } from "./event-source-mapping.ts";
import { localNames } from "./function-environment.ts";
import { startFunctionUrl } from "./function-url.ts";
import type { Functions } from "./functions.ts";
import type { Services } from "./services.ts";

/** A bill run that was posted and called out. */
export type CalledOut = {
  /** The scan that the callout started. */
  readonly scan: () => Promise<unknown>;
  /** How long after posting its invoices were settled: one line. */
  readonly told: () => string;
};

const invoicesOfRun = 10;

/** Posts a bill run in the simulated tenant, whose callout reaches our endpoint over HTTP and starts the scanner. */
export const callOut = async (services: Services, functions: Functions, closers: Closers): Promise<CalledOut> => {
  const { simulated, standIns, sqs, postings } = services;
  const { scanner, billRun: endpoint } = functions;
  if (simulated === undefined || endpoint === undefined) throw new RangeError("only the simulated tenant calls out");
  const hmacKey = randomBytes(32).toString("hex");
  standIns.secrets.set(localNames.calloutSecretId, JSON.stringify({ hmacKey }));
  const { promise: scan, resolve } = Promise.withResolvers<unknown>();
  // Whoever waits for the scan is told of its failure; until then nobody is.
  scan.catch(() => {});
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: postings.url,
    queueArn: postings.arn,
    batchSize: 10,
    pollers: 1,
    invoke: (event) => {
      const scanned = scanner.invoke(event);
      resolve(scanned);
      return scanned;
    },
  });
  closers.add({
    stop: async () => {
      mapping.stop();
      await mapping.finished;
    },
  });
  const { url } = closers.add(await startFunctionUrl(endpoint));
  const billRun = await simulated.postBillRun(invoicesOfRun, { url, hmacKey });
  return {
    scan: () => scan,
    told: () => {
      const ms = simulated.settledAfterMs(billRun);
      const many = `${billRun.number}: ${billRun.invoices.length} negative invoices`;
      return ms === undefined
        ? `${many}, not all settled`
        : `${many}, settled ${(ms / 1000).toFixed(1)} s after posting`;
    },
  };
};
