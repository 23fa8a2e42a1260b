import type { DeadLetter, DeadLetterQueue } from "../../../functions/app/dead-letters/ports.ts";
import { writeMessage } from "../../../functions/app/message.ts";

/** A dead letter of an account as the processor writes it, but for what the test names. */
export const deadLetter = (accountId: string, facts: Partial<DeadLetter> = {}): DeadLetter => ({
  messageId: `letter-of-${accountId}`,
  receiptHandle: "receipt",
  body: writeMessage({ accountId, runId: "zcs-0mb0abc123" }),
  messageGroupId: accountId,
  attributes: { errorCode: "ZUORA_REJECTED", errorMessage: "the period is closed", attempts: "2" },
  sentAt: "2026-03-16T11:00:00.000Z",
  receiveCount: 1,
  ...facts,
});

/**
 * As SQS: ten at a time, nothing more of a group while some of it is hidden, and what is hidden is seen again after its
 * time. Remembers the order of what happened.
 */
export class FakeDeadLetters implements DeadLetterQueue {
  readonly letters: DeadLetter[];
  readonly happened: string[];
  readonly #hiddenUntil = new Map<DeadLetter, number>();
  readonly #perReceive: number;
  readonly #now: () => number;

  constructor(
    letters: readonly DeadLetter[],
    { happened = [] as string[], perReceive = 10, now = () => 0 }: FakeDeadLettersOptions = {},
  ) {
    this.letters = [...letters];
    this.happened = happened;
    this.#perReceive = perReceive;
    this.#now = now;
  }

  get hidden(): ReadonlySet<DeadLetter> {
    return new Set(this.letters.filter((each) => (this.#hiddenUntil.get(each) ?? 0) > this.#now()));
  }

  receive: DeadLetterQueue["receive"] = async (hideSeconds) => {
    const { hidden } = this;
    const blocked = new Set([...hidden].map(({ messageGroupId }) => messageGroupId));
    const free = this.letters.filter((each) => !blocked.has(each.messageGroupId)).slice(0, this.#perReceive);
    for (const letter of free) this.#hiddenUntil.set(letter, this.#now() + hideSeconds * 1000);
    return free;
  };

  delete: DeadLetterQueue["delete"] = async (letters) => {
    for (const letter of letters) {
      this.happened.push(`deleted ${letter.messageId}`);
      this.letters.splice(this.letters.indexOf(letter), 1);
      this.#hiddenUntil.delete(letter);
    }
    return [];
  };

  release: DeadLetterQueue["release"] = async (letters) => {
    for (const letter of letters) this.#hiddenUntil.delete(letter);
  };

  depth: DeadLetterQueue["depth"] = async () => ({
    visible: this.letters.length - this.hidden.size,
    hidden: this.hidden.size,
  });
}

type FakeDeadLettersOptions = {
  readonly happened?: string[];
  readonly perReceive?: number;
  /** Epoch milliseconds; without, time stands still and what is hidden stays so. */
  readonly now?: () => number;
};
