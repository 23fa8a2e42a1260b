import type { LocalDate } from "../../../domain/account.ts";
import { localDateIn } from "../../../domain/local-time.ts";
import { add, type Money, zero } from "../../../domain/money.ts";
import type { AdjustmentRecord, MemoApplicationRecord } from "../ports.ts";
import { isWithin, movesOf, type Period } from "./moves.ts";
import type { Report } from "./report.ts";

/** What we moved on one day of the tenant's, in one currency; what was taken back counts against its day. */
export type DayLine = {
  readonly day: LocalDate;
  readonly currency: string;
  readonly transferred: Money;
  /** Out of credit balance and of credit memos. */
  readonly applied: Money;
  readonly accounts: number;
};

/** What we moved: adjustments, and applications of credit memos. */
export type OwnMoves = {
  readonly adjustments: readonly (AdjustmentRecord & { readonly currency: string })[];
  readonly applications?: readonly MemoApplicationRecord[] | undefined;
};

/** Days of a period on which something was moved or taken back, in their order. */
export const byDay = (own: OwnMoves, period: Period, timeZone: string): readonly DayLine[] => {
  const days = new Map<string, { line: DayLine; accounts: Set<string> }>();
  for (const { at, amount, term, currency, accountId } of movesIn(own)) {
    if (!isWithin(at, period)) continue;
    const day = localDateIn(timeZone, at);
    const key = `${day} ${currency}`;
    const { line, accounts } = days.get(key) ?? {
      line: { day, currency, transferred: zero, applied: zero, accounts: 0 },
      accounts: new Set<string>(),
    };
    accounts.add(accountId);
    days.set(key, { line: { ...line, [term]: add(line[term], amount), accounts: accounts.size }, accounts });
  }
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { line }]) => line);
};

const movesIn = ({ adjustments, applications = [] }: OwnMoves) => [
  ...adjustments.flatMap((each) => {
    const { type, currency, accountId } = each;
    const term = type === "Increase" ? ("transferred" as const) : ("applied" as const);
    return movesOf(each).map((move) => ({ ...move, term, currency, accountId }));
  }),
  ...applications.map(({ createdAt: at, amount, currency, accountId }) => ({
    at,
    amount,
    term: "applied" as const,
    currency,
    accountId,
  })),
];

const secondMs = 1000;

/** How long negative invoices waited from their posting to our transfer: none longer than a class says. */
export const waitClasses = [
  { name: "up to 1 minute", untilMs: 60 * secondMs },
  { name: "up to 5 minutes", untilMs: 300 * secondMs },
  { name: "up to 15 minutes", untilMs: 900 * secondMs },
  { name: "up to 1 hour", untilMs: 3600 * secondMs },
  { name: "up to 1 day", untilMs: 86_400 * secondMs },
  { name: "longer", untilMs: Number.POSITIVE_INFINITY },
] as const;

export type WaitClass = { readonly name: string; readonly invoices: number };

/** Pure; an invoice whose posting Zuora does not tell is not counted. */
export const waitsOf = ({ adjustments, invoices, ...period }: Report): readonly WaitClass[] => {
  const postedAt = new Map(invoices.map((each) => [each.id, each.postedAt]));
  const waits = adjustments.flatMap(({ type, status, createdAt, invoice }) => {
    const posted = postedAt.get(invoice.id);
    const counts = type === "Increase" && status === "Processed" && posted !== undefined && isWithin(createdAt, period);
    return counts ? [createdAt - posted] : [];
  });
  return waitClasses.map(({ name, untilMs }, index) => ({
    name,
    invoices: waits.filter((ms) => ms <= untilMs && ms > (waitClasses[index - 1]?.untilMs ?? Number.NEGATIVE_INFINITY))
      .length,
  }));
};
