import { randomUUID } from "node:crypto";
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { processRevenue } from "../../../functions/app/revenue/process-revenue.ts";
import type { Delivery } from "../../../functions/app/settle/ports.ts";
import { processDeliveries } from "../../../functions/app/settle/process-deliveries.ts";
import { Landing } from "../../../functions/app/settle/rounds/landing.ts";
import { SharedTrouble } from "../../../functions/app/settle/rounds/shared-trouble.ts";
import { keepSwitch } from "../../../functions/aws/parameters.ts";
import { createDeliveries, toDelivery } from "../../../functions/aws/sqs/deliveries.ts";
import { findSystem } from "../../../functions/ops/system/find-system.ts";
import { openSystem } from "../../../functions/ops/system/open-system.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { sqsEventOf } from "../../local/sqs-event.ts";
import { CollectedTelemetry } from "../../unit/fakes/collected-telemetry.ts";

const noAws = (): never => {
  throw new Error("no AWS here");
};

type Opened = ReturnType<typeof openSystem>;
type Urls = { readonly workQueueUrl: string; readonly deadLetterQueueUrl: string };
type Common = ReturnType<typeof commonOf>;

/**
 * Does what the processors do until the work queue gives nothing more: what is hidden, since it waits, stays.
 *
 * @param local the file that describes the system
 */
export const workOff = (local: string): Promise<CollectedTelemetry> =>
  workThrough(
    local,
    ({ config: { workQueueUrl, deadLetterQueueUrl } }) => ({ workQueueUrl, deadLetterQueueUrl }),
    (system, common, deliveries) =>
      processDeliveries(
        {
          ...common,
          ledgerFor: system.ledger,
          trouble: new SharedTrouble(system.clock.now),
          landing: new Landing(system.clock.now),
          invocationId: randomUUID(),
        },
        deliveries,
      ),
  );

/** The same of the revenue pass and its queue. */
export const workOffRevenue = (local: string): Promise<CollectedTelemetry> =>
  workThrough(
    local,
    ({ config }) => ({
      workQueueUrl: config.revenueQueueUrl ?? "",
      deadLetterQueueUrl: config.revenueDeadLetterQueueUrl ?? "",
    }),
    (system, common, deliveries) => {
      const { revenue } = system;
      if (revenue === undefined) throw new Error("the system does not look at revenue");
      return processRevenue({ ...common, ledgerFor: () => revenue.ledger }, deliveries);
    },
  );

const commonOf = (system: Opened, sqs: SQSClient, urls: Urls, telemetry: CollectedTelemetry) => ({
  deliveries: createDeliveries(sqs, urls),
  // As the processors do: Parameter Store allows few reads a second.
  switchReader: keepSwitch(system.switchReader, system.clock),
  telemetry,
  clock: system.clock,
  random: system.random,
  remainingMs: () => 60_000,
  policy: system.policy,
  maxReceiveCount: 5,
  backoffMaxSeconds: 1,
  setAsideAfterSeconds: 6,
  writeTimeMs: 0,
});

const workThrough = async (
  local: string,
  urlsOf: (system: Opened) => Urls,
  process: (system: Opened, common: Common, deliveries: readonly Delivery[]) => Promise<readonly string[]>,
): Promise<CollectedTelemetry> => {
  const found = await findSystem({ local }, {}, noAws);
  const system = openSystem(found, () => {});
  const sqs = new SQSClient({ endpoint: found.endpoints?.sqs ?? noAws(), region, credentials });
  const urls = urlsOf(system);
  const telemetry = new CollectedTelemetry();
  const common = commonOf(system, sqs, urls, telemetry);
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: urls.workQueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      if (Messages.length === 0) return telemetry;
      const { Records } = sqsEventOf(Messages, "arn:aws:sqs:eu-west-2:000000000000:work.fifo");
      const kept = await process(system, common, Records.map(toDelivery));
      const done = Messages.filter(({ MessageId = "" }) => !kept.includes(MessageId));
      if (done.length === 0) continue;
      const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: urls.workQueueUrl, Entries }));
    }
  } finally {
    sqs.destroy();
    system.close();
  }
};
