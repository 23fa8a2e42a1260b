import { Command } from "@commander-js/extra-typings";
import { type UndoneAccount, undo } from "../../app/undo/undo.ts";
import { type UnappliedMemoApplication, undoMemos } from "../../app/undo/undo-memos.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { hasCreditBalance, hasCreditMemos, type Mode } from "../../domain/credit/mode.ts";
import { formatMoney } from "../../domain/currency.ts";
import { SettlementError } from "../../domain/errors.ts";
import { runStartedAt } from "../../domain/run-id.ts";
import { instantOf } from "../../zuora/query/fields.ts";
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
    .option(
      "--until <TIME>",
      "of credit memos, what was applied from the run's start until then, ISO 8601; else until now",
    )
    .option("--yes", "do not ask")
    .action((runId, flags) => choose((context) => undoRun(context, runId, flags)));

type UndoFlags = {
  readonly account?: string | undefined;
  readonly revenue?: true | undefined;
  readonly until?: string | undefined;
  readonly yes?: true | undefined;
};

/**
 * Cancels what a run created, and says of every account what became of it and whether a later scan would move it again.
 */
const undoRun = async (context: CommandContext, runId: string, flags: UndoFlags): Promise<CommandResult> => {
  const { system, terminal } = context;
  const startedAt = runStartedAt(runId);
  if (startedAt === undefined) throw new UsageError("expected a run's id, such as zcs-0mb0abc12345");
  const { switchReader, switchTurnedAt, clock, config } = system;
  const until = untilOf(flags, config.mode, clock.now());
  const only = flags.account === undefined ? undefined : await accountIdFor(system, flags.account);
  if (flags.revenue) return undoRunOfRevenue(context, runId, { only, yes: flags.yes === true });
  const scope = only === undefined ? "the whole run" : `account ${flags.account} of the run`;
  const memos = hasCreditMemos(config.mode)
    ? ` and unapply every credit memo and payment that this system applied from ${instant(startedAt)} to ${instant(until)}, later runs' too,`
    : "";
  if (
    !flags.yes &&
    !(await terminal.confirm(`Cancel ${scope} ${runId}${memos} on ${system.name}? There is no way back.`))
  ) {
    return { data: { runId, accounts: [] }, text: "Nothing was undone.\n", isFailure: true };
  }
  const journal = await system.openJournal(context.command);
  const stopped = { switchReader, switchTurnedAt, clock, journal };
  const applications = hasCreditMemos(config.mode)
    ? await undoMemos(
        { ...stopped, applications: system.memoApplications(runId) },
        { runId, after: startedAt, until },
        only,
      )
    : [];
  const cancel = (ids: readonly string[]) => system.cancelAdjustments(runId, ids);
  const accounts = hasCreditBalance(config.mode)
    ? await undo({ ...stopped, records: system.records, cancel }, runId, only)
    : [];
  const undone = accounts.filter(({ result }) => result === "undone").map(({ accountId }) => accountId);
  const unapplied = applications.filter(({ result }) => result !== "refused").map(({ accountId }) => accountId);
  const takenBack = [...new Set([...undone, ...unapplied])];
  const today = await system.assess(takenBack);
  const movesAgain = takenBack.filter((id) => {
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
  const isIncomplete = undone.length < accounts.length || applications.some(({ result }) => result === "refused");
  return {
    data: {
      runId,
      accounts: accounts.map(accountData),
      movesAgain,
      ...(hasCreditMemos(config.mode) ? { creditMemos: applications.map(applicationData) } : {}),
    },
    text: [
      hasCreditBalance(config.mode) ? textOf(runId, accounts, terminal.look) : "",
      hasCreditMemos(config.mode) ? memosText(applications, terminal.look) : "",
    ].join(""),
    isFailure: accounts.length + applications.length === 0 || isIncomplete,
  };
};

/** @throws {UsageError} */
const untilOf = ({ until }: UndoFlags, mode: Mode, now: number): number => {
  if (until === undefined) return now;
  if (!hasCreditMemos(mode)) throw new UsageError("--until is for credit memos: adjustments carry the id of their run");
  const instantMs = instantOf(until);
  if (instantMs === undefined)
    throw new UsageError("--until: expected an instant with its offset, 2026-12-01T10:00:00Z");
  return instantMs;
};

const instant = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 19).concat("Z");

const applicationData = (application: UnappliedMemoApplication) => {
  const { invoice, accountId, amount, createdAt, result, reason } = application;
  const { number } = payerOf(application);
  return {
    accountId,
    ...("payment" in application ? { paymentNumber: number } : { creditMemoNumber: number }),
    invoiceNumber: invoice.number,
    amount: amount.toFixed(),
    appliedAt: instant(createdAt),
    result,
    ...(reason === undefined ? {} : { reason }),
  };
};

const memosText = (applications: readonly UnappliedMemoApplication[], look: Look): string => {
  if (applications.length === 0) return "This system applied no credit memo and no payment in that time.\n";
  const rows = applications
    .map((each) => ({ ...applicationData(each), number: payerOf(each).number }))
    .map(({ number, invoiceNumber, amount, appliedAt, result, reason = "" }) => [
      number,
      invoiceNumber,
      amount,
      appliedAt,
      result,
      reason,
    ]);
  return table(["Credit memo or payment", "Invoice", "Amount", "Applied", "Result", "Why"], rows, ["Amount"], look);
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
