import type { AccountOutcomeLine } from "../../functions/app/settle/outcome.ts";

/** Why accounts were still waiting when the run gave up: one line for each code or reason, with one message. */
export const waitingLines = (lines: readonly AccountOutcomeLine[], pending: readonly string[]): readonly string[] => {
  const isPending = new Set(pending);
  const last = new Map(lines.filter(({ accountId }) => isPending.has(accountId)).map((line) => [line.accountId, line]));
  return [...Map.groupBy(last.values(), ({ code, waitReason }) => code ?? waitReason)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([, own]) => `${own.length} ${own.length === 1 ? "account waits" : "accounts wait"}: ${reasonOf(own[0])}`);
};

/** The adapter's own pause hides what led to it; the run's other lines tell that. */
const reasonOf = (line: AccountOutcomeLine | undefined): string =>
  line?.code === undefined ? (line?.waitReason ?? "not looked at yet") : `${line.code}: ${line.errorMessage}`;
