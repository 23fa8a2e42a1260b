import type { AccountId, CreditMemo } from "../../domain/account.ts";
import { couldApplySince } from "../../domain/credit/could-apply-since.ts";
import type { Step } from "../../domain/credit/step.ts";
import { unknownCurrency } from "../../domain/currency.ts";
import { type ErrorCode, SettlementError } from "../../domain/errors.ts";
import { type HoldReason, heldPart, isOfWholeAccount } from "../../domain/hold.ts";
import { earliest } from "../../domain/instant.ts";
import { add, type Money, negate, zero } from "../../domain/money.ts";
import { byCurrency } from "../../domain/money-by-currency.ts";
import { stepsInAll } from "../../domain/plan.ts";
import type { Switch } from "../ports.ts";
import type { NegativeInvoice } from "../scan/ports.ts";
import type { Planned } from "../settle/read-and-plan.ts";

/**
 * Why a negative invoice is still negative, the first that fits: a rule or a person holds it; its account is among the
 * dead letters; it is on its way; nobody knows; it was not looked at.
 */
export const explanations = ["held", "dead-lettered", "waiting", "unexplained", "unread"] as const;

export type Explanation = (typeof explanations)[number];

/** What it is about exactly, where there is more to say. */
export type Because = HoldReason | ErrorCode | "switch-not-on" | "next-scan" | "work-queue";

export type ExplainedInvoice = {
  readonly accountId: AccountId;
  /** Absent where the account could not be read. */
  readonly accountNumber: string | undefined;
  readonly invoiceId: string;
  readonly invoiceNumber: string | undefined;
  readonly currency: string;
  /** Owed to the customer. */
  readonly amount: Money;
  /**
   * Epoch milliseconds; absent where Zuora does not tell. Of a memo that waits, when it first met an invoice that it is
   * to pay.
   */
  readonly postedAt: number | undefined;
  readonly explanation: Explanation;
  readonly because: Because | undefined;
};

/** What may explain that an invoice is still negative, beside its own plan. */
export type Surroundings = {
  /** Accounts with dead letters. */
  readonly setAside: ReadonlySet<AccountId>;
  /** Messages of the work queue, those in flight included. */
  readonly messages: number;
  readonly position: Switch;
  /** Epoch milliseconds at which the last completed scan began. */
  readonly lastScanAt: number | undefined;
  readonly now: number;
};

/** A scan runs every 15 minutes; after three without one nothing may be put down to the next. */
const scanPatienceMs = 45 * 60_000;

/**
 * Puts every negative invoice, and every credit memo given as one, under one explanation. Pure; the plans are to be
 * read after the queues were, so that what was settled in between is not counted.
 *
 * @param planned the accounts that were read; an account that is missing was not
 */
export const accountForNegatives = (
  invoices: readonly NegativeInvoice[],
  planned: ReadonlyMap<AccountId, Planned | SettlementError>,
  around: Surroundings,
): readonly ExplainedInvoice[] => {
  const explained = invoices.flatMap((invoice) => explain(invoice, planned.get(invoice.accountId), around) ?? []);
  return beyondTheQueue(explained, around.messages);
};

/** @returns undefined where it is not negative any more, or no memo with money left that could pay */
const explain = (
  { id, accountId, balance = zero, currency = unknownCurrency, postedAt }: NegativeInvoice,
  planned: Planned | SettlementError | undefined,
  around: Surroundings,
): ExplainedInvoice | undefined => {
  const raw = { accountId, invoiceId: id, currency, amount: negate(balance), postedAt };
  const unread = { ...raw, accountNumber: undefined, invoiceNumber: undefined };
  const isSetAside = around.setAside.has(accountId);
  if (planned === undefined || planned instanceof SettlementError) {
    const because = planned?.code;
    return { ...unread, explanation: isSetAside ? "dead-lettered" : "unread", because };
  }
  const { state, plan } = planned;
  const memo = state.creditMemos?.find((each) => each.id === id);
  const now = memo ?? state.invoices.find((each) => each.id === id && each.balance.lt(0));
  if (now === undefined) return undefined;
  const read = {
    ...raw,
    accountNumber: state.number,
    invoiceNumber: now.number,
    currency: now.currency,
    amount: "unapplied" in now ? now.unapplied : negate(now.balance),
  };
  const isMeant = stepsInAll(plan).some((step) => [step.invoice.id, memoIdOf(step)].includes(id));
  const hold = plan.holds.find((each) => (isOfWholeAccount(each) ? !isMeant : heldPart(each)?.id === id));
  // What nothing is left to pay for needs no explanation.
  if (memo !== undefined && !isMeant && hold === undefined) return undefined;
  if (hold !== undefined) return { ...read, explanation: "held", because: hold.reason };
  if (isSetAside) return { ...read, explanation: "dead-lettered", because: undefined };
  if (!isMeant) return { ...read, explanation: "unexplained", because: undefined };
  const since = memo === undefined ? postedAt : (meetsSince(memo, planned) ?? postedAt);
  return { ...read, postedAt: since, explanation: "waiting", because: waitsFor(since, around) };
};

/** Since when a memo meets an invoice that it is to pay. */
const meetsSince = (memo: CreditMemo, { state, plan }: Planned): number | undefined => {
  const paid = new Set(stepsInAll(plan).flatMap((step) => (memoIdOf(step) === memo.id ? step.invoice.id : [])));
  return earliest(state.invoices.map((each) => (paid.has(each.id) ? couldApplySince(memo, each) : undefined)));
};

const memoIdOf = (step: Step): string | undefined => (step.kind === "ApplyCreditMemo" ? step.creditMemo.id : undefined);

const waitsFor = (postedAt: number | undefined, { position, lastScanAt, now }: Surroundings): Because => {
  if (position !== "on") return "switch-not-on";
  const isScanDue = now - (lastScanAt ?? postedAt ?? 0) < scanPatienceMs;
  const isNew = postedAt !== undefined && (lastScanAt === undefined || postedAt > lastScanAt);
  return isNew && isScanDue ? "next-scan" : "work-queue";
};

/** A queue of so many messages cannot explain more accounts than that; the oldest beyond it are in nobody's hands. */
const beyondTheQueue = (explained: readonly ExplainedInvoice[], messages: number): readonly ExplainedInvoice[] => {
  const oldestOf = new Map<AccountId, number>();
  for (const { accountId, because, postedAt = 0 } of explained) {
    if (because === "work-queue") oldestOf.set(accountId, Math.min(postedAt, oldestOf.get(accountId) ?? postedAt));
  }
  const youngestFirst = [...oldestOf].toSorted(([, a], [, b]) => b - a).map(([accountId]) => accountId);
  const lost = new Set(youngestFirst.slice(messages));
  return explained.map((each) =>
    each.because === "work-queue" && lost.has(each.accountId)
      ? { ...each, explanation: "unexplained", because: undefined }
      : each,
  );
};

/** One explanation in one currency. */
export type NegativePart = {
  readonly explanation: Explanation;
  readonly currency: string;
  readonly invoices: number;
  readonly amount: Money;
  /** Epoch milliseconds; when the oldest of them was posted, where Zuora tells. */
  readonly oldestPostedAt: number | undefined;
};

/** The parts that there are, by explanation and currency. */
export const partsOf = (explained: readonly ExplainedInvoice[]): readonly NegativePart[] =>
  explanations.flatMap((explanation) => {
    const own = explained.filter((each) => each.explanation === explanation);
    return byCurrency(own).map(([currency, invoices]) => ({
      explanation,
      currency,
      invoices: invoices.length,
      amount: invoices.reduce((total, { amount }) => add(total, amount), zero),
      oldestPostedAt: earliest(invoices.map(({ postedAt }) => postedAt)),
    }));
  });

/** How many negative invoices have each explanation. */
export const countsOf = (negative: readonly ExplainedInvoice[]) => {
  const of = (wanted: Explanation) => negative.filter(({ explanation }) => explanation === wanted).length;
  return {
    held: of("held"),
    deadLettered: of("dead-lettered"),
    waiting: of("waiting"),
    unexplained: of("unexplained"),
    unread: of("unread"),
  };
};
