import { unknownCurrency } from "../domain/currency.ts";
import { add, type Money, negate, zero } from "../domain/money.ts";
import type { DeadLetterQueue, QueueDepth } from "./dead-letters/ports.ts";
import { readProblems } from "./dead-letters/problems.ts";
import type { Switch, SwitchReader } from "./ports.ts";
import type { Candidates, LastScan } from "./scan/ports.ts";

export type StatusDeps = {
  readonly switchReader: SwitchReader;
  readonly lastScan: Pick<LastScan, "read">;
  readonly workQueueDepth: () => Promise<QueueDepth>;
  readonly deadLetters: DeadLetterQueue;
  readonly candidates: Pick<Candidates, "negativeInvoices">;
  readonly isStopped?: () => boolean;
};

/** What is owed to customers in one currency. */
export type StillNegative = { readonly currency: string; readonly invoices: number; readonly amount: Money };

export type Status = {
  readonly position: Switch;
  /** Epoch milliseconds at which the last completed scan began. */
  readonly lastScanAt: number | undefined;
  readonly work: QueueDepth;
  readonly deadLetters: {
    readonly accounts: number;
    readonly byCode: Readonly<Record<string, number>>;
    /** ISO 8601; since when the oldest problem exists. */
    readonly oldest: string | undefined;
  };
  /** In Zuora, now, whatever we think of it: held and dead-lettered ones included. */
  readonly stillNegative: readonly StillNegative[];
};

/** How the system is, from its own parts and from Zuora, at this moment. */
export const readStatus = async (deps: StatusDeps): Promise<Status> => {
  const [position, lastScanAt, work, problems, stillNegative] = await Promise.all([
    deps.switchReader.read(),
    deps.lastScan.read(),
    deps.workQueueDepth(),
    readProblems(deps.deadLetters, deps.isStopped),
    sumNegative(deps.candidates),
  ]);
  const byCode = Map.groupBy(problems, ({ code }) => code);
  return {
    position,
    lastScanAt,
    work,
    deadLetters: {
      accounts: problems.length,
      byCode: Object.fromEntries([...byCode].map(([code, own]) => [code, own.length])),
      oldest: problems.map(({ since }) => since).toSorted()[0],
    },
    stillNegative,
  };
};

const sumNegative = async (candidates: StatusDeps["candidates"]): Promise<readonly StillNegative[]> => {
  const seen = new Set<string>();
  const sums = new Map<string, StillNegative>();
  for await (const { id, balance = zero, currency = unknownCurrency } of candidates.negativeInvoices(undefined)) {
    if (seen.has(id)) continue;
    seen.add(id);
    const { invoices, amount } = sums.get(currency) ?? { invoices: 0, amount: zero };
    sums.set(currency, { currency, invoices: invoices + 1, amount: add(amount, negate(balance)) });
  }
  return [...sums.values()].toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
};
