import { randomUUID } from "node:crypto";
import { Command } from "@commander-js/extra-typings";
import type { Done } from "../../app/settle/carry-out.ts";
import { isConfirmed } from "../../app/settle/ports.ts";
import { carryOutOne, planOne } from "../../app/settle/settle-one.ts";
import type { Step } from "../../domain/credit/step.ts";
import { runIdAt } from "../../domain/run-id.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { StateMovedError, UsageError } from "../exit-code.ts";
import { operatorTrackId } from "../system/operator-invocation.ts";
import { accountIdFor } from "../system/resolve-account.ts";
import { planData, planDigest, stepData, todayOf } from "../text/describe.ts";
import { planText } from "../text/plan-text.ts";

export const settleCommand = (choose: Choose) =>
  new Command("settle")
    .description("shows an account's plan, asks, and carries out exactly that plan or none")
    .argument("<ACCOUNT>", "id or number")
    .option("--again", "also invoices of which an adjustment was canceled")
    .option("--over-limit", "also beyond the policy's limit for one account")
    .option("--although-stopped", "also while the switch does not say `on`: somebody stopped the system on purpose")
    .option("--digest <DIGEST>", "agree beforehand to the plan that `plan` or `settle` showed, instead of answering")
    .action((account, flags) => choose((context) => settleAccount(context, account, flags)));

type SettleFlags = {
  readonly again?: true | undefined;
  readonly overLimit?: true | undefined;
  readonly althoughStopped?: true | undefined;
  /** The digest that somebody agreed to beforehand, instead of answering now. */
  readonly digest?: string | undefined;
};

/** Settles one account by an operator's own decision: shows the plan, asks, reads again, and does that plan or none. */
const settleAccount = async (context: CommandContext, account: string, flags: SettleFlags): Promise<CommandResult> => {
  const { system, terminal, command } = context;
  const position = await system.switchReader.read();
  if (position !== "on" && !flags.althoughStopped) {
    throw new UsageError(`the switch says ${position}: nothing was done; --although-stopped settles all the same`);
  }
  const lifted = { again: flags.again === true, overLimit: flags.overLimit === true };
  const id = await accountIdFor(system, account);
  const shown = await planOne(system.ledger(operatorTrackId), system.policy, id, lifted);
  const digest = planDigest(shown);
  if (shown.plan.steps.length === 0) {
    return {
      data: { ...planData(shown), digest, done: [] },
      text: `${planText(shown, terminal.look)}Nothing was done.\n`,
    };
  }
  terminal.note(`${planText(shown, terminal.look)}Digest ${digest}`);
  if (flags.digest !== undefined && flags.digest !== digest) {
    throw new StateMovedError(
      `the account has moved: its plan is ${digest} now, not ${flags.digest}; nothing was done`,
    );
  }
  const question = `Carry out these steps on ${system.name}?`;
  if (flags.digest === undefined && !(await terminal.confirm(question, `--digest ${digest}`))) {
    return { data: { ...planData(shown), digest, done: [] }, text: "Nothing was done.\n", isFailure: true };
  }

  const journal = await system.openJournal(command);
  const runId = runIdAt(system.clock.now(), system.random());
  const ledger = system.ledger(runId);
  const agreed = await planOne(ledger, system.policy, id, lifted);
  const newDigest = planDigest(agreed);
  if (newDigest !== digest) {
    throw new StateMovedError(
      `the account has moved since it was shown: ${newDigest}, not ${digest}; nothing was done`,
    );
  }
  journal.record("account settled by hand", { runId, accountId: id, digest, ...lifted, steps: planData(agreed).steps });
  const done = await carryOutOne(
    {
      ledger,
      runId,
      nextKey: () => `${operatorTrackId}-${randomUUID()}`,
      planAgain: () => planOne(ledger, system.policy, id, lifted),
    },
    agreed,
  );
  const after = await planOne(system.ledger(operatorTrackId), system.policy, id, lifted);
  const rows = done.map((each) => ({ ...stepData(each.step.step, agreed.state.currency), result: resultOf(each) }));
  const lines = rows.map(
    ({ step, creditMemoNumber, invoiceNumber, amount, result }) =>
      `${step} ${creditMemoNumber === undefined ? "" : `${creditMemoNumber} to `}${invoiceNumber} ${amount}: ${result}\n`,
  );
  return {
    data: { ...planData(after), runId, digest, done: rows },
    text: `${lines.join("")}Run ${runId}. Afterwards: ${todayOf(after)}\n`,
    isFailure: !done.every(({ outcome }) => isConfirmed(outcome)),
  };
};

const resultOf = ({ outcome }: Done<Step>): string => {
  if (outcome === "unsent") return "not sent";
  if ("error" in outcome) return `${outcome.error.code}: ${outcome.error.message}`;
  return "adjustmentId" in outcome ? outcome.adjustmentId : "applied";
};
