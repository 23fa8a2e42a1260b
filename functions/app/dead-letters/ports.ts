/** A message of the dead-letter queue, hidden from everybody else until it is deleted or released. */
export type DeadLetter = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly messageGroupId: string;
  /** Text of the message attributes: what `DeadLetterReason` wrote, or nothing where SQS itself set it aside. */
  readonly attributes: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly sentAt: string;
  readonly receiveCount: number;
};

/** How many messages a queue holds, roughly. */
export type QueueDepth = { readonly visible: number; readonly hidden: number };

/** The dead-letter queue in the hands of an operator. */
export type DeadLetterQueue = {
  /**
   * Takes at most ten messages and hides them. SQS gives no more of an account while some of its messages are hidden.
   *
   * @returns none when there is none to be had now
   */
  receive(hideSeconds: number): Promise<readonly DeadLetter[]>;
  /** @returns those that could not be deleted, since they came back to the queue meanwhile */
  delete(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]>;
  /** Makes messages visible again at once. */
  release(letters: readonly DeadLetter[]): Promise<void>;
  depth(): Promise<QueueDepth>;
};
