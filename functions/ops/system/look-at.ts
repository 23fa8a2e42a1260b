import { readProblems } from "../../app/dead-letters/problems.ts";
import { type AccountExplanation, explainAccount } from "../../app/records/explain-account.ts";
import type { ReadRevenue } from "../../app/records/report/read-report.ts";
import { type ExplainedRevenue, explainRevenue } from "../../app/revenue/explain-revenue.ts";
import { readRevenueReport } from "../../app/revenue/revenue-report.ts";
import { planOne } from "../../app/settle/settle-one.ts";
import { readStatus, type Status } from "../../app/status.ts";
import type { AccountId } from "../../domain/account.ts";
import type { SettlementError } from "../../domain/errors.ts";
import { type PageLinks, pageLinksOf } from "../../zuora/page-links.ts";
import type { OpenSystem } from "./open-system.ts";
import { operatorTrackId } from "./operator-invocation.ts";

/** As many accounts as somebody waits for. */
export const accountsLookedAtMax = 1_000;

/** The switch, the queues, the last scan, and every invoice that is negative in Zuora, with why it still is. */
export const statusOf = (system: OpenSystem, accountsMax: number, isStopped: () => boolean): Promise<Status> => {
  const { switchReader, lastScan, refusedScans, workQueueDepth, deadLetters, clock } = system;
  return readStatus(
    {
      switchReader,
      lastScan,
      refusedScans,
      workQueueDepth,
      deadLetters,
      revenueQueues: system.revenue?.depths,
      candidates: system.candidates(),
      assess: system.assess,
      paymentRuns: system.paymentRuns(),
      now: clock.now,
      isStopped,
    },
    { accountsMax },
  );
};

/** Reads where the revenue of settled pairs is; undefined where the policy does not look at revenue. */
export const revenueReader = ({ revenue, policy }: OpenSystem): ReadRevenue | undefined =>
  revenue === undefined
    ? undefined
    : (options) =>
        readRevenueReport(
          { candidates: revenue.candidates(), ledger: revenue.ledger, policy },
          { ...options, accountsMax: accountsLookedAtMax },
        );

/** Where more is to be found: in Zuora, and in the logs. */
export type MoreAbout = { readonly pages: PageLinks | undefined; readonly savedQuery: string | undefined };

/** One account as far as anybody can tell. */
export type AccountLook = {
  readonly explained: AccountExplanation;
  readonly more: MoreAbout;
  /** Its mirrored pairs; undefined where the system moves no revenue. */
  readonly revenue: ExplainedRevenue | SettlementError | undefined;
};

/** What happened to each invoice of an account or will, and why not. Writes nothing. */
export const explanationOf = async (
  system: OpenSystem,
  id: AccountId,
  isStopped: () => boolean,
): Promise<AccountLook> => {
  const { config, policy, switchReader } = system;
  const asIs = { again: false, overLimit: false };
  const [planned, adjustments, memos = [], payments = [], problems, position] = await Promise.all([
    planOne(system.ledger(operatorTrackId), policy, id, asIs),
    system.records.adjustmentsOfAccounts([id]),
    system.memoRecords?.memosOfAccount(id),
    system.paymentRecords?.applicationsOfAccount(id),
    readProblems(system.deadLetters, isStopped),
    switchReader.read(),
  ]);
  const applications = [...memos.flatMap((memo) => memo.applications), ...payments];
  const problem = problems.find(({ accountId }) => accountId === id);
  const revenue =
    system.revenue === undefined ? undefined : (await explainRevenue(system.revenue.ledger, policy, [id])).get(id);
  const isDeployed = system.name !== "local";
  return {
    explained: explainAccount({ planned, adjustments, applications, problem, position }),
    more: {
      pages: pageLinksOf(config.zuoraBaseUrl),
      savedQuery: isDeployed ? `"zuora-credit-sweep-${system.name}/one account", with ${id}` : undefined,
    },
    revenue,
  };
};
