import { unknownCurrency } from "../domain/currency.ts";
import { add, type Money, negate, zero } from "../domain/money.ts";
import type { QueueDepth } from "./dead-letters/ports.ts";
import type { Switch, SwitchReader } from "./ports.ts";
import type { Candidates, LastScan } from "./scan/ports.ts";

export type StatusDeps = {
  readonly switchReader: SwitchReader;
  readonly lastScan: Pick<LastScan, "read">;
  readonly workQueueDepth: () => Promise<QueueDepth>;
  readonly deadLetters: { readonly depth: () => Promise<QueueDepth> };
  readonly candidates: Pick<Candidates, "negativeInvoices">;
};

/** What is owed to customers in one currency. */
export type StillNegative = { readonly currency: string; readonly invoices: number; readonly amount: Money };

export type Status = {
  readonly position: Switch;
  /** Epoch milliseconds at which the last completed scan began. */
  readonly lastScanAt: number | undefined;
  readonly work: QueueDepth;
  /** Counted, not received: who looks at a dead letter hides it from others, and makes it younger to CloudWatch. */
  readonly deadLetters: QueueDepth;
  /** In Zuora, now, whatever we think of it: held and dead-lettered ones included. */
  readonly stillNegative: readonly StillNegative[];
};

/** How the system is, from its own parts and from Zuora, at this moment. */
export const readStatus = async (deps: StatusDeps): Promise<Status> => {
  const [position, lastScanAt, work, deadLetters, stillNegative] = await Promise.all([
    deps.switchReader.read(),
    deps.lastScan.read(),
    deps.workQueueDepth(),
    deps.deadLetters.depth(),
    sumNegative(deps.candidates),
  ]);
  return { position, lastScanAt, work, deadLetters, stillNegative };
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
