import { randomUUID } from "node:crypto";
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { processDeliveries } from "../../../functions/app/settle/process-deliveries.ts";
import { SharedTrouble } from "../../../functions/app/settle/rounds/shared-trouble.ts";
import { createDeliveries, toDelivery } from "../../../functions/aws/deliveries.ts";
import { findSystem } from "../../../functions/ops/system/find-system.ts";
import { openSystem } from "../../../functions/ops/system/open-system.ts";
import { credentials, region } from "../../local/aws-client-settings.ts";
import { sqsEventOf } from "../../local/sqs-event.ts";
import { CollectedTelemetry } from "../../unit/fakes/collected-telemetry.ts";

const noAws = (): never => {
  throw new Error("no AWS here");
};

/**
 * Does what the processors do until the work queue gives nothing more: what is hidden, since it waits, stays.
 *
 * @param local the file that describes the system
 */
export const workOff = async (local: string): Promise<CollectedTelemetry> => {
  const found = await findSystem({ local }, {}, noAws);
  const system = openSystem(found, () => {});
  const sqs = new SQSClient({ endpoint: found.endpoints?.sqs ?? noAws(), region, credentials });
  const { workQueueUrl, deadLetterQueueUrl } = system.config;
  const telemetry = new CollectedTelemetry();
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: workQueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      if (Messages.length === 0) return telemetry;
      const kept = await processDeliveries(
        {
          ledgerFor: system.ledger,
          deliveries: createDeliveries(sqs, { workQueueUrl, deadLetterQueueUrl }),
          switchReader: system.switchReader,
          telemetry,
          clock: system.clock,
          random: system.random,
          remainingMs: () => 60_000,
          policy: system.policy,
          trouble: new SharedTrouble(system.clock.now),
          invocationId: randomUUID(),
          maxReceiveCount: 5,
          backoffMaxSeconds: 1,
          writeTimeMs: 0,
        },
        sqsEventOf(Messages, "arn:aws:sqs:eu-west-2:000000000000:work.fifo").Records.map(toDelivery),
      );
      const done = Messages.filter(({ MessageId = "" }) => !kept.includes(MessageId));
      if (done.length === 0) continue;
      const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: workQueueUrl, Entries }));
    }
  } finally {
    sqs.destroy();
    system.close();
  }
};
