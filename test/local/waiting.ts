import type { AccountOutcomeLine } from "../../functions/app/ports.ts";

/** Why accounts were still waiting when the run gave up: one line for each reason, the most frequent first. */
export const waitingLines = (lines: readonly AccountOutcomeLine[], pending: readonly string[]): readonly string[] => {
  const isPending = new Set(pending);
  const last = new Map(lines.filter(({ accountId }) => isPending.has(accountId)).map((line) => [line.accountId, line]));
  return [...Map.groupBy(last.values(), reasonOf)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([reason, own]) => `${own.length} ${own.length === 1 ? "account waits" : "accounts wait"}: ${reason}`);
};

/** The adapter's own pause hides what led to it; the run's other lines tell that. */
const reasonOf = ({ code, errorMessage, waitReason }: AccountOutcomeLine): string =>
  code === undefined ? (waitReason ?? "not looked at yet") : `${code}: ${errorMessage}`;
