import { randomUUID } from "node:crypto";
import { hasCreditMemos } from "../../domain/credit/mode.ts";
import { runIdAt } from "../../domain/run-id.ts";
import { readAssumptions } from "../../zuora/sandbox/assumptions.ts";
import { type ProbeReport, probeSandbox, UnsuitableAccountError } from "../../zuora/sandbox/probe-sandbox.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { UsageError } from "../exit-code.ts";
import { operatorTrackId } from "../system/open-system.ts";
import { accountIdFor } from "../system/resolve-account.ts";
import { mustBeSandbox } from "../system/sandbox-host.ts";

/** Tries on a sandbox what documents leave open, and takes back what that did. */
export const probe = async (context: CommandContext, account: string): Promise<CommandResult> => {
  const { system, terminal } = context;
  const { config, clock, random, switchReader } = system;
  mustBeSandbox(config.zuoraBaseUrl);
  if (hasCreditMemos(config.mode)) {
    throw new UsageError(`--probe is not available in mode ${config.mode}: it tries credit balance adjustments alone`);
  }
  const position = await switchReader.read();
  if (position !== "off") throw new UsageError(`the switch says ${position}: stop the system first (ops stop)`);
  const accountId = await accountIdFor(system, account);
  const journal = await system.openJournal(context.command);
  const runId = runIdAt(clock.now(), random());
  terminal.note(`run ${runId}; should this be killed: ops undo ${runId}`);
  const trial = system.sandboxTrial({ accountId, runId });
  const nextKey = () => `${operatorTrackId}-${randomUUID()}`;
  const report = await probeSandbox({ trial, journal, clock, nextKey }, runId).catch(asUsage);
  const tried = new Set(report.findings.map(({ question }) => question));
  const notTried = (await readAssumptions()).filter(({ assumed }) => !tried.has(assumed));
  return {
    data: { runId, ...report, notTried },
    text: `${linesOf(report)}${notTried.map(({ assumed, check }) => `not tried   ${assumed} — by hand: ${check}\n`).join("")}`,
    isFailure:
      report.left.length > 0 || report.findings.some(({ state }) => state === "differs" || state === "unanswered"),
  };
};

const linesOf = ({ findings, left }: ProbeReport): string => {
  const answers = findings.map(({ state, question, seen }) => `${state.padEnd(10)}  ${question} — ${seen}\n`);
  const rest = left.length === 0 ? ["Everything was taken back.\n"] : left.map((line) => `LEFT        ${line}\n`);
  return [...answers, ...rest].join("");
};

const asUsage = (error: unknown): never => {
  throw error instanceof UnsuitableAccountError ? new UsageError(error.message) : error;
};
