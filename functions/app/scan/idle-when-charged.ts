import type { AccountId } from "../../domain/account.ts";
import { type CreditParts, creditPartsAt } from "../../domain/credit/credit-book.ts";
import { holdOfAccount, holdOfInvoice } from "../../domain/hold.ts";
import { add, type Money } from "../../domain/money.ts";
import { maySelect, type PaymentRun, type Window } from "../../domain/payment-run.ts";
import type { Policy } from "../../domain/policy.ts";
import type { CreditBook, PayableInvoice, Payer, PaymentRunWatch } from "./ports.ts";

type Asked = {
  /** Runs that began within the window. */
  readonly begun: readonly PaymentRun[];
  readonly window: Window;
  /** Whose credit may have lain there: the more of them, the more is read. */
  readonly asked: ReadonlySet<AccountId>;
  readonly policy: Policy;
};

/** The accounts that a run could charge although credit that we should have applied lay there when it began. */
export type IdleWhenCharged = (run: PaymentRun) => readonly AccountId[];

/**
 * Looks for credit that nobody had applied when a payment run began, of whatever age: an account's whole history of
 * credit tells what was there then. What policy or a person keeps from being applied names nobody, and neither does a
 * payment that was under way before.
 */
export const lookForIdleCredit = async (
  watch: PaymentRunWatch,
  { begun, window, asked, policy }: Asked,
): Promise<IdleWhenCharged> => {
  if (policy.application !== "apply") return () => [];
  const books = asked.size === 0 ? new Map() : await watch.creditBooks([...asked]);
  const idleOf = new Map(begun.map((run) => [run, idleDuring(run, window, books, policy)] as const));
  const idle = new Set([...idleOf.values()].flat());
  const payers = idle.size === 0 ? [] : await watch.payers([...idle], window.after);
  return (run) => {
    const own = new Set(idleOf.get(run));
    const couldCharge = (payer: Payer) =>
      own.has(payer.id) && isExposed(run, beganAtOf(run, window), payer, books.get(payer.id), policy);
    return payers.filter(couldCharge).map(({ id }) => id);
  };
};

export const beganAtOf = ({ beganAt }: PaymentRun, { until }: Window): number => beganAt ?? until;

const idleDuring = (
  run: PaymentRun,
  window: Window,
  books: ReadonlyMap<AccountId, CreditBook>,
  policy: Policy,
): readonly AccountId[] => {
  const span = { beganAt: beganAtOf(run, window), endedAt: run.endedAt };
  return [...books]
    .filter(([, { movements, balance }]) => toApply(creditPartsAt(movements, balance, span), policy).gt(0))
    .map(([id]) => id);
};

const toApply = ({ ours, standing }: CreditParts, { standingCredit }: Policy): Money =>
  standingCredit === "leave" ? ours : add(ours, standing);

const isExposed = (
  run: PaymentRun,
  beganAt: number,
  payer: Payer,
  book: CreditBook | undefined,
  policy: Policy,
): boolean => {
  if (holdOfAccount(payer, policy) !== undefined) return false;
  if (waitedForPayment(payer, beganAt)) return false;
  const saidNoTo = new Set(book?.movements.flatMap((each) => (each.canceledAt === undefined ? [] : [each.sourceId])));
  return payer.invoices.some(
    (invoice) =>
      wasOpen(invoice, beganAt) &&
      maySelect(run, payer, invoice.dueDate, Number.POSITIVE_INFINITY) &&
      holdOfInvoice({ ...invoice, hasCanceledAdjustment: saidNoTo.has(invoice.id) }, payer, policy) === undefined,
  );
};

/**
 * A payment from before was under way, for which credit waits; and none was made since that the run could have made.
 */
const waitedForPayment = ({ payments }: Payer, instant: number): boolean =>
  payments.some(({ madeAt, endedAt = instant }) => madeAt < instant && endedAt >= instant) &&
  payments.every(({ madeAt }) => madeAt < instant);

/** For all that is known: what is paid now was paid when it changed last. */
const wasOpen = ({ balance, postedAt = 0, updatedAt = Number.POSITIVE_INFINITY }: PayableInvoice, instant: number) =>
  postedAt <= instant && (balance.gt(0) || updatedAt >= instant);
