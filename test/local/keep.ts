import { fifoDeliveryMax } from "../../functions/app/process/width.ts";
import type { RevenueOutcomeLine } from "../../functions/app/revenue/tell-revenue.ts";
import type { AccountOutcomeLine } from "../../functions/app/settle/outcome.ts";
import type { Closers } from "./closers.ts";
import { startEventSourceMapping } from "./event-source-mapping.ts";
import { createFunctions, revenueConcurrency } from "./functions.ts";
import { startLoopbackServer } from "./loopback-server.ts";
import { openConsole } from "./open-console.ts";
import type { Options } from "./options.ts";
import { outcomeIn, revenueIn } from "./outcome-line.ts";
import type { Services } from "./services.ts";
import { breakingText, OwnTroubles } from "./ways-to-break.ts";

export type KeepSettings = {
  readonly options: Options;
  readonly services: Services;
  /** What the functions are given, and what `ops` is told. */
  readonly environment: Readonly<Record<string, string>>;
  readonly closers: Closers;
  readonly interrupted: AbortSignal;
  readonly note: (line: string) => void;
};

/** Leaves the system up, its processor at work, until somebody interrupts it; says how to point `ops` at it. */
export const keepUp = async (settings: KeepSettings): Promise<void> => {
  const { options, services, environment, closers, interrupted, note } = settings;
  const onLog = (line: string) => {
    const outcome = outcomeIn(line);
    if (outcome) note(outcomeText(outcome));
    const ofRevenue = revenueIn(line);
    if (ofRevenue) note(revenueText(ofRevenue));
  };
  const troubles = new OwnTroubles(services.sqs, services.workQueue.url);
  const { processor, revenue } = await createFunctions(options, environment, onLog, closers);
  const description = closers.add(
    await startLoopbackServer(async ({ method, url = "/" }, response) => {
      const answer = method === "POST" ? await troubles.begin(url, Date.now()) : environment;
      response
        .writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" })
        .end(JSON.stringify(answer ?? { message: "expected POST /poison or /die?seconds=60" }));
    }),
  );
  const mapping = startEventSourceMapping({
    sqs: services.sqs,
    queueUrl: services.workQueue.url,
    queueArn: services.workQueue.arn,
    batchSize: Math.min(fifoDeliveryMax, options.batchSize),
    pollers: options.concurrency,
    invoke: async (event) => {
      troubles.mayDie(Date.now());
      return processor.invoke(event);
    },
  });
  const { revenueQueues } = services;
  const ofRevenue =
    revenue === undefined || revenueQueues === undefined
      ? undefined
      : startEventSourceMapping({
          sqs: services.sqs,
          queueUrl: revenueQueues.work.url,
          queueArn: revenueQueues.work.arn,
          batchSize: Math.min(fifoDeliveryMax, options.batchSize),
          pollers: revenueConcurrency,
          invoke: revenue.invoke.bind(revenue),
        });
  if (options.console) {
    const page = closers.add(await openConsole(description.url, { note, interrupted }));
    for (const line of ["", "The page, for a browser on this machine:", `  ${page.url}`]) note(line);
  }
  for (const line of instructions(services, description.url)) note(line);
  const ended = new Promise<void>((resolve) => interrupted.addEventListener("abort", () => resolve(), { once: true }));
  try {
    if (!interrupted.aborted) await Promise.race([ended, mapping.finished, ...(ofRevenue ? [ofRevenue.finished] : [])]);
  } finally {
    mapping.stop();
    ofRevenue?.stop();
    await Promise.all([processor.stop(), revenue?.stop()]);
    await Promise.all([mapping.finished, ofRevenue?.finished]);
  }
};

const instructions = ({ addresses, simulated }: Services, local: string): readonly string[] => [
  "",
  "The system is up, and its processor works through whatever is queued.",
  "Ctrl-C ends it. In another shell:",
  `  npm run ops -- --local ${local} status`,
  `  npm run ops -- --local ${local} --help`,
  ...(simulated === undefined
    ? []
    : breakingText({ zuora: addresses.zuoraBaseUrl, local, adjusted: simulated.lastAdjusted() })),
  "",
];

const revenueText = ({ accountId, outcome, code, waitReason }: RevenueOutcomeLine): string =>
  ["revenue of account", accountId, outcome, code ?? waitReason ?? ""].join(" ").trimEnd();

const outcomeText = ({ accountId, outcome, code, waitReason }: AccountOutcomeLine): string =>
  ["account", accountId, outcome, code ?? waitReason ?? ""].join(" ").trimEnd();
