import type { AccountId } from "../../../domain/account.ts";
import type { Policy } from "../../../domain/policy.ts";
import type { RevenueReport } from "../../revenue/revenue-report.ts";
import type { Candidates, PaymentRunWatch } from "../../scan/ports.ts";
import type { Assess } from "../../settle/assess.ts";
import { type Extent, type LeftToPeople, leftToPeople } from "../left-to-people.ts";
import type { StrandedCredit } from "../ports.ts";
import { strandedCredit } from "../stranded-credit.ts";
import { type AgeClass, ageingOf } from "./ageing.ts";
import { byDay, type DayLine, type WaitClass, waitsOf } from "./by-day.ts";
import { type Charged, chargedIn } from "./charged.ts";
import { type Report, type ReportOptions, type ReportSources, report } from "./report.ts";

export type ReportDeps = ReportSources & {
  readonly candidates: Candidates;
  readonly paymentRuns: PaymentRunWatch;
  readonly assess: Assess;
  readonly policy: Policy;
  readonly timeZone: string;
  /** Absent where the policy does not look at revenue. */
  readonly readRevenue?: ReadRevenue | undefined;
};

/** Reads where the revenue of settled pairs is, of one account or of all. */
export type ReadRevenue = (options: {
  readonly now: number;
  readonly only?: AccountId | undefined;
}) => Promise<RevenueReport>;

/** Everything that is known of a period, and what is left to people at the time of reading. */
export type WholeReport = {
  readonly report: Report;
  readonly days: readonly DayLine[];
  readonly waits: readonly WaitClass[];
  readonly charged: Charged;
  /** As of `now`, whatever the period. */
  readonly left: LeftToPeople;
  readonly stranded: readonly StrandedCredit[];
  readonly ageing: readonly AgeClass[];
  /** As of `now`; absent where the policy does not look at revenue. */
  readonly revenue?: RevenueReport | undefined;
  /** When it was read; epoch milliseconds. */
  readonly now: number;
};

/** Reads a period, and what is left to people, who wait for it: that is why not every account may be planned. */
export const readReport = async (
  deps: ReportDeps,
  { accountsMax, now, around, ...options }: ReportOptions & Omit<Extent, "only">,
): Promise<WholeReport> => {
  const { accountId } = options;
  const read = await report(deps, options);
  const left = await leftToPeople(deps.candidates, deps.assess, { accountsMax, now, only: accountId, around });
  const stranded = (await strandedCredit(deps, read.memos?.memos)).filter(isOf(accountId));
  const revenue = await deps.readRevenue?.({ now, only: accountId });
  const charged = await chargedIn(deps.paymentRuns, read, deps.policy, now);
  return {
    report: read,
    days: byDay({ adjustments: read.adjustments, applications: read.memos?.applied }, read, deps.timeZone),
    waits: waitsOf(read),
    charged,
    left,
    stranded,
    ageing: ageingOf(stranded, now),
    revenue,
    now,
  };
};

const isOf =
  (only: AccountId | undefined) =>
  ({ accountId }: { readonly accountId: AccountId }): boolean =>
    only === undefined || only === accountId;
