import type { Became } from "../../app/dead-letters/follow-replay.ts";
import type { ReplayResult } from "../../app/dead-letters/replay.ts";
import { count } from "../../app/records/count.ts";
import type { AccountId } from "../../domain/account.ts";
import type { Look } from "./look.ts";
import { table } from "./table.ts";

/** What a replay did, for a person. */
export const replayText = (result: ReplayResult, nameOf: (id: AccountId) => string, look: Look): string => {
  const { dryRun, runId, replayed, cameBack, matched, of, deletedLetters, left } = result;
  if (replayed.length === 0) {
    if (of === 0 && left === 0) return "No dead letters: nothing was replayed.\n";
    return `${matched} of ${of} match; nothing was replayed, ${count(left, "message")} left\n`;
  }
  const rows = replayed.map(({ accountId, code, zuoraCode = "" }) => [nameOf(accountId), code, zuoraCode]);
  const back = cameBack.length === 0 ? "" : `, ${cameBack.length} came back already`;
  const accounts = count(replayed.length, "account");
  const summary = dryRun
    ? `${accounts} would be replayed; ${count(left, "message")} in the dead-letter queue`
    : `${accounts} replayed as run ${runId}, ${count(deletedLetters, "dead letter")} deleted${back}; ${left} left`;
  return `${table(["Account", "Code", "Zuora's code"], rows, [], look)}${summary}\n`;
};

/** What became of its accounts: `5 settled, 2 back with ZUORA_REJECTED ACCOUNTING_PERIOD_CLOSED`. */
export const becameText = ({ settled, held, back, waiting }: Became): string => {
  const parts = [
    ...(settled.length > 0 ? [`${settled.length} settled`] : []),
    ...countsOf(held.map(({ reasons }) => reasons.join(", "))).map(([why, n]) => `${n} held (${why})`),
    ...countsOf(back.map(({ code, zuoraCode = "" }) => `${code} ${zuoraCode}`.trimEnd())).map(
      ([why, n]) => `${n} back with ${why}`,
    ),
    ...(waiting.length > 0 ? [`${waiting.length} still waiting`] : []),
  ];
  return `${parts.join(", ")}\n`;
};

const countsOf = (reasons: readonly string[]): readonly (readonly [string, number])[] =>
  [...Map.groupBy(reasons, (reason) => reason)].map(([reason, own]) => [reason, own.length]);
