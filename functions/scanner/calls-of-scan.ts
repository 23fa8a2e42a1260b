/** How the calls that a stage may have in flight are shared between a scan and the processors. */
export type SharedCalls = {
  /** All that a scan may have in flight while nothing is being settled. */
  readonly alone: number;
  /** What it may have however much is being settled. */
  readonly beside: number;
  /** What each processor may have. */
  readonly eachProcessor: number;
};

/** Lambda hands a processor as many messages of a FIFO queue at most: so many keep one busy at the least. */
const messagesOfProcessor = 10;

/**
 * How many calls a scan may have in flight that begins now: what the processors leave that have something to do.
 *
 * @param messages in the queue, those in hand included; SQS counts approximately
 */
export const callsOfScan = (messages: number, { alone, beside, eachProcessor }: SharedCalls): number =>
  Math.max(beside, alone - Math.ceil(messages / messagesOfProcessor) * eachProcessor);
