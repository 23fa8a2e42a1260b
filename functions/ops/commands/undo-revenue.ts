import { count } from "../../app/records/count.ts";
import { type PairToUndo, planUndoOfRevenue, type UndonePair, undoRevenue } from "../../app/undo/undo-revenue.ts";
import type { AccountId } from "../../domain/account.ts";
import { formatMoney } from "../../domain/currency.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { UsageError } from "../exit-code.ts";
import type { Look } from "../text/look.ts";
import { table } from "../text/table.ts";

/** Puts back what a run's pairs had moved, after showing it and asking; what is for people is said, and left. */
export const undoRunOfRevenue = async (
  context: CommandContext,
  runId: string,
  { only, yes }: { readonly only: AccountId | undefined; readonly yes: boolean },
): Promise<CommandResult> => {
  const { system, terminal } = context;
  const { revenue, records, switchReader, switchTurnedAt, clock } = system;
  if (revenue === undefined) throw new UsageError("--revenue: the policy of this system does not look at revenue");
  const deps = { records, ledger: revenue.moves(runId), switchReader, switchTurnedAt, clock };
  const pairs = await planUndoOfRevenue(deps, runId, only);
  if (pairs.length === 0) {
    return { data: { runId, pairs }, text: `No revenue was moved for run ${runId}.\n`, isFailure: true };
  }
  const due = pairs.filter(({ plan }) => plan.kind === "due");
  terminal.note(planText(pairs, terminal.look));
  const question = `Put the revenue of ${count(due.length, "pair")} back into Open-Ended on ${system.name}?`;
  if (due.length > 0 && !yes && !(await terminal.confirm(question))) {
    return { data: { runId, pairs: [] }, text: "Nothing was undone.\n", isFailure: true };
  }
  // Where nothing is due nothing is changed, so nobody has to be named for it.
  const journal = due.length === 0 ? { record: () => {} } : await system.openJournal(context.command);
  const done = await undoRevenue({ ...deps, journal }, runId, pairs);
  return {
    data: { runId, pairs: done.map(({ accountId: _, ...pair }) => pair) },
    text: resultText(runId, done, terminal.look),
    isFailure: done.some(({ result }) => result !== "undone"),
  };
};

const planText = (pairs: readonly PairToUndo[], look: Look): string => {
  const rows = pairs.flatMap(({ accountNumber, notes, plan }) =>
    plan.kind === "due"
      ? plan.steps.map(({ schedule, period, amount }) => [
          accountNumber,
          notes,
          schedule.number,
          `${formatMoney(amount, schedule.currency)} ${schedule.currency} from ${period.name}`,
        ])
      : [[accountNumber, notes, "", plan.kind === "undone" ? "is back already" : `by hand: ${plan.why}`]],
  );
  return table(["Account", "Moves", "Schedule", "Goes back"], rows, [], look).trimEnd();
};

const resultText = (runId: string, pairs: readonly UndonePair[], look: Look): string => {
  const rows = pairs.map(({ accountNumber, notes, result, why = "" }) => [accountNumber, notes, result, why]);
  const counts = [...Map.groupBy(pairs, ({ result }) => result)].map(([result, own]) => `${own.length} ${result}`);
  return `${table(["Account", "Moves", "Result", "Why"], rows, [], look)}\nRevenue of run ${runId}: ${counts.join(", ")}.\n`;
};
