import { writeMessage } from "../../../functions/app/message.ts";
import type { DeadLetter, DeadLetterQueue } from "../../../functions/app/records/ports.ts";

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

/** As SQS: ten at a time, and nothing more of a group while some of it is hidden. Remembers the order of what happened. */
export class FakeDeadLetters implements DeadLetterQueue {
  readonly letters: DeadLetter[];
  readonly hidden = new Set<DeadLetter>();
  readonly happened: string[];
  readonly #perReceive: number;

  constructor(letters: readonly DeadLetter[], { happened = [] as string[], perReceive = 10 } = {}) {
    this.letters = [...letters];
    this.happened = happened;
    this.#perReceive = perReceive;
  }

  receive: DeadLetterQueue["receive"] = async () => {
    const blocked = new Set([...this.hidden].map(({ messageGroupId }) => messageGroupId));
    const free = this.letters.filter((each) => !blocked.has(each.messageGroupId)).slice(0, this.#perReceive);
    for (const letter of free) this.hidden.add(letter);
    return free;
  };

  delete: DeadLetterQueue["delete"] = async (letters) => {
    for (const letter of letters) {
      this.happened.push(`deleted ${letter.messageId}`);
      this.letters.splice(this.letters.indexOf(letter), 1);
      this.hidden.delete(letter);
    }
    return [];
  };

  release: DeadLetterQueue["release"] = async (letters) => {
    for (const letter of letters) this.hidden.delete(letter);
  };

  depth: DeadLetterQueue["depth"] = async () => ({
    visible: this.letters.length - this.hidden.size,
    hidden: this.hidden.size,
  });
}
