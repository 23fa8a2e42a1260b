import type { QueuedMessage } from "./sqs-server.ts";

/** One account in the dead-letter queue, as the report shows it. */
export type DeadLetter = { readonly accountId: string; readonly code: string; readonly message: string };

/** All dead letters of one account are one problem; the last one tells what it is. */
export const deadLettersFrom = (messages: readonly QueuedMessage[]): DeadLetter[] => {
  const byAccount = new Map<string, DeadLetter>();
  for (const message of messages) {
    const accountId = accountIdOf(message);
    const { errorCode, errorMessage } = message.attributes;
    // Without a code SQS itself set the message aside: every invocation that received it died.
    byAccount.set(accountId, {
      accountId,
      code: errorCode ?? "UNKNOWN",
      message: errorMessage ?? "received too often without an answer",
    });
  }
  return [...byAccount.values()];
};

/** The account that a message is about: the one in its body, or its group where the body cannot be read. */
export const accountIdOf = ({ body, messageGroupId }: QueuedMessage): string => {
  try {
    const { accountId } = JSON.parse(body) as { accountId?: unknown };
    if (typeof accountId === "string" && accountId !== "") return accountId;
  } catch {
    // Not JSON: the group is all that is known.
  }
  return messageGroupId ?? "";
};
