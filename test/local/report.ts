import type { ScanResult } from "../../functions/app/scan/begin-scan.ts";
import type { AccountOutcomeLine } from "../../functions/app/settle/outcome.ts";
import type { Mode } from "../../functions/domain/credit/mode.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { outcomesOf } from "./outcomes.ts";
import { type RevenueFacts, revenueReport } from "./revenue-report.ts";
import { type RunAdjustment, totalsOf } from "./totals.ts";
import type { ZuoraTraffic } from "./zuora-door.ts";

/** Everything that was seen of one run. */
export type RunFacts = {
  readonly mode: Mode;
  readonly scan: Omit<ScanResult, "skipped">;
  readonly durationMs: number;
  /** In the order in which they were written. */
  readonly lines: readonly AccountOutcomeLine[];
  /** Zuora's own records of this run, or nothing where it wrote none: then what the lines say would be done. */
  readonly runAdjustments: readonly RunAdjustment[] | undefined;
  /** Accounts that still wait in the work queue. */
  readonly pending: readonly string[];
  /** One for each account. */
  readonly deadLetters: readonly DeadLetter[];
  readonly zuora: ZuoraTraffic;
  /** There where revenue was netted. */
  readonly revenue?: RevenueFacts;
};

/** The JSON report, whose fields are fixed. */
export type Report = ReturnType<typeof buildReport>;

/** Counts and sums what was seen. */
export const buildReport = ({
  mode,
  scan,
  durationMs,
  lines,
  runAdjustments,
  pending,
  deadLetters,
  zuora,
  revenue,
}: RunFacts) => {
  const adjusted = new Set(runAdjustments?.map(({ accountId }) => accountId));
  const { counts, held } = outcomesOf(lines, pending, deadLetters, adjusted);
  return {
    runId: scan.runId,
    mode,
    dryRun: scan.dryRun,
    durationMs: Math.round(durationMs),
    scan: { negativeInvoices: scan.negativeInvoices, accounts: scan.accounts, enqueued: scan.enqueued },
    outcomes: counts,
    totals: totalsOf(lines, runAdjustments),
    held,
    deadLetters,
    ...(revenue === undefined ? {} : { revenue: revenueReport(revenue) }),
    zuora: { ...zuora },
  };
};
