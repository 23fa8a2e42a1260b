import type { StoredMessage } from "./fifo-queue.ts";

/**
 * Which execution has which account in hand, of one queue. Message groups promise that no other has it as well: until
 * it is done with the account, or is dead.
 */
export class InHand {
  readonly #holders = new Map<string, object>();

  /** @returns a sentence for every account that another execution has in hand */
  take(holder: object, messages: readonly StoredMessage[]): readonly string[] {
    const groupIds = new Set(messages.map(({ groupId }) => groupId));
    const taken = [...groupIds].filter((groupId) => (this.#holders.get(groupId) ?? holder) !== holder);
    for (const groupId of groupIds) this.#holders.set(groupId, holder);
    return taken.map((groupId) => `two executions have ${groupId} in hand`);
  }

  release({ groupId }: Pick<StoredMessage, "groupId">): void {
    this.#holders.delete(groupId);
  }

  /** The execution has ended, or died. */
  releaseAll(holder: object): void {
    for (const [groupId, each] of this.#holders) if (each === holder) this.#holders.delete(groupId);
  }
}
