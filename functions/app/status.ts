import type { AccountId } from "../domain/account.ts";
import type { DeadLetterQueue, QueueDepth } from "./dead-letters/ports.ts";
import { type Problem, readProblems } from "./dead-letters/problems.ts";
import type { Switch, SwitchReader } from "./ports.ts";
import { accountForNegatives, type ExplainedInvoice } from "./records/negatives-accounted-for.ts";
import { memosToApply } from "./scan/finding/memos-to-apply.ts";
import { asNegative } from "./scan/finding/owed.ts";
import { type PaymentRunsNow, paymentRunsNow } from "./scan/payment-runs-now.ts";
import type {
  Candidates,
  LastScan,
  NegativeInvoice,
  PaymentRunWatch,
  RefusedScan,
  RefusedScans,
} from "./scan/ports.ts";
import type { Assess } from "./settle/assess.ts";

export type StatusDeps = {
  readonly switchReader: SwitchReader;
  readonly lastScan: Pick<LastScan, "read">;
  readonly refusedScans: Pick<RefusedScans, "read">;
  readonly workQueueDepth: () => Promise<QueueDepth>;
  readonly deadLetters: DeadLetterQueue;
  /** The revenue pass' own; absent where the policy does not look at revenue. */
  readonly revenueQueues?: (() => Promise<RevenueQueues>) | undefined;
  readonly candidates: Pick<
    Candidates,
    "negativeInvoices" | "accountsWithCredit" | "accountsOfOpenInvoices" | "creditMemos"
  >;
  readonly assess: Assess;
  readonly paymentRuns: PaymentRunWatch;
  readonly now: () => number;
  readonly isStopped?: () => boolean;
};

/** How much waits for the revenue pass, and how much it set aside. */
export type RevenueQueues = { readonly work: QueueDepth; readonly deadLetters: QueueDepth };

export type StatusOptions = {
  /** As many accounts with a negative invoice are read at most. */
  readonly accountsMax: number;
};

export type Status = {
  readonly position: Switch;
  /** Epoch milliseconds at which the last completed scan began. */
  readonly lastScanAt: number | undefined;
  /** Scans that wait for a person's approval. */
  readonly refusedScans: readonly RefusedScan[];
  readonly work: QueueDepth;
  /** Counted. They are taken and looked at only where there are some, and something negative that they may explain. */
  readonly deadLetters: QueueDepth & { readonly problems: readonly Problem[] };
  readonly revenue: RevenueQueues | undefined;
  /** Every invoice that is negative in Zuora now, with the reason why it still is. */
  readonly negative: readonly ExplainedInvoice[];
  /** Credit memos that could pay an open invoice are counted among these. */
  readonly countsCreditMemos: boolean;
  /** Payment runs that are charging, by number where Zuora tells. */
  readonly chargingRuns: PaymentRunsNow["charging"];
  readonly nextPaymentRun: PaymentRunsNow["next"];
};

/** Accounts with credit that are looked at for the next payment run; more would make people wait. */
const creditAccountsMax = 5_000;

/** How the system is, from its own parts and from Zuora, at this moment. */
export const readStatus = async (deps: StatusDeps, { accountsMax }: StatusOptions): Promise<Status> => {
  const [position, lastScanAt, refused, work, letters, revenue, invoices] = await Promise.all([
    deps.switchReader.read(),
    deps.lastScan.read(),
    deps.refusedScans.read(),
    deps.workQueueDepth(),
    deps.deadLetters.depth(),
    deps.revenueQueues?.(),
    negativeInvoices(deps.candidates),
  ]);
  const mayExplain = letters.visible + letters.hidden > 0 && invoices.length > 0;
  const problems = mayExplain ? await readProblems(deps.deadLetters, deps.isStopped) : [];
  const owed = [...new Set(invoices.map(({ accountId }) => accountId))];
  // After the queues, so that what was settled in between is not taken for lost.
  const planned = await deps.assess(owed.slice(0, accountsMax));
  const now = deps.now();
  const runs = await paymentRunsNow(deps.paymentRuns, async () => withCredit(deps.candidates, owed), now);
  return {
    position,
    lastScanAt,
    refusedScans: Object.values(refused).filter((each) => each !== undefined),
    work,
    deadLetters: { ...letters, problems },
    revenue,
    negative: accountForNegatives(invoices, planned, {
      setAside: new Set(problems.map(({ accountId }) => accountId)),
      messages: work.visible + work.hidden,
      position,
      lastScanAt,
      now,
    }),
    countsCreditMemos: deps.candidates.creditMemos !== undefined,
    chargingRuns: runs.charging,
    nextPaymentRun: runs.next,
  };
};

/** Paging is live: a row that slips to the next page comes twice. */
const negativeInvoices = async (candidates: StatusDeps["candidates"]): Promise<readonly NegativeInvoice[]> => {
  const invoices = new Map<string, NegativeInvoice>();
  for await (const invoice of candidates.negativeInvoices(undefined)) invoices.set(invoice.id, invoice);
  for await (const memo of memosToApply(candidates, { since: undefined })) {
    if (!memo.isPayment) invoices.set(memo.id, asNegative(memo, memo.unapplied));
  }
  return [...invoices.values()];
};

const withCredit = async (
  candidates: StatusDeps["candidates"],
  owed: readonly AccountId[],
): Promise<readonly AccountId[]> => {
  const ids = new Set(owed);
  for await (const accountId of candidates.accountsWithCredit()) {
    if (ids.size >= owed.length + creditAccountsMax) break;
    ids.add(accountId);
  }
  return [...ids];
};
