import { randomUUID } from "node:crypto";
import { hasCreditBalance, hasCreditMemos } from "../../domain/credit/mode.ts";
import { localDateIn } from "../../domain/local-time.ts";
import { runIdAt } from "../../domain/run-id.ts";
import { readAssumptions } from "../../zuora/sandbox/assumptions.ts";
import { probeMemos } from "../../zuora/sandbox/probe-memos.ts";
import { type ProbeReport, probeSandbox, UnsuitableAccountError } from "../../zuora/sandbox/probe-sandbox.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { UsageError } from "../exit-code.ts";
import { operatorTrackId } from "../system/operator-invocation.ts";
import { accountIdFor } from "../system/resolve-account.ts";
import { mustBeSandbox } from "../system/sandbox-host.ts";

/** Tries on a sandbox what documents leave open, and takes back what that did. */
export const probe = async (context: CommandContext, account: string): Promise<CommandResult> => {
  const { system, terminal } = context;
  const { config, clock, random, switchReader } = system;
  mustBeSandbox(config.zuoraBaseUrl);
  const position = await switchReader.read();
  if (position !== "off") throw new UsageError(`the switch says ${position}: stop the system first (ops stop)`);
  const accountId = await accountIdFor(system, account);
  const journal = await system.openJournal(context.command);
  const runId = runIdAt(clock.now(), random());
  terminal.note(`run ${runId}; should this be killed: ops undo ${runId}`);
  const nextKey = () => `${operatorTrackId}-${randomUUID()}`;
  const probes = [
    ...(hasCreditBalance(config.mode)
      ? [() => probeSandbox({ trial: system.sandboxTrial({ accountId, runId }), journal, clock, nextKey }, runId)]
      : []),
    ...(hasCreditMemos(config.mode)
      ? [
          () => {
            const today = localDateIn(config.zuoraTimeZone, clock.now());
            return probeMemos({ trial: system.memoTrial({ accountId, runId }), journal, today }, runId);
          },
        ]
      : []),
  ];
  const report = await probed(probes);
  if (hasCreditMemos(config.mode)) {
    terminal.note(`what was unapplied is held as a person's no: ops settle ${account} --again`);
  }
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

/** Tries whatever the account allows: with both kinds of credit it may have one alone. */
const probed = async (probes: readonly (() => Promise<ProbeReport>)[]): Promise<ProbeReport> => {
  const reports: ProbeReport[] = [];
  const unsuitable: string[] = [];
  for (const each of probes) {
    try {
      reports.push(await each());
    } catch (error) {
      if (!(error instanceof UnsuitableAccountError)) throw error;
      unsuitable.push(error.message);
    }
  }
  if (reports.length === 0) throw new UsageError(unsuitable.join("; "));
  return { findings: reports.flatMap(({ findings }) => findings), left: reports.flatMap(({ left }) => left) };
};
