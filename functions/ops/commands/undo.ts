import { Command } from "@commander-js/extra-typings";
import { type UndoneAccount, undo } from "../../app/undo/undo.ts";
import { formatMoney } from "../../domain/currency.ts";
import { SettlementError } from "../../domain/errors.ts";
import { runStartedAt } from "../../domain/run-id.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { UsageError } from "../exit-code.ts";
import { accountIdFor } from "../system/resolve-account.ts";
import type { Look } from "../text/look.ts";
import { table } from "../text/table.ts";
import { undoRunOfRevenue } from "./undo-revenue.ts";

export const undoCommand = (choose: Choose) =>
  new Command("undo")
    .description("cancels a run's adjustments where Zuora still allows it; the system must be stopped")
    .argument("<RUN>", "the run's id, as its adjustments carry it in ReferenceId")
    .option("--account <ACCOUNT>", "only this account of the run, by id or number")
    .option("--revenue", "instead: put the revenue of its pairs back into Open-Ended, where nobody moved it since")
    .option("--yes", "do not ask")
    .action((runId, flags) => choose((context) => undoRun(context, runId, flags)));

type UndoFlags = {
  readonly account?: string | undefined;
  readonly revenue?: true | undefined;
  readonly yes?: true | undefined;
};

/** Cancels what a run created, and says of every account what became of it and whether a later scan would move it again. */
const undoRun = async (context: CommandContext, runId: string, flags: UndoFlags): Promise<CommandResult> => {
  const { system, terminal } = context;
  if (runStartedAt(runId) === undefined) throw new UsageError("expected a run's id, such as zcs-0mb0abc12345");
  const { switchReader, switchTurnedAt, clock } = system;
  const only = flags.account === undefined ? undefined : await accountIdFor(system, flags.account);
  if (flags.revenue) return undoRunOfRevenue(context, runId, { only, yes: flags.yes === true });
  const scope = only === undefined ? "the whole run" : `account ${flags.account} of the run`;
  if (!flags.yes && !(await terminal.confirm(`Cancel ${scope} ${runId} on ${system.name}? There is no way back.`))) {
    return { data: { runId, accounts: [] }, text: "Nothing was undone.\n", isFailure: true };
  }
  const journal = await system.openJournal(context.command);
  const accounts = await undo(
    {
      records: system.records,
      cancel: (ids) => system.cancelAdjustments(runId, ids),
      switchReader,
      switchTurnedAt,
      clock,
      journal,
    },
    runId,
    only,
  );
  const undone = accounts.filter(({ result }) => result === "undone").map(({ accountId }) => accountId);
  const today = await system.assess(undone);
  const movesAgain = undone.filter((id) => {
    const planned = today.get(id);
    return planned instanceof SettlementError || (planned?.plan.steps.length ?? 0) > 0;
  });
  const numbers = new Map(accounts.map(({ accountId, accountNumber }) => [accountId, accountNumber]));
  for (const id of movesAgain) {
    terminal.note(
      `${numbers.get(id) ?? id}: a later scan would move it again; put it on the policy's accountsDenied before you resume`,
    );
  }
  if (system.revenue !== undefined && undone.length > 0) {
    terminal.note(`what revenue was moved for the run stays moved: undo ${runId} --revenue puts it back`);
  }
  return {
    data: { runId, accounts: accounts.map(accountData), movesAgain },
    text: textOf(runId, accounts, terminal.look),
    isFailure: accounts.length === 0 || undone.length < accounts.length,
  };
};

const accountData = ({ accountId, accountNumber, currency, result, reasons, adjustments }: UndoneAccount) => ({
  accountId,
  accountNumber,
  result,
  reasons,
  adjustments: adjustments.map(({ number, type, amount, invoice, status }) => ({
    number,
    type,
    amount: formatMoney(amount, currency),
    currency,
    invoiceNumber: invoice.number,
    status,
  })),
});

const textOf = (runId: string, accounts: readonly UndoneAccount[], look: Look): string => {
  if (accounts.length === 0) return `Zuora has no adjustments of run ${runId}.\n`;
  const rows = accounts.map(({ accountNumber, result, adjustments, reasons }) => [
    accountNumber,
    result,
    `${adjustments.filter(({ status }) => status === "Canceled").length} of ${adjustments.length}`,
    reasons.join("; "),
  ]);
  const count = (wanted: UndoneAccount["result"]) => accounts.filter(({ result }) => result === wanted).length;
  const summary = `${count("undone")} undone, ${count("partly")} partly, ${count("untouched")} untouched`;
  return `${table(["Account", "Result", "Canceled", "Why"], rows, [], look)}\nRun ${runId}: ${summary}.\n`;
};
