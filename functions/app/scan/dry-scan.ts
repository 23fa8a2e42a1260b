import type { AccountId } from "../../domain/account.ts";
import { paysInvoice, type Step } from "../../domain/credit/step.ts";
import { SettlementError } from "../../domain/errors.ts";
import { type Money, sum } from "../../domain/money.ts";
import { byCurrency } from "../../domain/money-by-currency.ts";
import { stepsInAll } from "../../domain/plan.ts";
import type { Assess } from "../settle/assess.ts";
import type { Planned } from "../settle/read-and-plan.ts";
import type { ScanDeps, ScanResult } from "./begin-scan.ts";
import type { PaymentRunWatch, ScanKind } from "./ports.ts";
import { scan } from "./scan.ts";

/** What a scan would find and its accounts would come to, had it been for real. */
export type DryScanResult = {
  readonly scan: ScanResult;
  readonly totals: readonly PlannedTotal[];
  readonly accounts: ReadonlyMap<AccountId, Planned | SettlementError>;
};

/** What would be moved in one currency. */
export type PlannedTotal = {
  readonly currency: string;
  readonly accounts: number;
  readonly transferred: Money;
  readonly applied: Money;
};

type DryScanDeps = Pick<
  ScanDeps,
  "candidates" | "lastScan" | "telemetry" | "clock" | "zuoraTime" | "random" | "policy"
>;

/**
 * Scans as the scanner does, its guard included, and plans every account that it finds. Nothing is queued, the last
 * scan stays where it is, and nothing is written to Zuora.
 */
export const dryScan = async (deps: DryScanDeps, kind: ScanKind, assess: Assess): Promise<DryScanResult> => {
  const found: AccountId[] = [];
  const result = await scan(
    {
      ...deps,
      workQueue: {
        depth: async () => 0,
        send: async (accountIds) => {
          found.push(...accountIds);
          return 0;
        },
      },
      switchReader: { read: async () => "dry-run" },
      paymentRuns: () => noPaymentRuns,
      refusedScans: { read: async () => ({}), write: async () => {} },
    },
    kind,
  );
  const accounts = await assess(found);
  return { scan: result, totals: totalsOf(accounts.values()), accounts };
};

/** Whoever looks for himself is not looking at what the scanner would look at because of a payment run. */
export const noPaymentRuns: PaymentRunWatch = {
  runs: async () => [],
  creditMovesSince: async () => [],
  memosAppliedSince: async () => [],
  withSomethingToCharge: async () => [],
  async *accountsOfPaidInvoices() {},
  creditBooks: async () => new Map(),
  payers: async () => [],
};

const totalsOf = (planned: Iterable<Planned | SettlementError>): readonly PlannedTotal[] => {
  const moving = [...planned].flatMap((each) =>
    each instanceof SettlementError || each.plan.steps.length === 0
      ? []
      : [{ currency: each.state.currency, steps: stepsInAll(each.plan) }],
  );
  return byCurrency(moving).map(([currency, own]) => {
    const moved = (isMeant: (step: Step) => boolean) =>
      sum(own.flatMap(({ steps }) => steps.filter(isMeant).map(({ amount }) => amount)));
    return {
      currency,
      accounts: own.length,
      transferred: moved((step) => !paysInvoice(step)),
      applied: moved(paysInvoice),
    };
  });
};
