import { randomBytes, randomUUID } from "node:crypto";
import type { SqsStore, StoredMessage } from "./fauxqs.ts";
import { FifoQueue, moveMessage } from "./fifo-queue.ts";
import { SqsError } from "./sqs-error.ts";

type Task = {
  readonly TaskHandle: string;
  readonly SourceArn: string;
  readonly DestinationArn?: string;
  readonly MaxNumberOfMessagesPerSecond?: number;
  readonly ApproximateNumberOfMessagesToMove: number;
  readonly StartedTimestamp: number;
  Status: "RUNNING" | "COMPLETED" | "FAILED";
  ApproximateNumberOfMessagesMoved: number;
  FailureReason?: string;
};

type StartRequest = Pick<Task, "SourceArn" | "DestinationArn" | "MaxNumberOfMessagesPerSecond">;

/** SQS's limit on `MaxNumberOfMessagesPerSecond`. */
const messagesPerSecondMax = 500;

/** Message move tasks: SQS's way back from a dead-letter queue. */
export class MoveTasks {
  readonly #store: SqsStore;
  readonly #tasks: Task[] = [];

  constructor(store: SqsStore) {
    this.#store = store;
  }

  /** @throws {SqsError} where SQS refuses to begin */
  start(request: StartRequest): { TaskHandle: string } {
    const source = this.#store.getQueueByArn(request.SourceArn);
    if (!(source instanceof FifoQueue)) {
      throw new SqsError(
        "ResourceNotFoundException",
        "The resource that you specified for the SourceArn doesn't exist.",
      );
    }
    if (deadLetterSourcesOf(this.#store, source.arn).length === 0) {
      throw new SqsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.");
    }
    if (this.#tasks.some((task) => task.SourceArn === source.arn && task.Status === "RUNNING")) {
      throw new SqsError("UnsupportedOperation", "There is already a task running for this source queue.");
    }
    const task: Task = {
      ...request,
      TaskHandle: randomBytes(24).toString("base64"),
      Status: "RUNNING",
      ApproximateNumberOfMessagesMoved: 0,
      ApproximateNumberOfMessagesToMove: Number(source.getAllAttributes(["ApproximateNumberOfMessages"])[visible]),
      StartedTimestamp: Date.now(),
    };
    this.#tasks.unshift(task);
    setTimeout(() => this.#run(task, source), 20).unref();
    return { TaskHandle: task.TaskHandle };
  }

  /** The latest tasks of a queue; like SQS, only a running one shows its handle. */
  list({ SourceArn, MaxResults = 1 }: { SourceArn: string; MaxResults?: number }): { Results: Partial<Task>[] } {
    const tasks = this.#tasks.filter((task) => task.SourceArn === SourceArn).slice(0, MaxResults);
    return {
      Results: tasks.map(({ TaskHandle, ...task }) => (task.Status === "RUNNING" ? { TaskHandle, ...task } : task)),
    };
  }

  #run(task: Task, source: FifoQueue): void {
    for (let moved = 0; moved < (task.MaxNumberOfMessagesPerSecond ?? messagesPerSecondMax); moved++) {
      const isDone = task.ApproximateNumberOfMessagesMoved >= task.ApproximateNumberOfMessagesToMove;
      const message = isDone ? undefined : source.takeFirst();
      if (!message) {
        task.Status = "COMPLETED";
        return;
      }
      if (!this.#move(message, task)) {
        moveMessage(message, source);
        task.Status = "FAILED";
        task.FailureReason = "CouldNotDetermineMessageSource";
        return;
      }
      task.ApproximateNumberOfMessagesMoved++;
    }
    setTimeout(() => this.#run(task, source), 1000).unref();
  }

  #move(message: StoredMessage, { DestinationArn }: Task): boolean {
    const target = this.#store.getQueueByArn(DestinationArn ?? message.deadLetterQueueSourceArn ?? "");
    if (!target) return false;
    // A moved message is a new message to SQS: new id, counted from zero.
    const { deadLetterQueueSourceArn: _, approximateFirstReceiveTimestamp: __, ...rest } = message;
    moveMessage({ ...rest, messageId: randomUUID(), approximateReceiveCount: 0 }, target);
    return true;
  }
}

/** URLs of the queues whose redrive policy names this dead-letter queue. */
export const deadLetterSourcesOf = (store: SqsStore, deadLetterQueueArn: string): string[] =>
  [...store.allQueues()]
    .filter(({ attributes }) => attributes["RedrivePolicy"]?.includes(`"${deadLetterQueueArn}"`))
    .map(({ url }) => url);

const visible = "ApproximateNumberOfMessages";
