import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./account/acknowledge.ts";
import { functionTimeoutSecondsMax } from "./timeouts.ts";

/** SQS's longest retention: two weeks for somebody to come back from holiday. */
const retentionDays = 14;

/** What every queue here has: encrypted, TLS only, and kept as long as SQS keeps anything. */
const safeQueue = (key: IKey | undefined): QueueProps => ({
  ...(key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
  enforceSSL: true,
  retentionPeriod: Duration.days(retentionDays),
});

/** Where EventBridge and Lambda leave the scans that could not be started or failed. */
export class MissedScans extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, key: IKey | undefined) {
    super(scope, id);
    this.queue = new Queue(this, "Queue", safeQueue(key));
    acknowledgeLastStop(this.queue);
  }
}

/** How often a scan of what was called out may fail before the scheduled one is left to find it. */
const postingReceivesMax = 3;

/** What Zuora called out, until one scan takes it together. */
export class Postings extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { missedScans, key }: { missedScans: Queue; key: IKey | undefined }) {
    super(scope, id);
    this.queue = new Queue(this, "Queue", {
      ...safeQueue(key),
      // A scan that dies is tried again when it cannot run any more.
      visibilityTimeout: Duration.seconds(functionTimeoutSecondsMax),
      deadLetterQueue: { queue: missedScans, maxReceiveCount: postingReceivesMax },
    });
  }
}

/** What lies here has failed already; alarms watch it, and people take it from here. */
const acknowledgeLastStop = (queue: Queue): void => {
  acknowledge(queue, "AwsSolutions::AwsSolutions-SQS3", "It is itself where failures end; an alarm watches it.");
  acknowledge(
    queue,
    "Serverless::Serverless-SQSRedrivePolicy",
    "It is itself where failures end; an alarm watches it.",
  );
};

export type WorkQueueProps = {
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
  readonly key: IKey | undefined;
};

/** A queue that cannot lose work quietly: it comes with its dead-letter queue, in order and one account at a time. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { visibilityTimeoutSeconds, maxReceiveCount, key }: WorkQueueProps) {
    super(scope, id);
    const fifo = {
      ...safeQueue(key),
      fifo: true,
      // Together these are SQS's high-throughput mode.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    };
    this.deadLetterQueue = new Queue(this, "DeadLetters", fifo);
    acknowledgeLastStop(this.deadLetterQueue);
    this.queue = new Queue(this, "Queue", {
      ...fifo,
      visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
  }
}
